"""bioRxiv and medRxiv client: new preprints by subject area, and preprints by DOI.

`GET /details/{server}/{from}/{to}/{cursor}/json` and `/details/{server}/{DOI}/na/json`, documented at
https://api.biorxiv.org. There is no search by words, no key, and no published limit.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from bot.domain.category_listings import BatchOutcome, CategoryBatch, CategoryDemand, CategoryState
from bot.domain.errors import FetchError
from bot.domain.identifiers import is_doi
from bot.domain.ports import SourceTurns
from bot.domain.servers import BIORXIV, MEDRXIV
from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.domain.sources import FetchResult
from bot.domain.text import plain
from bot.query.demand import server_lists
from bot.sources.biorxiv_schema import PreprintVersion, first_day, joined, newest, read_version, row_label
from bot.sources.fields import Unusable
from bot.sources.http import FetchPolicy, RateLimitedClient, SourceResponse, WebSource
from bot.sources.json_body import read_json
from bot.sources.result_builder import FetchResultBuilder

NAME = "biorxiv"
MANNERS = FetchPolicy(pace=1.0, connections=1, turns=NAME)

#: what the API calls all areas of a server
_ALL = "all"
#: how often an area is looked at; preprints are posted throughout the day
_EVERY = timedelta(hours=2)
#: days before the last look that are read again, because preprints appear under the day before, too
_OVERLAP = timedelta(days=2)
#: days that are read at first, and at most after a pause
_FIRST, _LONGEST = timedelta(days=3), timedelta(days=14)
#: without a new preprint for so long a list is stale; areas have fewer preprints than their server
_STALE_SERVER, _STALE_AREA = timedelta(days=4), timedelta(days=21)
#: far more pages than two weeks have
_PAGES = 300
#: preprints that are looked up one by one in one go
_LOOKUPS = 20
#: how long the rows of a whole server serve its areas; after so many areas in that time all are read at once
_FRESH, _AREAS = timedelta(minutes=10), 3
#: an empty list is said so, in a response with status 200
_OK, _NO_ROWS = "ok", "no posts found"
#: digits at the end of a DOI of medRxiv; those of bioRxiv have six
_MEDRXIV_DIGITS = 8


@dataclass(frozen=True, slots=True)
class _Interval:
    """A server and the days that are read, both included."""

    server: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class _Page:
    """One page of rows."""

    rows: Sequence[object]
    #: rows of all pages; None if it is not given
    total: int | None
    #: the area to which the rows are limited
    area: str


class Biorxiv(WebSource):
    """`CategoryListings` and `PaperLookup` for bioRxiv and medRxiv, which share one API.

    Its lists are named "bioRxiv neuroscience", and "bioRxiv" for a whole server.
    """

    name = NAME

    def __init__(
        self, base_url: str, *, contact: str = "", turns: SourceTurns | None = None, manners: FetchPolicy = MANNERS
    ) -> None:
        super().__init__(RateLimitedClient(NAME, base_url, manners, contact=contact, turns=turns))
        self._whole: dict[_Interval, tuple[datetime, Sequence[PreprintVersion]]] = {}
        self._areas_read: dict[_Interval, list[datetime]] = {}

    def wanted(self, demand: CategoryDemand) -> Sequence[str]:
        """Return the areas of each server that a query asks for, or the whole server if it names no area."""
        return server_lists(demand)

    def next_look(self, state: CategoryState, now: datetime) -> datetime:
        """Return when to look at an area again: two hours after it was last read."""
        return state.succeeded_at + _EVERY if state.succeeded_at and state.succeeded_at <= now else now

    async def batch(self, state: CategoryState, now: datetime) -> CategoryBatch:
        """Return the preprints of an area whose first version was posted since the last batch. Raise `FetchError`."""
        title, _, area = state.category.partition(" ")
        server = title.casefold()
        interval = _interval(server, state.succeeded_at, now)
        builder = FetchResultBuilder(NAME, now)
        versions = await self._versions(interval, area, builder, now)
        days = []
        for id, each in joined(versions).items():
            day = first_day(each, now)
            if day and (not area or area in each[0].paper.categories):
                days.append(day)
                builder.add(id, partial(newest, each, now, NAME))
        day = max(days, default=None)
        mark = f"{day} {days.count(day)}" if day else ""
        return CategoryBatch(result=builder.build(), outcome=_outcome(state, mark, now), mark=mark, day=day)

    async def papers(self, ids: Sequence[str], now: datetime) -> FetchResult:
        """Return the preprints that exist, each by one request, or two if it is on the less likely server.

        Only the first 20 are looked up. Raise `FetchError`.
        """
        builder = FetchResultBuilder(NAME, now)
        for id in [id for id in dict.fromkeys(ids) if is_doi(id)][:_LOOKUPS]:
            for server in _likely_servers(id):
                page = await self._page(f"/details/{server}/{id}/na/json", "", builder, now)
                versions = await _read(page.rows, server, builder)
                for found, each in joined(versions).items():
                    builder.add(found, partial(newest, each, now))
                if page.rows:
                    break
        return builder.build()

    async def _versions(
        self, interval: _Interval, area: str, builder: FetchResultBuilder, now: datetime
    ) -> Sequence[PreprintVersion]:
        """Return all versions posted in an interval, perhaps also those of other areas."""
        read_at, known = self._whole.get(interval, (None, ()))
        if read_at and timedelta(0) <= now - read_at < _FRESH:
            return known
        asked = "" if self._reads_all(interval, now) else area.replace(" ", "_")
        versions: list[PreprintVersion] = []
        rows, whole = 0, not asked
        async for page in self._pages(interval, asked, builder, now):
            versions += await _read(page.rows, interval.server, builder, first=rows + 1)
            # the API has been seen to ignore the area, and then it says so
            rows, whole = rows + len(page.rows), whole or page.area == _ALL
        # a field that was renamed must not look like a quiet day
        if rows and not any(each.paper.categories or not area for each in versions):
            raise FetchError(NAME, SourceTrouble(TroubleCode.UNREADABLE))
        if whole:
            self._whole = {interval: (now, versions)}
        return versions

    def _reads_all(self, interval: _Interval, now: datetime) -> bool:
        """Return whether to read all areas of an interval, because several have been read one by one just now."""
        recent = [at for at in self._areas_read.get(interval, ()) if timedelta(0) <= now - at < _FRESH]
        self._areas_read = {key: each for key, each in self._areas_read.items() if key.last == interval.last}
        self._areas_read[interval] = [*recent, now]
        return len(recent) >= _AREAS

    async def _pages(
        self, interval: _Interval, area: str, builder: FetchResultBuilder, now: datetime
    ) -> AsyncIterator[_Page]:
        """Yield the pages, whose size is the server's choice: the cursor is the number of rows so far."""
        cursor = 0
        last: Sequence[object] = ()
        for _ in range(_PAGES):
            path = f"/details/{interval.server}/{interval.first}/{interval.last}/{cursor}/json"
            page = await self._page(path, area, builder, now)
            if not cursor and not page.rows and page.total:
                raise FetchError(NAME, SourceTrouble(TroubleCode.UNREADABLE))
            if not page.rows or page.rows == last:
                return
            yield page
            cursor, last = cursor + len(page.rows), page.rows
            if page.total is not None and cursor >= page.total:
                return

    async def _page(self, path: str, area: str, builder: FetchResultBuilder, now: datetime) -> _Page:
        answer = await self._web.get(path, {"category": area} if area else {}, now)
        builder.count_requests(answer.requests)
        if answer.status != 200:
            raise self._web.unusable(answer, SourceTrouble(TroubleCode.STATUS, str(answer.status)))
        return self._read_page(answer)

    def _read_page(self, answer: SourceResponse) -> _Page:
        content = read_json(self._web, answer)
        match content:
            case {"messages": [{"status": str(status)}, *_]} if status.casefold() == _NO_ROWS:
                return _Page((), 0, "")
            case {"messages": [{"status": str(status)}, *_]} if status.casefold() != _OK:
                said = f"{answer.status} ({plain(status)[:200]})"
                raise self._web.unusable(answer, SourceTrouble(TroubleCode.STATUS, said))
            case {"messages": [{"status": str(), **facts}, *_], "collection": list(rows)}:
                return _Page(rows, _number(facts.get("total")), str(facts.get("category", "")).casefold())
        raise self._web.unusable(answer, SourceTrouble(TroubleCode.NOT_A_LIST))


