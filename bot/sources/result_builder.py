"""What a visit to a source brings, while it grows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.observations import Observation
from bot.domain.papers import Listing, Paper
from bot.domain.sources import FetchResult, Rejected
from bot.sources.fields import Unusable, arxiv_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One paper with what its source says of its standing."""

    paper: Paper
    listings: tuple[Listing, ...] = ()
    observations: tuple[Observation, ...] = ()


class FetchResultBuilder:
    """Papers, each once however often the source repeats it, and those that were rejected."""

    def __init__(self, source: str, seen_at: datetime, day: date | None = None) -> None:
        self._source = source
        self._seen_at = seen_at
        self._day = day
        self._requests = 0
        self._found: dict[str, Found] = {}
        self._rejected: list[Rejected] = []

    def __len__(self) -> int:
        """Papers, and pieces that could not be used."""
        return len(self._found) + len(self._rejected)

    def take(self, what: str, read: Callable[[], Found]) -> None:
        """Add what `read` makes of a piece, or note why it cannot be used."""
        try:
            found = read()
        except Unusable as error:
            self._rejected.append(Rejected(what, str(error)))
        else:
            # A list may shift between two of its pages; the first sight of a paper is the better placed one.
            self._found.setdefault(found.paper.id, found)

    def well_formed(self, ids: Iterable[str]) -> list[str]:
        """Those that are arXiv ids, without version, each once. A source that is asked for others refuses them all."""
        known: dict[str, None] = {}
        for id in ids:
            try:
                known[arxiv_id(id)] = None
            except Unusable as error:
                self._rejected.append(Rejected(id, str(error)))
        return list(known)

    def visited(self, requests: int) -> None:
        """Count HTTP requests."""
        self._requests += requests

    def harvest(self, limit: int | None = None) -> FetchResult:
        """Everything, or the first `limit` papers with what belongs to them."""
        found = list(self._found.values())[:limit]
        return FetchResult(
            source=self._source,
            seen_at=self._seen_at,
            day=self._day,
            papers=tuple(one.paper for one in found),
            listings=tuple(listing for one in found for listing in one.listings),
            observations=tuple(observation for one in found for observation in one.observations),
            rejected=tuple(self._rejected),
            requests=self._requests,
        )
