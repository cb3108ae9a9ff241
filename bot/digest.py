"""Pure: from what was seen of papers to the ordered list that a chat gets."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.models import History, Paper
from bot.query import Query, show
from bot.search import matches
from bot.trending import Sort, Trend, Window, first_day, rank
from bot.trending.signals import seen_by, votes_of

#: whether a paper that has so many votes answers a query
Matcher = Callable[[Paper, Query, int | None], bool]

#: every paper answers it
NOTHING_ASKED = Query()
#: papers in a digest where nobody asked for another number
SIZE = 10
#: older knowledge than this is shown as of its own moment, not as of now
_STALE = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class Pick:
    """A paper that made it into the digest, and why."""

    trend: Trend
    #: from a list before the days that the digest is about
    late: bool = False


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many papers of a digest's own lists passed each filter, in turn."""

    listed: int = 0
    #: ... and answer the query
    matching: int = 0
    #: ... and have the votes that are wanted
    voted: int = 0
    #: ... and have not been shown to the chat
    unseen: int = 0


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
    #: of the lists of these days, before `size` cut them
    funnel: Funnel
    #: votes that a paper must have
    threshold: int = 0
    #: names of the sources whose observations it rests on
    sources: frozenset[str]

    @property
    def considered(self) -> int:
        """Papers of its own lists that it was picked from."""
        return self.funnel.unseen


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What is known of the papers on some lists, from which digests of several moments can be composed."""

    #: days that have a list, newest first
    days: Sequence[date]
    #: the papers on those that are looked at, with everything that was seen of them
    histories: Sequence[History]

    def newest(self, at: datetime) -> datetime | None:
        """Return when anything had been seen last by a moment."""
        seen = (seen_by(history, at) for history in self.histories)
        return max((each[-1].seen_at for each in seen if each), default=None)


def moment(now: datetime, newest_observation: datetime | None) -> datetime:
    """The moment to tell of: now, or that of the newest knowledge where it is long past."""
    if newest_observation is None or now - newest_observation < _STALE:
        return now
    return newest_observation


def known_by(histories: Iterable[History], as_of: datetime) -> list[History]:
    """Return the papers that were on a list at a moment.

    Lists carry no moments, so a paper counts as listed from its first observation on, and from its list day on where
    its source never tells votes.
    """
    return [
        history
        for history in histories
        if history.paper.listed_on is not None
        and history.paper.listed_on <= as_of.date()
        and (not history.observations or history.observations[0].seen_at <= as_of)
    ]


def listed_between(histories: Iterable[History], first: date, as_of: datetime) -> list[History]:
    """Return those that were on a list from a day on by a moment."""
    return [history for history in known_by(histories, as_of) if _on_or_after(first, history)]


def compose(
    histories: Sequence[History],
    days: Sequence[date],
    as_of: datetime,
    *,
    window: Window,
    sort: Sort = Sort.TRENDING,
    query: Query = NOTHING_ASKED,
    shown: Set[str] = frozenset(),
    ever_shown: Set[str] = frozenset(),
    size: int = SIZE,
    threshold: int = 0,
    first: date | None = None,
    earliest: date | None = None,
    matcher: Matcher = matches,
) -> Digest:
    """Pick the papers of a window by what was known at `as_of`: the one rule for every digest and every forecast.

    `histories` may tell of later moments, and `days` are the days that have a list by now; both are cut at `as_of`.
    `shown` are ids that are kept back, as the chat has had them. `first` is where the digest's own lists begin, if not
    where the window does. Papers of the lists before, back to `earliest`, come as late ones unless they are among
    `ever_shown`. A digest that has no list of its own is empty, so that a day without a list is seen to be one.
    """
    known = known_by(histories, as_of)
    days = days_known(days, known, as_of.date())
    first = first or first_day(window, as_of.date(), days)
    own = frozenset(history.paper.id for history in known if _on_or_after(first, history))
    reached = [history for history in known if _on_or_after(min(earliest or first, first), history)] if own else []
    votes = {history.paper.id: votes_of(seen_by(history, as_of)) for history in reached}
    matching = [history for history in reached if matcher(history.paper, query, votes[history.paper.id])]
    voted = [history for history in matching if votes[history.paper.id] >= threshold]
    unseen = [each for each in voted if each.paper.id not in shown]
    unseen = [each for each in unseen if each.paper.id in own or each.paper.id not in ever_shown]
    chosen = rank(unseen, as_of, sort, window)[: query.limit or size]
    picks = tuple(Pick(trend, late=trend.paper.id not in own) for trend in chosen)
    listed, *passed = (sum(each.paper.id in own for each in some) for some in (reached, matching, voted, unseen))
    return Digest(
        id=_id(as_of, window, sort, query, picks),
        window=window,
        sort=sort,
        query=query,
        as_of=as_of,
        first=first,
        last=max(first, max(days, default=as_of.date())),
        picks=picks,
        funnel=Funnel(listed, *passed),
        threshold=threshold,
        sources=frozenset(seen.source for history in known for seen in history.observations),
    )


def _on_or_after(day: date, history: History) -> bool:
    return history.paper.listed_on is not None and history.paper.listed_on >= day


def days_known(days: Sequence[date], known: Sequence[History], today: date) -> list[date]:
    """Return the days that had a list, newest first: those of the known papers, and those before them.

    `days` are all that have a list by now; those before the known papers are not among their histories.
    """
    of_papers = {history.paper.listed_on for history in known if history.paper.listed_on}
    oldest = min(of_papers, default=today)
    return sorted({*of_papers, *(day for day in days if day < oldest)}, reverse=True)


def _id(as_of: datetime, window: Window, sort: Sort, query: Query, picks: Sequence[Pick]) -> str:
    facts = [window, sort, show(query), *(pick.trend.paper.id for pick in picks)]
    digest = hashlib.blake2b("\n".join(facts).encode(), digest_size=5).digest()
    return f"{as_of.date()}-{base64.b32encode(digest).decode().lower()}"
