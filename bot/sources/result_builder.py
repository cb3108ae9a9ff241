"""Builder for fetch results."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.observations import Observation
from bot.domain.papers import Listing, Paper
from bot.domain.sources import FetchResult, Rejected
from bot.sources.fields import Unusable, arxiv_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedPaper:
    """One paper with its listings and observations."""

    paper: Paper
    listings: tuple[Listing, ...] = ()
    observations: tuple[Observation, ...] = ()


class FetchResultBuilder:
    """Collects papers without duplicates, and the rejected items."""

    def __init__(self, source: str, seen_at: datetime, day: date | None = None) -> None:
        self._source = source
        self._seen_at = seen_at
        self._day = day
        self._requests = 0
        self._found: dict[str, ParsedPaper] = {}
        self._rejected: list[Rejected] = []

    def __len__(self) -> int:
        """Number of papers and rejected items."""
        return len(self._found) + len(self._rejected)

    @property
    def papers(self) -> int:
        """Number of papers."""
        return len(self._found)

    def add(self, what: str, read: Callable[[], ParsedPaper]) -> None:
        """Add the result of `read`, or record why the item cannot be used."""
        try:
            parsed = read()
        except Unusable as error:
            self.reject(what, str(error))
        else:
            # a list may shift between two pages; the first occurrence of a paper has the better position
            self._found.setdefault(parsed.paper.id, parsed)

    def reject(self, what: str, reason: str) -> None:
        """Record something of the response that cannot be used or is missing."""
        self._rejected.append(Rejected(what, reason))

    def valid_ids(self, ids: Iterable[str]) -> list[str]:
        """Return the valid arXiv ids, without version and duplicates; a source rejects all ids if one is invalid."""
        known: dict[str, None] = {}
        for id in ids:
            try:
                known[arxiv_id(id)] = None
            except Unusable as error:
                self._rejected.append(Rejected(id, str(error)))
        return list(known)

    def count_requests(self, requests: int) -> None:
        """Count HTTP requests."""
        self._requests += requests

    def build(self, limit: int | None = None) -> FetchResult:
        """Return the complete result, or only its first `limit` papers."""
        parsed = list(self._found.values())[:limit]
        return FetchResult(
            source=self._source,
            seen_at=self._seen_at,
            day=self._day,
            papers=tuple(one.paper for one in parsed),
            listings=tuple(listing for one in parsed for listing in one.listings),
            observations=tuple(observation for one in parsed for observation in one.observations),
            rejected=tuple(self._rejected),
            requests=self._requests,
        )
