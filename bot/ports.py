"""The places where two things plug in. Each is as small as its users need."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from bot.models import Harvest


class DailyLists(Protocol):
    """A source that publishes a list of papers for each day, with votes that move."""

    @property
    def name(self) -> str:
        """How the source is called in the store and in logs: "huggingface"."""
        ...

    async def day(self, day: date, now: datetime) -> Harvest:
        """The whole list of `day` (a UTC date) as it stands at `now`; empty on days without a list.

        Raises `FetchError`; malformed papers are in `Harvest.rejected`, never an error.
        """
        ...


class Catalogue(Protocol):
    """A source that knows papers by id and by words."""

    @property
    def name(self) -> str:
        """How the source is called in the store and in logs: "arxiv"."""
        ...

    async def papers(self, ids: Sequence[str], now: datetime) -> Harvest:
        """Those of the papers that the source knows, in no particular order. Raises `FetchError`."""
        ...

    async def search(self, words: str, limit: int, now: datetime) -> Harvest:
        """At most `limit` papers on a topic, best first. Raises `FetchError`."""
        ...
