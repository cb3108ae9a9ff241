"""Client for arXiv's new listings by category: the feed, and the page of a list as the second way.

`GET https://rss.arxiv.org/atom/{category}` and `https://arxiv.org/list/{category}/new`. The terms of use of the API
apply: one request every three seconds over one connection. Metadata is CC0. What was found about both, the feed that
stays at the batch of the day before above all, is in docs/sources.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from bot.domain import text
from bot.domain.category_listings import BatchOutcome, CategoryBatch, CategoryDemand, CategoryState
from bot.domain.errors import FetchError, RateLimited
from bot.domain.log import Log
from bot.domain.papers import Listing, ListingKind, Paper
from bot.domain.ports import SourceTurns
from bot.domain.schedule.announcements import AnnounceCalendar
from bot.domain.setting_values import days_in
from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.query.arxiv import listed_for
from bot.sources import fields
from bot.sources.arxiv_feed import Announced, ListedPaper, ListingFeed, read_listing_feed
from bot.sources.arxiv_page import InvalidPage, ListingPage, read_listing_page
from bot.sources.atom import InvalidFeed
from bot.sources.http import FetchPolicy, RateLimitedClient, SourceResponse, WebSource
from bot.sources.result_builder import FetchResultBuilder, ParsedPaper

log = Log(__name__)

NAME = "arxiv_feed"
MANNERS = FetchPolicy(pace=3.0, connections=1, turns="arxiv", tries=2, cached=4 * 2**20, refused=timedelta(hours=1))

#: between two looks at a list that should be there; after it is overdue; after a list was empty as expected
_SOON, _OVERDUE, _QUIET = timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6)
#: a list whose fields have changed
_NOTHING_USABLE = SourceTrouble(TroubleCode.INCOMPLETE_LIST, "no usable entry")
#: entries that the page of a list is asked for, its maximum
_MOST = "2000"
#: a day of a list or a month of an id that is further ahead is an error, of arXiv or of a clock
_AHEAD = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """New papers of a list."""

    entries: Sequence[ListedPaper]
    #: the highest id of a new paper; empty if there is none
    mark: str
    #: the day that the list itself states; None if it states none
    day: date | None = None
    requests: int = 0
    #: whether new papers may be missing
    capped: bool = False


class ArxivListings(WebSource):
    """`CategoryListings` for arXiv."""

    name = NAME

    def __init__(
        self,
        feed_url: str,
        listing_url: str,
        *,
        contact: str = "",
        turns: SourceTurns | None = None,
        holidays: str = "",
        manners: FetchPolicy = MANNERS,
    ) -> None:
        super().__init__(RateLimitedClient(NAME, feed_url, manners, contact=contact, turns=turns))
        self._pages = RateLimitedClient(NAME, listing_url, manners, contact=contact, turns=turns)
        self._calendar = AnnounceCalendar(frozenset(days_in(holidays)))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pages.aclose()
        await super().aclose()

    def wanted(self, demand: CategoryDemand) -> Sequence[str]:
        """Return the categories that a query asks for, each with its own list; of an archive all of them."""
        return listed_for(demand)

    def next_look(self, state: CategoryState, now: datetime) -> datetime:
        """Return when to look at a category again: every 15 minutes until the list of the day is there."""
        state = _believed(state, now)
        if state.tried_at is None:
            return now
        day = self._calendar.newest(now)
        if state.day is not None and state.day >= day:
            return self._calendar.opens(self._calendar.following(max(day, state.day)))
        opens = self._calendar.opens(day)
        looked = state.succeeded_at or state.tried_at
        if state.outcome is BatchOutcome.QUIET and looked >= opens:
            return min(looked + _QUIET, self._calendar.opens(self._calendar.following(day)))
        pause = _SOON if state.tried_at < self._calendar.overdue(day) else _OVERDUE
        return max(opens, state.tried_at + pause)

    async def batch(self, state: CategoryState, now: datetime) -> CategoryBatch:
        """Return the newest batch of a category, or that it has not moved. Raise `FetchError`.

        The feed is asked first. The page of the list, which states its date, is asked if the feed is invalid, capped
        or has not moved, and if the batch of the day before is not stored, so that the feed's may be that one.
        """
        state = _believed(state, now)
        feed, failure = await self._feed(state.category, now)
        moved = feed is not None and _is_after(feed.mark, state.mark)
        if feed and moved and not feed.capped and self._is_following(state, now):
            return await self._new(state, feed, self._calendar.newest(now), now)
        page = await self._page(state.category, now, required=failure)
        requests = sum(look.requests for look in (feed, page) if look)
        is_ahead = feed is not None and not feed.capped and page is not None and _is_after(feed.mark, page.mark)
        if page and page.day and not is_ahead and self._is_newer(page, state):
            return await self._new(state, page, page.day, now, requests)
        if feed and moved:
            day = page.day if page and page.day and page.mark == feed.mark else None
            return await self._new(state, feed, day or self._calendar.newest(now), now, requests)
        outcome = self._unmoved(state, now, page, is_empty=not (feed and feed.entries))
        return CategoryBatch(result=self._builder(now, requests).build(), outcome=outcome)

    def _is_following(self, state: CategoryState, now: datetime) -> bool:
        """Return whether no list is missing between the stored one and that of today."""
        return state.day is not None and self._calendar.following(state.day) >= self._calendar.newest(now)

    def _is_newer(self, page: _Look, state: CategoryState) -> bool:
        """Return whether a page has the list of a later day, be it only with papers of other primary categories."""
        return bool(page.entries) and page.day is not None and (state.day is None or page.day > state.day)

    def _unmoved(self, state: CategoryState, now: datetime, page: _Look | None, *, is_empty: bool) -> BatchOutcome:
        day, today = self._calendar.newest(now), self._calendar.today(now)
        is_there = state.day is not None and state.day >= day
        # the page of the day itself says that it has no entries
        confirmed = page is not None and page.day is not None and page.day >= day
        if is_there or confirmed:
            return BatchOutcome.QUIET
        if today != day:
            # a list that Friday lacked is still lacking on Saturday
            return state.outcome if state.outcome.overdue else BatchOutcome.QUIET
        if self._calendar.may_be_empty(today):
            return BatchOutcome.QUIET
        if now < self._calendar.overdue(day):
            return BatchOutcome.PENDING
        return BatchOutcome.DEFERRED if is_empty else BatchOutcome.STALE

    async def _new(
        self, state: CategoryState, look: _Look, day: date, now: datetime, requests: int | None = None
    ) -> CategoryBatch:
        builder = self._builder(now, look.requests if requests is None else requests)
        # to clean the texts of 400 entries takes 0.2 s
        await asyncio.to_thread(_add_all, builder, look.entries, state.category, day, now)
        if look.capped:
            builder.reject(f"list of {state.category}", "it is cut, and may lack new papers")
        result = builder.build()
        if look.entries and not result.papers:
            raise FetchError(NAME, _NOTHING_USABLE)
        mark = max(look.mark, state.mark, key=_age)
        outcome = BatchOutcome.GAP if self._has_missed(state, day) else BatchOutcome.NEW
        return CategoryBatch(result=result, outcome=outcome, mark=mark, day=day)

    def _has_missed(self, state: CategoryState, day: date) -> bool:
        """Return whether there was a list between the stored one and that of `day`, which are as good as lost."""
        if state.day is None:
            return False
        between = self._calendar.following(state.day)
        while between < day and not self._calendar.lists_on(between):
            between = self._calendar.following(between)
        return between < day

    def _builder(self, now: datetime, requests: int) -> FetchResultBuilder:
        builder = FetchResultBuilder(NAME, now)
        builder.count_requests(requests)
        return builder

    async def _feed(self, category: str, now: datetime) -> tuple[_Look | None, FetchError | None]:
        """Return the feed, or why it cannot be used. Raise `RateLimited`, and `FetchError` for an unknown category."""
        try:
            answer = await self._web.get(f"/atom/{category}", {}, now)
            # a feed of 2,000 entries takes half a second
            feed = await asyncio.to_thread(self._read_feed, answer)
        except RateLimited:
            raise
        except FetchError as error:
            if error.trouble.code is TroubleCode.STATUS and error.trouble.detail.startswith("400"):
                raise
            log.warning("feed not read", category=category, reason=str(error.trouble))
            return None, error
        return _look(feed.entries, now, requests=answer.requests, capped=feed.capped), None

    def _read_feed(self, answer: SourceResponse) -> ListingFeed:
        try:
            feed = read_listing_feed(answer.body)
        except InvalidFeed as error:
            trouble = SourceTrouble(error.code) if answer.status == 200 else _status(answer)
            raise self._web.unusable(answer, trouble) from None
        if feed.error or answer.status != 200:
            raise self._web.unusable(answer, _status(answer, feed.error))
        if feed.entries and not any(map(_is_usable, feed.entries)):
            raise self._web.unusable(answer, _NOTHING_USABLE)
        return feed

    async def _page(self, category: str, now: datetime, *, required: FetchError | None) -> _Look | None:
        """Return the page of the list, or None if it cannot be used. Raise `required`, the feed's error, if given."""
        try:
            answer = await self._pages.get(f"/list/{category}/new", {"show": _MOST}, now)
            page = await asyncio.to_thread(self._read_page, answer, now)
        except RateLimited as error:
            raise required or error from None
        except FetchError as error:
            log.info("page of a list not read", category=category, reason=str(error.trouble))
            if required:
                raise required from None
            return None
        return _look(page.entries, now, page.day, answer.requests, capped=page.left_out > 0)

    def _read_page(self, answer: SourceResponse, now: datetime) -> ListingPage:
        if answer.status != 200:
            raise self._pages.unusable(answer, _status(answer))
        try:
            page = read_listing_page(answer.body)
        except InvalidPage as error:
            raise self._pages.unusable(answer, error.trouble) from None
        if page.entries and not any(map(_is_usable, page.entries)):
            raise self._pages.unusable(answer, _NOTHING_USABLE)
        if page.day > _latest(now):
            # a day that is stored wrongly would be taken for the newest one until it has come
            raise self._pages.unusable(answer, SourceTrouble(TroubleCode.INCOMPLETE_LIST, f"dated {page.day}"))
        return page


