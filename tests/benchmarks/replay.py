"""The past, replayed: what was known at noon of each weekday, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from math import log2
from pathlib import Path

from bot.models import History, Listing, Observation, Paper
from bot.sources.archive import Archive

#: the lists of so many days are looked at
LIST_DAYS = 7
#: a day with fewer candidates tells nothing
FEWEST = 20
#: what came of a paper is what it gained for so long
HORIZON = timedelta(hours=48)

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Noon:
    """One question of the replay, and its answer."""

    moment: datetime
    #: every paper that was listed in the last days and had been seen
    known: tuple[History, ...]
    #: votes gained within the horizon, by paper id; only papers that were seen beyond it, which are the candidates
    gains: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Past:
    """The lists of each day: papers with everything that was ever seen of them, before and after."""

    lists: Mapping[date, Sequence[History]]

    def listed(self, first: date, last: date) -> list[History]:
        """Return the papers on any list from `first` to `last`, each as of the newest of these."""
        found: dict[str, History] = {}
        for ordinal in range(last.toordinal(), first.toordinal() - 1, -1):
            for history in self.lists.get(date.fromordinal(ordinal), ()):
                found.setdefault(history.paper.id, history)
        return list(found.values())

    def noons(self, first: date, last: date, horizon: timedelta = HORIZON) -> Iterator[Noon]:
        """Yield the weekdays from `first` to `last` (both included) that have enough candidates."""
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            if day.weekday() < SATURDAY and len((noon := self._noon(day, horizon)).gains) >= FEWEST:
                yield noon

    def _noon(self, day: date, horizon: timedelta) -> Noon:
        moment = datetime.combine(day, time(12), UTC)
        # of a paper that was listed again, the newest list by then counts
        listed = self.listed(day - timedelta(days=LIST_DAYS - 1), day)
        known = tuple(history for history in listed if history.observations[0].seen_at < moment)
        ended = (history for history in known if history.observations[-1].seen_at >= moment + horizon)
        gains = {
            history.paper.id: max(0.0, votes_at(history, moment + horizon) - votes_at(history, moment))
            for history in ended
        }
        return Noon(moment, known, gains)


def votes_at(history: History, moment: datetime) -> float:
    """Return the votes at a moment, on a straight line between what was seen before and what was seen after.

    The line begins without votes where the list day begins, so that papers are compared over equal spans whenever the
    archive looked at them. After the last observation nothing changes.
    """
    assert history.paper.listed_on
    seen = [(datetime.combine(history.paper.listed_on, time(), UTC), 0)]
    seen += [(each.seen_at, each.votes) for each in history.observations if each.seen_at > seen[0][0]]
    after = next((place for place, (at, _) in enumerate(seen) if at > moment), None)
    if not after:
        return seen[-1 if after is None else 0][1]
    (since, then), (until, later) = seen[after - 1], seen[after]
    return then + (later - then) * ((moment - since) / (until - since))


def load(folder: Path) -> Past:
    """Read papers.jsonl.gz and upvote_observations.csv.gz. Raises `FetchError`."""
    papers: dict[str, Paper] = {}
    listings: list[Listing] = []
    seen: defaultdict[str, list[Observation]] = defaultdict(list)
    for harvest in Archive(folder / "papers.jsonl.gz", folder / "upvote_observations.csv.gz").harvests():
        papers |= {paper.id: paper for paper in harvest.papers}
        listings += harvest.listings
        # those that come with papers are from the end of the story, and in the table as well
        for observation in () if harvest.papers else harvest.observations:
            seen[observation.paper_id].append(observation)
    lists: defaultdict[date, list[History]] = defaultdict(list)
    for listing in listings:
        if story := sorted(seen[listing.paper_id], key=lambda observation: observation.seen_at):
            paper = replace(papers[listing.paper_id], listed_on=listing.day)
            lists[listing.day].append(History(paper, tuple(story)))
    return Past(lists)


def overlap5(ranking: Sequence[str], gains: Mapping[str, float]) -> float:
    """How many of the five that gained most are among the first five, as a share."""
    return len({*ranking[:5]} & {*_best(gains)[:5]}) / 5


def ndcg10(ranking: Sequence[str], gains: Mapping[str, float]) -> float:
    """The gains of the first ten, discounted by their places, as a share of the most that was possible."""
    ideal = _discounted(_best(gains), gains)
    return _discounted(ranking, gains) / ideal if ideal else 1.0


def _best(gains: Mapping[str, float]) -> list[str]:
    return sorted(gains, key=lambda id: -gains[id])


def _discounted(ranking: Sequence[str], gains: Mapping[str, float]) -> float:
    return sum(gains[id] / log2(place + 1) for place, id in enumerate(ranking[:10], start=1))