async def _read(
    rows: Sequence[object], server: str, builder: FetchResultBuilder, *, first: int = 1
) -> list[PreprintVersion]:
    """Return the versions that can be read; the others are rejected. To clean a hundred abstracts takes 0.05 s."""
    read = await asyncio.to_thread(lambda: [_version(row, server) for row in rows])
    for number, (row, version) in enumerate(zip(rows, read, strict=True), first):
        if isinstance(version, Unusable):
            builder.reject(row_label(row, number), str(version))
    return [version for version in read if isinstance(version, PreprintVersion)]


def _version(row: object, server: str) -> PreprintVersion | Unusable:
    try:
        return read_version(row, server)
    except Unusable as error:
        return error


def _number(said: object) -> int | None:
    """Return the number of rows, which is a string."""
    text = str(said)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _interval(server: str, read_at: datetime | None, now: datetime) -> _Interval:
    """Return the days since the last look, with some overlap; a look in the future, by another clock, is today's."""
    today = now.date()
    since = max(today - _LONGEST, read_at.date() - _OVERLAP) if read_at else today - _FIRST
    return _Interval(server, min(since, today), today)


def _outcome(state: CategoryState, mark: str, now: datetime) -> BatchOutcome:
    """Return whether a list has moved since its last batch, and if not whether it should have."""
    if mark and mark != state.mark:
        return BatchOutcome.NEW
    longest = _STALE_AREA if " " in state.category else _STALE_SERVER
    return BatchOutcome.STALE if state.day and now.date() - state.day > longest else BatchOutcome.QUIET


def _likely_servers(id: str) -> tuple[str, str]:
    digits = id.rpartition(".")[2]
    return (MEDRXIV, BIORXIV) if digits.isdecimal() and len(digits) == _MEDRXIV_DIGITS else (BIORXIV, MEDRXIV)
