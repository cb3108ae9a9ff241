from __future__ import annotations

import io
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from adapters.console.surface import Console
from bot.commands import COMMANDS, Commands
from bot.domain.errors import FetchError
from bot.domain.papers import Paper
from bot.domain.sources import FetchResult
from bot.services.bundle import build_services
from bot.sources import sample
from bot.storage import Store
from tests.builders import NOON

Say = Callable[[str], Awaitable[str]]


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
    """A conversation over the console: a line in, plain text out."""
    console = Console(Commands(build_services(store, catalogues), lambda: now), COMMANDS, Path("unused"))

    async def say(line: str) -> str:
        out = io.StringIO()
        await console.say(line, out)
        return out.getvalue()

    return say


@pytest.fixture
async def say(sample_store: Store) -> Say:
    """Somebody who talks to a bot that knows the bundled sample, as of the sample's own moment."""
    return talk(sample_store, sample.AS_OF)
