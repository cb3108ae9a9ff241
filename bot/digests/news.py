"""Pure: which listed papers are news for a query, and by which of their lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from bot.domain.observations import History
from bot.domain.papers import Listing, ListingKind, Paper
from bot.domain.servers import ARXIV
from bot.query import Query

#: name of the source whose lists have cross-lists of old papers too
_WITH_CROSS_LISTS = "arxiv_feed"
#: how long after its submission a paper is announced at the latest, unless it is held
_NEW_FOR = timedelta(days=10)


def is_old_cross_list(paper: Paper) -> bool:
    """Return whether a paper is on a list only because it was added to another category long after it appeared."""
    if paper.server != ARXIV or paper.listed_by != (_WITH_CROSS_LISTS,):
        return False
    if any(listing.kind is ListingKind.NEW for listing in paper.listings):
        return False
    return _is_old(paper, paper.listed_on)


def _is_old(paper: Paper, day: date | None) -> bool:
    return day is not None and paper.published_at is not None and day - paper.published_at.date() > _NEW_FOR


@dataclass(frozen=True, slots=True)
class NewsRule:
    """Which papers are news for the readers of a query.

    A paper is news in a category on the days on which the list of that category has it. If that list was not read on
    a day, the paper's other lists of the day stand for it, unless they have it as a cross-list of an old paper. That
    is also the rule for a query without categories.
    """

    #: categories and archives of the query; empty if it names none
    asked: frozenset[str]
    #: whether cross-lists count
    cross: bool
    #: categories and days of the lists that were read
    read: frozenset[tuple[str, date]]

    @classmethod
    def of(cls, query: Query, histories: Iterable[History]) -> NewsRule:
        """Return the rule of a query; `histories` are all papers on the lists of some days."""
        listings = (listing for history in histories for listing in history.paper.listings)
        read = frozenset((listing.category, listing.day) for listing in listings if listing.category)
        return cls(frozenset(_categories(query)), query.cross, read)

    def as_listed(self, history: History) -> History:
        """Return a paper with only those of its lists by which it is news; unchanged if it is none by any.

        Papers in other categories are unchanged, too: a forecast looks at all papers of weeks for each of its days.
        """
        listings = history.paper.listings
        if not listings or (self.asked and not any(map(self._is_asked, history.paper.categories))):
            return history
        counting = [listing for listing in listings if self._counts(history.paper, listing)]
        return with_listings(history, counting) if counting and len(counting) < len(listings) else history

    def is_news(self, paper: Paper) -> bool:
        """Return whether a paper can be new to the readers.

        Of a paper whose lists are not known by category, an old cross-list is new in its secondary categories only.
        """
        if paper.listings:
            return any(self._counts(paper, listing) for listing in paper.listings)
        return not is_old_cross_list(paper) or self._is_secondary(paper)

    def _counts(self, paper: Paper, listing: Listing) -> bool:
        if not listing.category:
            is_news = listing.source != _WITH_CROSS_LISTS or not _is_old(paper, listing.day)
            return is_news or self._is_secondary(paper)
        if self._is_asked(listing.category):
            return self.cross or listing.kind is not ListingKind.CROSS
        if any(self._is_asked(category) and (category, listing.day) in self.read for category in paper.categories):
            return False
        return listing.kind is ListingKind.NEW or not _is_old(paper, listing.day)

    def _is_asked(self, category: str) -> bool:
        return _is_in(category, self.asked)

    def _is_secondary(self, paper: Paper) -> bool:
        return any(map(self._is_asked, paper.categories[1:]))


@lru_cache(maxsize=10_000)
def _is_in(category: str, wanted: frozenset[str]) -> bool:
    """Return whether a category or its archive is among those wanted."""
    return category in wanted or category.partition(".")[0] in wanted


def with_listings(history: History, listings: Sequence[Listing]) -> History:
    """Return a paper that is on these of its lists only; at least one."""
    paper = replace(
        history.paper,
        listings=tuple(listings),
        listed_on=max(listing.day for listing in listings),
        listed_by=tuple(sorted({listing.source for listing in listings})),
    )
    return replace(history, paper=paper)


def _categories(query: Query) -> Iterator[str]:
    yield from query.categories
    for group in query.either:
        for each in group:
            yield from _categories(each)
