"""Telegram's rate limits for one bot, per second and per chat. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.rate_limits import Allowance, Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramAllowance(Allowance):
    """The per-minute limit applies to groups and channels only (negative ids); topics share their group's limits."""

    def rates(self, surface: str, chat: str) -> dict[str, Rate]:
        """As in `Allowance.rates`."""
        _, _, place = chat.partition(":")
        id = place.partition(":")[0]
        rates = Allowance.rates(self, surface, f"{surface}:{id}")
        return (
            rates if id.startswith("-") else {key: rate for key, rate in rates.items() if not key.endswith(" minute")}
        )


#: Telegram allows about 30 messages a second; the margin is for edits, clock differences and late sends
ALLOWANCE = TelegramAllowance(per_second=28, taken_per_second=29.5, per_chat_second=1, per_chat_minute=20)