def _look(
    entries: Iterable[ListedPaper],
    now: datetime,
    day: date | None = None,
    requests: int = 0,
    *,
    capped: bool = False,
) -> _Look:
    """Return the news of a list, with the highest id of its new papers."""
    news = [entry for entry in entries if entry.kind not in (Announced.REPLACE, Announced.REPLACE_CROSS)]
    ids = (_plain_id(entry.id) for entry in news if entry.kind == Announced.NEW)
    new = (id for id in ids if not _is_to_come(id, now))
    return _Look(entries=news, mark=max(new, key=_age, default=""), day=day, requests=requests, capped=capped)


def _is_usable(entry: ListedPaper) -> bool:
    return entry.kind in frozenset(Announced) and bool(_plain_id(entry.id))


def _plain_id(raw: str) -> str:
    try:
        return fields.arxiv_id(raw)
    except fields.Unusable:
        return ""


def _age(paper_id: str) -> tuple[bool, str]:
    """Return a sort key of ids by age; those with a slash are the oldest."""
    return bool(paper_id) and "/" not in paper_id, paper_id


def _is_after(mark: str, before: str) -> bool:
    return bool(mark) and _age(mark) > _age(before)


def _believed(state: CategoryState, now: datetime) -> CategoryState:
    """Return the state without a day or id that is yet to come, stored while a clock was wrong."""
    return replace(
        state,
        day=None if state.day and state.day > _latest(now) else state.day,
        mark="" if _is_to_come(state.mark, now) else state.mark,
        tried_at=min(state.tried_at, now) if state.tried_at else None,
        succeeded_at=min(state.succeeded_at, now) if state.succeeded_at else None,
    )


