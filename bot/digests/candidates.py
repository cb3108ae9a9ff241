"""Which papers a digest or list chooses from: one rule for answers, previews, forecasts and deliveries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.digests.list_days import OwnLists, listed_by_any, sources_of
from bot.digests.news import NewsRule, with_listings
from bot.domain.observations import History
from bot.domain.papers import Paper
from bot.domain.trending.signals import seen_by, votes_of
from bot.query import Query
from bot.search import relevance_of

#: returns how relevant a paper with this many votes is to a query, from 0 to 1; None if it does not match
Matcher = Callable[[Paper, Query, int | None], float | None]

#: a list that is read so long after its day was missed at first; those of weekends are read on Monday
_READ_LATER = timedelta(days=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The papers that a digest chooses from."""

    #: ids of the papers on its own lists, those that do not match, too
    own: frozenset[str]
    #: matching papers of its own and earlier lists
    matching: Sequence[History]
    #: how relevant these are to the query, by id
    relevance: Mapping[str, float]
    #: first day of its own lists
    first: date
    #: newest list day of the sources of matching papers; None if there are none
    newest: date | None


def known_by(histories: Iterable[History], as_of: datetime) -> list[History]:
    """Return the papers that were listed at a moment.

    Listings have no time of day, so a paper counts as listed from its first observation on. One without votes counts
    from the moment on at which it was stored, or from its list day on if the list was read only much later.
    """
    day = as_of.date()
    return [
        history
        for history in _listed_by_then(histories, day)
        if (listed_on := history.paper.listed_on) and listed_on <= day and _known_since(history, listed_on) <= as_of
    ]


def _listed_by_then(histories: Iterable[History], day: date) -> Iterator[History]:
    """Yield the papers without the lists of later days that are known of them."""
    for history in histories:
        paper = history.paper
        if paper.listings and paper.listed_on is not None and paper.listed_on > day:
            by_then = [listing for listing in paper.listings if listing.day <= day]
            yield with_listings(history, by_then) if by_then else history
        else:
            yield history


def _known_since(history: History, listed_on: date) -> datetime:
    if history.observations:
        return history.observations[0].seen_at
    day, stored_at = datetime.combine(listed_on, time(), UTC), history.first_seen_at
    return stored_at if stored_at and day <= stored_at < day + _READ_LATER else day


def listed_between(
    histories: Iterable[History], first: date, as_of: datetime, rule: NewsRule | None = None
) -> list[History]:
    """Return the papers listed on or after `first`, as known then; with a rule by the lists that count for it."""
    known = known_by(histories, as_of)
    listed = map(rule.as_listed, known) if rule else known
    return [history for history in listed if _on_or_after(first, history)]


def relevances(
    histories: Iterable[History],
    query: Query,
    as_of: datetime,
    matcher: Matcher = relevance_of,
    *,
    rule: NewsRule | None = None,
) -> dict[str, float]:
    """Return how relevant papers are to a query, as known at `as_of`, by id; without those that do not match.

    A paper without votes is compared with a minimum of votes as one that has none. `rule` says what is news for the
    query; if it is not given, these papers are taken to be all on their lists.
    """
    histories = list(histories)
    rule = rule or NewsRule.of(query, histories)
    found = (
        (history.paper.id, matcher(history.paper, query, votes_of(seen_by(history, as_of))))
        for history in histories
        if rule.is_news(history.paper)
    )
    return {id: relevance for id, relevance in found if relevance is not None}


def candidates(
    known: Sequence[History],
    lists: OwnLists,
    earliest: date | None,
    query: Query,
    as_of: datetime,
    matcher: Matcher = relevance_of,
) -> Candidates:
    """Return the matching papers of a digest's own lists, and those of earlier lists back to `earliest`.

    There are none if no source of these papers has a list of its own days: other lists have nothing to do with the
    query.
    """
    rule = NewsRule.of(query, known)
    known = [rule.as_listed(history) for history in known]
    own_ids = {history.paper.id for history in known if lists.has(history.paper)}
    own = [history.paper for history in known if history.paper.id in own_ids]
    reached = [each for each in known if each.paper.id in own_ids or _is_late(each, earliest)] if own else []
    relevance = relevances(reached, query, as_of, matcher, rule=rule)
    matching = [history for history in reached if history.paper.id in relevance]
    sources = sources_of(history.paper for history in matching)
    if matching:
        own = listed_by_any(own, sources)
    in_play = listed_by_any((history.paper for history in known), sources)
    return Candidates(
        own=frozenset(paper.id for paper in own),
        matching=matching if own else [],
        relevance=relevance,
        first=lists.first_of(history.paper for history in matching),
        newest=max((paper.listed_on for paper in in_play if paper.listed_on), default=None),
    )


def _is_late(history: History, earliest: date | None) -> bool:
    return earliest is not None and _on_or_after(earliest, history)


def _on_or_after(day: date, history: History) -> bool:
    return history.paper.listed_on is not None and history.paper.listed_on >= day


def days_known(days: Sequence[date], known: Sequence[History], today: date) -> list[date]:
    """Return the days that had a list, newest first.

    `days` are all days that have a list by now; those before the known papers are not covered by their histories.
    """
    of_papers = {history.paper.listed_on for history in known if history.paper.listed_on}
    oldest = min(of_papers, default=today)
    return sorted({*of_papers, *(day for day in days if day < oldest)}, reverse=True)
