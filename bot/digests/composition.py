"""Compose a digest from observed papers: filter, rank and limit."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.digests.candidates import Candidates, Matcher, candidates, days_known, known_by
from bot.digests.list_days import OwnLists, own_lists
from bot.digests.matching import asked_for
from bot.digests.taste import Taste, choose
from bot.digests.taste.blend import KeptFor, TasteChoice
from bot.domain.observations import History
from bot.domain.papers import ListRange
from bot.domain.taste import Strength
from bot.domain.trending import Sort, Trend, rank
from bot.domain.trending.signals import seen_by, votes_of
from bot.query import Query, show
from bot.search import relevance_of

#: the query that every paper matches
NOTHING_ASKED = Query()
#: default number of papers in a digest
SIZE = 10
#: the same where the list is a message in a chat
BRIEF_SIZE = 5
#: data older than this is shown as of its own time
_STALE_AFTER = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class Pick:
    """A paper of a digest and the reasons for its rank."""

    trend: Trend
    #: from a list before the days that the digest covers (a late riser)
    late: bool = False
    #: why it has its place apart from taste; None without taste
    kept_for: KeptFor | None = None
    #: words of the reader's taste that speak for it
    taste_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many papers of a digest's own lists passed each filter, in turn."""

    listed: int = 0
    #: of these, matching the query
    matching: int = 0
    #: of these, with enough votes
    voted: int = 0
    #: of these, not yet shown to the chat
    unseen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A ranked list of papers for a period; the same data always gives the same digest."""

    #: "2026-04-24-k7d2q": the day, and a hash of the query and the papers
    id: str
    window: ListRange
    sort: Sort
    query: Query
    #: moment of the data (aware, UTC)
    as_of: datetime
    #: list days that it covers
    first: date
    last: date
    picks: tuple[Pick, ...]
    #: for the lists of these days, before `size` is applied
    funnel: Funnel
    #: minimum number of votes
    threshold: int = 0
    #: names of the sources of its lists and observations
    sources: frozenset[str]
    #: whether taste changed its order and choice
    by_taste: bool = False

    @property
    def considered(self) -> int:
        """Number of papers of its own lists from which it was picked."""
        return self.funnel.unseen


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Listed papers with their observations, from which digests for several moments can be composed."""

    #: days that have a list, newest first
    days: Sequence[date]
    #: papers on the lists in question, with all their observations
    histories: Sequence[History]
    #: their vectors by paper id; empty without an encoder
    vectors: Mapping[str, bytes] = field(default_factory=dict)

    def newest(self, at: datetime) -> datetime | None:
        """Return the time of the last observation up to `at`, or None."""
        seen = (seen_by(history, at) for history in self.histories)
        return max((each[-1].seen_at for each in seen if each), default=None)


def moment(now: datetime, newest_observation: datetime | None) -> datetime:
    """Return the moment of the data: `now`, or that of the newest observation if it is stale."""
    if newest_observation is None or now - newest_observation < _STALE_AFTER:
        return now
    return newest_observation


def compose(
    histories: Sequence[History],
    days: Sequence[date],
    as_of: datetime,
    *,
    window: ListRange,
    sort: Sort = Sort.TRENDING,
    query: Query = NOTHING_ASKED,
    shown: Set[str] = frozenset(),
    ever_shown: Set[str] = frozenset(),
    size: int = SIZE,
    threshold: int = 0,
    first: date | None = None,
    earliest: date | None = None,
    matcher: Matcher = relevance_of,
    taste: Taste | None = None,
) -> Digest:
    """Compose a digest from what was known at `as_of`; used for every digest and forecast.

    `histories` and `days` may include later data; both are cut at `as_of`. `shown` are ids to leave out because the
    chat has seen them. `first` overrides the first list day of the range. Papers of earlier lists, back to
    `earliest`, are added as late risers unless they are in `ever_shown`. Papers that no source counts votes for are
    ordered by how well they match the query and what else is known of them. `taste` changes only the order of what
    trends; with None the digest is the same for everybody. If there is no list of its own, the digest
    is empty, so that a day without a list is recognizable.
    """
    known = known_by(histories, as_of)
    days = days_known(days, known, as_of.date())
    lists = OwnLists(first) if first else own_lists(window, as_of.date(), days, known)
    found = candidates(known, lists, earliest, query, as_of, matcher)

    def has_enough(history: History) -> bool:
        return votes_of(seen_by(history, as_of)) >= threshold

    def is_new(history: History) -> bool:
        id = history.paper.id
        return id not in shown and (id in found.own or id not in ever_shown)

    unseen, funnel = _filtered(found, has_enough, is_new)
    tasting = taste if taste and taste.strength is not Strength.OFF and sort is Sort.TRENDING else None
    ranked = rank(unseen, as_of, sort, window, asked=asked_for(query, found.relevance))
    picks = _picks(ranked, found.own, query.limit or size, tasting)
    return Digest(
        id=_id(as_of, window, sort, query, picks),
        window=window,
        sort=sort,
        query=query,
        as_of=as_of,
        first=found.first,
        last=max(found.first, found.newest or max(days, default=as_of.date())),
        picks=picks,
        funnel=funnel,
        threshold=threshold,
        sources=_sources(known),
        by_taste=tasting is not None,
    )


def _sources(known: Iterable[History]) -> frozenset[str]:
    listing = (name for history in known for name in history.paper.listed_by)
    return frozenset((*listing, *(seen.source for history in known for seen in history.observations)))


def _filtered(found: Candidates, *filters: Callable[[History], bool]) -> tuple[Sequence[History], Funnel]:
    """Return the papers that pass all filters, and how many of the digest's own lists passed each in turn."""
    passed = [found.matching]
    for passes in filters:
        passed.append([history for history in passed[-1] if passes(history)])
    counts = (sum(each.paper.id in found.own for each in some) for some in passed)
    return passed[-1], Funnel(len(found.own), *counts)


def _picks(ranked: Sequence[Trend], own: Set[str], size: int, taste: Taste | None) -> tuple[Pick, ...]:
    return tuple(
        Pick(each.trend, late=each.trend.paper.id not in own, kept_for=each.kept_for, taste_words=each.words)
        for each in _chosen(ranked, size, taste)
    )


def _chosen(ranked: Sequence[Trend], size: int, taste: Taste | None) -> Sequence[TasteChoice]:
    return choose(ranked, taste, size) if taste else [TasteChoice(trend) for trend in ranked[:size]]


def _id(as_of: datetime, window: ListRange, sort: Sort, query: Query, picks: Sequence[Pick]) -> str:
    facts = [window, sort, show(query), *(pick.trend.paper.id for pick in picks)]
    digest = hashlib.blake2b("\n".join(facts).encode(), digest_size=5).digest()
    return f"{as_of.date()}-{base64.b32encode(digest).decode().lower()}"