def _latest(now: datetime) -> date:
    return (now + _AHEAD).date()


def _is_to_come(id: str, now: datetime) -> bool:
    """Return whether an id is of a month that has not begun; ids with a slash are from before 2007."""
    return "/" not in id and id[:4] > f"{_latest(now):%y%m}"


def _add_all(
    builder: FetchResultBuilder, entries: Sequence[ListedPaper], category: str, day: date, now: datetime
) -> None:
    for number, entry in enumerate(entries, 1):
        label = fields.item_label(entry.id, f"entry {number}")
        builder.add(label, partial(_listed, entry, category, day, now))


def _listed(entry: ListedPaper, category: str, day: date, now: datetime) -> ParsedPaper:
    kind, id = entry.announced(), fields.arxiv_id(entry.id)
    if _is_to_come(id, now):
        raise fields.Unusable("its id is of a month to come")
    # in its primary category a paper is new, in all others it is a cross-list
    categories = fields.arxiv_categories(entry.categories) or ((category,) if kind is Announced.NEW else ())
    paper = Paper(
        id=id,
        title=fields.title(entry.title),
        abstract=text.prose(entry.abstract),
        authors=fields.names(entry.authors),
        categories=categories,
        listed_on=day,
        listed_by=(NAME,),
        aliases=fields.aliases(id, entry.doi),
        code_url=fields.repository_in(entry.comment, entry.abstract),
    )
    listing = Listing(paper_id=id, source=NAME, day=day, category=category, kind=ListingKind(kind.value))
    return ParsedPaper(paper=paper, listings=(listing,))


def _status(answer: SourceResponse, said: str = "") -> SourceTrouble:
    return SourceTrouble(TroubleCode.STATUS, f"{answer.status} ({said})" if said else str(answer.status))
