"""A surface for mail in memory: it keeps the letters, and fails as it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.errors import DeliveryError
from bot.domain.mail import ActionLinks, OutgoingMail
from bot.domain.pages import Page
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Chat


@dataclass(slots=True)
class Pillarbox:
    """Takes every letter."""

    letters: list[OutgoingMail] = field(default_factory=list)
    troubles: list[DeliveryError] = field(default_factory=list)
    allowance: Allowance = field(default_factory=Allowance)
    name: str = "email"
    nonced: bool = False

    def parts(self, page: Page) -> Sequence[Page]:
        return [page]

    async def send(self, chat: Chat, part: Page, *, nonce: str, silent: bool, role: str) -> str:
        return await self.post(OutgoingMail(chat=chat, page=part, action_links=ActionLinks(), nonce=nonce))

    async def post(self, letter: OutgoingMail) -> str:
        if self.troubles:
            raise self.troubles.pop(0)
        self.letters.append(letter)
        return letter.nonce

    @property
    def token(self) -> str:
        """That of the newest invitation."""
        return self.letters[-1].action_links.confirm.rpartition("/")[2]
