"""A platform in memory: it takes messages, drops doubles where it knows nonces, and fails as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.errors import DeliveryError
from bot.domain.pages import Page
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Chat


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something that arrived."""

    id: str
    chat: Chat
    page: Page
    nonce: str
    silent: bool
    role: str

    @property
    def paper_ids(self) -> tuple[str, ...]:
        return tuple(card.key for card in self.page.cards)


class Postbox:
    """A surface called "test" that remembers what arrived, and how often each message was sent."""

    name = "test"

    def __init__(
        self,
        *,
        nonced: bool = True,
        allowance: Allowance = Allowance(),  # noqa: B008 - frozen
        cards_in_a_part: int = 100,
    ) -> None:
        self.nonced = nonced
        self.allowance = allowance
        self.arrived: list[Message] = []
        self.tried: list[str] = []
        self._cards = cards_in_a_part
        self._troubles: list[Exception | None] = []
        self._takes_seconds = 0.0

    def fail(self, *troubles: Exception | None) -> None:
        """Raise these at the next messages, one for each; an ambiguous one after the message has arrived."""
        self._troubles += troubles

    def take(self, seconds: float) -> None:
        """Answer only after so long."""
        self._takes_seconds = seconds

    def parts(self, page: Page) -> Sequence[Page]:
        cards, size = page.cards, self._cards
        if len(cards) <= size:
            return [page]
        chunks = [cards[start : start + size] for start in range(0, len(cards), size)]
        return [replace(page, sections=(replace(page.sections[0], cards=chunk),)) for chunk in chunks]

    async def send(self, chat: Chat, part: Page, *, nonce: str, silent: bool, role: str) -> str:
        self.tried.append(nonce)
        trouble = self._troubles.pop(0) if self._troubles else None
        arrives = isinstance(trouble, DeliveryError) and trouble.ambiguous
        if trouble and not arrives:
            raise trouble
        id = self._arrive(Message(id="", chat=chat, page=part, nonce=nonce, silent=silent, role=role))
        if trouble:
            raise trouble
        await asyncio.sleep(self._takes_seconds)
        return id

    def _arrive(self, message: Message) -> str:
        if self.nonced:
            for known in self.arrived:
                if known.nonce == message.nonce:
                    return known.id
        self.arrived.append(replace(message, id=f"m{len(self.arrived) + 1}"))
        return self.arrived[-1].id
