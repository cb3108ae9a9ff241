"""Pure: from what was seen of papers to the ordered list that a chat gets."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.models import History
from bot.query import Query, show
from bot.search import subject, topic_of
from bot.trending import Sort, Trend, Window, first_day, rank

#: every paper answers it
NOTHING_ASKED = Query()
#: papers in a digest where nobody asked for another number
SIZE = 10
#: places of a day's digest that papers of the days before may take
LATE_RISERS = 3
#: papers of one organisation among the picks, and how alike two subjects may be (Jaccard), where there is a choice
_OF_ONE_HOUSE = 3
_ALIKE = 0.5
#: older knowledge than this is shown as of its own moment, not as of now
_STALE = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class Pick:
    """A paper that made it into the digest, and why."""

    trend: Trend
    #: from a list before the days that the digest is about
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """An ordered list of picks for a period; the same wherever it is composed from the same facts."""

    #: "2026-04-24-k7d2q": the day, and what was asked for and picked
    id: str
    window: Window
    sort: Sort
    query: Query
    #: the moment that it tells of (aware, UTC)
    as_of: datetime
    #: the list days that it covers
    first: date
    last: date
    picks: tuple[Pick, ...]
    #: papers on those lists that answer the query, before `size` cut them
    considered: int
    #: names of the sources whose observations it rests on
    sources: frozenset[str]


def moment(now: datetime, newest_observation: datetime | None) -> datetime:
    """The moment to tell of: now, or that of the newest knowledge where it is long past."""
    if newest_observation is None or now - newest_observation < _STALE:
        return now
    return newest_observation


def compose(
    histories: Sequence[History],
    days: Sequence[date],
    as_of: datetime,
    *,
    window: Window,
    sort: Sort = Sort.TRENDING,
    query: Query = NOTHING_ASKED,
    shown: Set[str] = frozenset(),
    size: int = SIZE,
) -> Digest:
    """Pick the papers of a window from the histories of all that were listed lately.

    `days` are the days that have a list. `shown` are ids that the chat has had. A day's digest keeps places for late
    risers: papers of the days before that now trend above the day's own. A day without papers of its own has none, so
    that an empty day is seen to be empty.
    """
    size = query.limit or size
    # ranked before anything is left out, as a paper's place is its place in its whole list
    topic = topic_of(query)
    ranked = [
        trend
        for trend in rank(histories, as_of, sort, window)
        if trend.paper.id not in shown and topic.judge(trend.paper)
    ]
    first = first_day(window, as_of.date(), days)
    own = [trend for trend in ranked if _listed(trend, first, as_of)]
    late = _late_risers(ranked[:size], first) if own and window is Window.DAY and sort is Sort.TRENDING else []
    chosen = _spread(own, size - len(late)) if sort is Sort.TRENDING else own[:size]
    picks = (*map(Pick, chosen), *(Pick(trend, late=True) for trend in late))
    last = max((day for day in days if day <= as_of.date()), default=as_of.date())
    return Digest(
        id=_id(as_of, window, sort, query, picks),
        window=window,
        sort=sort,
        query=query,
        as_of=as_of,
        first=first,
        last=max(first, last),
        picks=picks,
        considered=len(own),
        sources=frozenset(seen.source for history in histories for seen in history.observations),
    )


def _listed(trend: Trend, first: date, as_of: datetime) -> bool:
    day = trend.paper.listed_on
    return day is not None and first <= day <= as_of.date()


def _late_risers(top: Sequence[Trend], first: date) -> list[Trend]:
    return [trend for trend in top if trend.paper.listed_on and trend.paper.listed_on < first][:LATE_RISERS]


def _spread(trends: Sequence[Trend], size: int) -> list[Trend]:
    """The best, but not all of one house or about one thing while others wait; in their order."""
    taken: list[int] = []
    held: list[int] = []
    for place, trend in enumerate(trends):
        if len(taken) == size:
            break
        alike = _too_alike(trend, [trends[other] for other in taken])
        (held if alike else taken).append(place)
    return [trends[place] for place in sorted((taken + held)[:size])]


def _too_alike(trend: Trend, taken: Sequence[Trend]) -> bool:
    houses = Counter(other.paper.organization for other in taken)
    if trend.paper.organization and houses[trend.paper.organization] >= _OF_ONE_HOUSE:
        return True
    ours = frozenset(subject(trend.paper))
    theirs = (frozenset(subject(other.paper)) for other in taken)
    return any(len(ours & words) > _ALIKE * len(ours | words) for words in theirs)


def _id(as_of: datetime, window: Window, sort: Sort, query: Query, picks: Sequence[Pick]) -> str:
    facts = [window, sort, show(query), *(pick.trend.paper.id for pick in picks)]
    digest = hashlib.blake2b("\n".join(facts).encode(), digest_size=5).digest()
    return f"{as_of.date()}-{base64.b32encode(digest).decode().lower()}"
