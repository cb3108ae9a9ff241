"""A platform whose messages can be changed, and a worker that dies at a place of one's choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.pages import Page
from bot.domain.requests import Chat, Tally
from bot.services.delivery.crash import CrashPoint
from tests.services.postbox import Postbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """An edit that arrived."""

    message_id: str
    page: Page
    tallies: Mapping[str, Tally]

    @property
    def text(self) -> str:
        return "\n".join((self.page.intro, *(card.reason for card in self.page.cards), self.page.footer))


class EditedPostbox(Postbox):
    """A postbox in which messages can be changed and discussed."""

    def __init__(self, *, cards_in_a_part: int = 100) -> None:
        super().__init__(cards_in_a_part=cards_in_a_part)
        self.edits: list[Edit] = []
        self.threads: dict[str, str] = {}
        #: raised by the next edits and threads, one by each
        self.troubles: list[Exception | None] = []

    async def edit(
        self, chat: Chat, message_id: str, part: Page, *, nonce: str, role: str, tallies: Mapping[str, Tally]
    ) -> None:
        if self.troubles and (trouble := self.troubles.pop(0)):
            raise trouble
        self.edits.append(Edit(message_id=message_id, page=part, tallies=tallies))

    async def open_thread(self, chat: Chat, message_id: str, name: str) -> bool:
        if self.troubles and (trouble := self.troubles.pop(0)):
            raise trouble
        self.threads[message_id] = name
        return True


class Killed(BaseException):
    """The end of a process."""


class DiesAt(CrashPoint):
    """Ends the worker at a place without any clean-up of ours."""

    def __init__(self, place: str) -> None:
        super().__init__()
        self._at = place

    def __call__(self, place: str) -> None:
        if place == self._at:
            raise Killed
