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
#: what came of a paper is the last observation that is so much later than noon
SOONEST = timedelta(hours=20)
LATEST = timedelta(days=8)

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Noon:
    """One question of the replay, and its answer."""

    moment: datetime
    #: every paper that was listed in the last days and had been seen
    known: tuple[History, ...]
    #: votes gained afterwards, by paper id; only papers that were seen again, which are the candidates
    gains: Mapping[str, int]


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

    def noons(self, first: date, last: date) -> Iterator[Noon]:
        """The weekdays from `first` to `last` (both included) that have enough candidates."""
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            if day.weekday() < SATURDAY and len((noon := self._noon(day)).gains) >= FEWEST:
                yield noon

    def _noon(self, day: date) -> Noon:
        moment = datetime.combine(day, time(12), UTC)
        listed: dict[str, History] = {}
        for back in range(LIST_DAYS):
            for history in self.lists.get(day - timedelta(days=back), ()):
                # of a paper that was listed again, the newest list by then counts
                listed.setdefault(history.paper.id, history)
        known = tuple(history for history in listed.values() if history.observations[0].seen_at < moment)
        gains = {history.paper.id: gain for history in known if (gain := _gain(history, moment)) is not None}
        return Noon(moment, known, gains)


def _gain(history: History, noon: datetime) -> int | None:
    before = [seen for seen in history.observations if seen.seen_at < noon]
    after = [seen for seen in history.observations if noon + SOONEST <= seen.seen_at <= noon + LATEST]
    return max(0, after[-1].votes - before[-1].votes) if after else None


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


def overlap5(ranking: Sequence[str], gains: Mapping[str, int]) -> float:
    """How many of the five that gained most are among the first five, as a share."""
    return len({*ranking[:5]} & {*_best(gains)[:5]}) / 5


def ndcg10(ranking: Sequence[str], gains: Mapping[str, int]) -> float:
    """The gains of the first ten, discounted by their places, as a share of the most that was possible."""
    ideal = _discounted(_best(gains), gains)
    return _discounted(ranking, gains) / ideal if ideal else 1.0


def _best(gains: Mapping[str, int]) -> list[str]:
    return sorted(gains, key=lambda id: -gains[id])


def _discounted(ranking: Sequence[str], gains: Mapping[str, int]) -> float:
    return sum(gains[id] / log2(place + 1) for place, id in enumerate(ranking[:10], start=1))
