from __future__ import annotations

import io
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from adapters.console.surface import Console
from bot.commands import COMMANDS, Commands
from bot.domain.errors import FetchError
from bot.domain.pages import Page, Trouble
from bot.domain.papers import Paper
from bot.domain.requests import Request
from bot.domain.sources import FetchResult
from bot.services.bundle import build_services
from bot.sources import sample
from bot.storage import Store
from tests.builders import NOON


class Answer(str):
    """A reply as the console prints it, with the page that it was made of."""

    page: Page

    def __new__(cls, text: str, page: Page) -> Answer:
        self = super().__new__(cls, text)
        self.page = page
        return self

    @property
    def trouble(self) -> Trouble:
        return self.page.trouble

    @property
    def refused(self) -> bool:
        return self.page.trouble is Trouble.REFUSED

    @property
    def commands(self) -> list[str]:
        """The commands of the buttons."""
        return [action.command for action in self.page.actions]

    @property
    def keys(self) -> list[str]:
        """The ids of the papers."""
        return [card.key for card in self.page.cards]

    @property
    def moments(self) -> set[datetime]:
        return {moment.at for moment in self.page.moments}

    @property
    def rows(self) -> list[str]:
        return [f"{row.label} {row.text}" for section in self.page.sections for row in section.rows]

    @property
    def verbatim(self) -> str:
        """The text that can be copied."""
        return "\n".join(section.verbatim for section in self.page.sections if section.verbatim)


Say = Callable[[str], Awaitable[Answer]]


class Recorded(Commands):
    """Commands that remember the last page."""

    page: Page

    def __init__(self, commands: Commands) -> None:
        self._recorded = commands

    async def handle(self, request: Request) -> Page:
        self.page = await self._recorded.handle(request)
        return self.page


class OnePaper:
    """A catalogue that knows one paper, or is down."""

    name = "arxiv"

    def __init__(self, known: Paper | None = None, *, down: bool = False) -> None:
        self._known = known
        self._down = down

    async def papers(self, ids: Sequence[str], now: datetime) -> FetchResult:
        if self._down:
            raise FetchError(self.name, "no answer within 20 s")
        found = (self._known,) if self._known and self._known.id in ids else ()
        return FetchResult(source=self.name, seen_at=now, papers=found)

    async def search(self, words: str, limit: int, now: datetime) -> FetchResult:
        return FetchResult(source=self.name, seen_at=now)


def talk(store: Store, now: datetime = NOON, *catalogues: OnePaper) -> Say:
    """A conversation over the console: a line in, an answer out."""
    return talking(Commands(build_services(store, catalogues), lambda: now))


def talking(commands: Commands) -> Say:
    """The same with these commands."""

    async def say(line: str) -> Answer:
        out, said = io.StringIO(), Recorded(commands)
        await Console(said, COMMANDS, Path("unused")).say(line, out)
        return Answer(out.getvalue(), said.page)

    return say


@pytest.fixture
async def say(sample_store: Store) -> Say:
    """Somebody who talks to a bot that knows the bundled sample, as of the sample's own moment."""
    return talk(sample_store, sample.AS_OF)
