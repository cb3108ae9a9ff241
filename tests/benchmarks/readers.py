"""What subscribers would have been sent of the papers that their weeks turned out to love.

    python -m tests.benchmarks.readers --data DIR [--from DAY] [--to DAY]

DIR holds papers.jsonl.gz and upvote_observations.csv.gz. One line of JSON for each digest and ranking, over the ISO
weeks that lie within the span: `final10` is the share of each week's final top ten that was delivered, `first3` the
same for the first three places of each digest, `delay_days` how long after the beginning of its list day a paper of the
top ten came, `final_votes` what the delivered papers had in the end. Intervals hold 95 of 100 differences of `final10`
where the weeks are drawn anew.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from statistics import mean

from bot.models import History
from tests.benchmarks.replay import Past, load
from tests.benchmarks.subscribers import RANKINGS, Archive, Sent, replayed, subscription

#: a week with fewer papers tells nothing
FEWEST = 20
TOP, FIRST = 10, 3
#: a paper's votes are final where it was seen so long after its list day began
SETTLED = timedelta(days=3)
#: subscribers begin so long before the first week, and are followed so long beyond the last
BEFORE, BEYOND = timedelta(days=21), timedelta(days=14)
DRAWS = 2_000
DAY = timedelta(days=1)

Week = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reader:
    """A digest that somebody has subscribed to."""

    digest: str
    size: int
    hour: int
    #: from Monday, 0; None for every weekday
    weekday: int | None = None


READERS = (
    *(Reader("daily", size, hour) for size in (3, 5, 10) for hour in (7, 13)),
    *(Reader("weekly", 10, 7, weekday) for weekday in (0, 4)),
)


@dataclass(frozen=True, slots=True)
class Truth:
    """What became of the papers."""

    #: id -> votes at the last observation
    votes: Mapping[str, int]
    #: id -> the first day on a list
    listed: Mapping[str, date]
    #: the final top ten of each week
    tops: Mapping[Week, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one ranking brought one reader: by week, and over all of them."""

    final10: Mapping[Week, float]
    first3: Mapping[Week, float]
    delay_days: float
    final_votes: float


def truth(past: Past, first: date, last: date) -> Truth:
    """Return the final standings of the ISO weeks that lie between two days."""
    stories: dict[str, History] = {}
    for day in sorted(past.lists):
        for history in past.lists[day]:
            stories.setdefault(history.paper.id, history)
    weeks: defaultdict[Week, list[History]] = defaultdict(list)
    listed = {id: story.paper.listed_on for id, story in stories.items() if story.paper.listed_on}
    for id, day in listed.items():
        monday = day - DAY * day.weekday()
        if (
            first <= monday
            and monday + 6 * DAY <= last
            and stories[id].observations[-1].seen_at - _start(day) >= SETTLED
        ):
            weeks[_week(day)].append(stories[id])
    votes = {id: story.observations[-1].votes for id, story in stories.items()}
    tops = {
        week: _top([story.paper.id for story in each], votes) for week, each in weeks.items() if len(each) >= FEWEST
    }
    return Truth(votes, listed, tops)


def _top(ids: Sequence[str], votes: Mapping[str, int]) -> Sequence[str]:
    return sorted(ids, key=lambda id: (-votes[id], id))[:TOP]


def _week(day: date) -> Week:
    year, week, _ = day.isocalendar()
    return year, week


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def outcome(sent: Mapping[str, Sent], known: Truth) -> Outcome:
    """Return how much of the tops was delivered."""
    tops, first = known.tops, {id for id, each in sent.items() if each.place <= FIRST}
    delays = [(sent[id].at - _start(known.listed[id])) / DAY for top in tops.values() for id in top if id in sent]
    of_these_weeks = [known.votes[id] for id in sent if _week(known.listed[id]) in tops]
    return Outcome(
        final10={week: sum(id in sent for id in top) / TOP for week, top in tops.items()},
        first3={week: len(first.intersection(top)) / TOP for week, top in tops.items()},
        delay_days=mean(delays) if delays else 0.0,
        final_votes=mean(of_these_weeks) if of_these_weeks else 0.0,
    )


def interval(ours: Mapping[Week, float], theirs: Mapping[Week, float]) -> list[float]:
    """Return what 95 of 100 mean differences lie between, where the weeks are drawn anew."""
    differences = [ours[week] - theirs[week] for week in ours]
    draw = Random(1)
    means = sorted(mean(draw.choices(differences, k=len(differences))) for _ in range(DRAWS))
    return [round(means[DRAWS // 40], 3), round(means[-DRAWS // 40 - 1], 3)]


def measured(past: Past, first: date, last: date) -> Iterator[dict[str, object]]:
    """Yield one line of the report for each reader and ranking. Raises `ValueError` where no week can be told of."""
    known = truth(past, first, last)
    if not known.tops:
        raise ValueError("no week in this span has enough papers whose votes are settled")
    archive = Archive(past)
    for reader in READERS:
        standing = subscription(reader.size, reader.hour, reader.weekday)
        slots = list(archive.slots(standing, first - BEFORE, last + BEYOND))
        found = {name: outcome(replayed(slots, ranking, reader.size), known) for name, ranking in RANKINGS.items()}
        for name, each in found.items():
            yield {
                "digest": reader.digest,
                "size": reader.size,
                "hour": reader.hour,
                "weekday": reader.weekday,
                "ranking": name,
                "weeks": len(known.tops),
                "final10": round(mean(each.final10.values()), 3),
                "first3": round(mean(each.first3.values()), 3),
                "delay_days": round(each.delay_days, 2),
                "final_votes": round(each.final_votes, 1),
                "vs_votes": interval(each.final10, found["votes"].final10),
                "vs_huggingface": interval(each.final10, found["huggingface"].final10),
            }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--from", type=date.fromisoformat, dest="first", metavar="DAY")
    parser.add_argument("--to", type=date.fromisoformat, dest="last", metavar="DAY")
    choice = parser.parse_args()
    past = load(choice.data)
    try:
        for line in measured(past, choice.first or min(past.lists), choice.last or max(past.lists)):
            print(json.dumps(line), flush=True)
    except ValueError as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main()
