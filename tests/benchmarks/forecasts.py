"""Whether forecasts of topics say what digests then brought.

    python -m tests.benchmarks.forecasts --data DIR --topics DIR [--from DAY] [--to DAY]

DIR of the data holds papers.jsonl.gz and upvote_observations.csv.gz, that of the topics queries.jsonl. Each Saturday
somebody asks for a subscription on weekdays at 07:00 UTC; its forecast is held against the digests that one who had
subscribed long before was sent in that week. One line of JSON: `slots`, how many of them had the `right` count, the
sums that were `forecast` and `delivered`, and how many slots had the very same `papers`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from bot.digests.composition import Snapshot, moment
from bot.digests.for_subscription import digest_due
from bot.digests.forecasts import memoized_matcher, replayed
from bot.domain.schedule.slots import past_week
from bot.domain.subscriptions import Subscription
from tests.benchmarks.replay import Past, load
from tests.benchmarks.subscribers import Archive, subscription

#: subscribers begin so long before the first Saturday
BEFORE = timedelta(days=28)
SATURDAY = 5
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Compared:
    """One slot: the papers that a forecast said, and those that were delivered."""

    topic: str
    at: datetime
    forecast: tuple[str, ...]
    delivered: tuple[str, ...]


def compared(past: Past, topics: Sequence[str], first: date, last: date) -> Iterator[Compared]:
    """Yield every slot of the weeks whose Saturday lies between two days."""
    archive = Archive(past)
    for topic in topics:
        standing = replace(subscription(10, 7), query=topic)
        delivered = dict(_delivered(archive, standing, first - BEFORE, last))
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            if (day := date.fromordinal(ordinal)).weekday() == SATURDAY:
                yield from _week(archive, standing, delivered, day)


def _delivered(
    archive: Archive, standing: Subscription, first: date, last: date
) -> Iterator[tuple[datetime, tuple[str, ...]]]:
    shown: set[str] = set()
    matcher = memoized_matcher()
    for slot in archive.slots(standing, first, last):
        as_of = moment(slot.at, slot.newest)
        digest = digest_due(
            standing, slot.histories, slot.days, as_of, shown, ever_shown=shown, slot=slot.at, matcher=matcher
        )
        ids = tuple(pick.trend.paper.id for pick in digest.picks)
        shown |= {*ids}
        yield slot.at, ids


def _week(
    archive: Archive, standing: Subscription, delivered: dict[datetime, tuple[str, ...]], day: date
) -> Iterator[Compared]:
    now = datetime.combine(day, time(12), standing.created_at.tzinfo)
    asked = archive.slot(standing, now)
    if asked is None:
        return
    slots = past_week(standing.schedule, now)
    forecast = replayed(
        replace(standing, created_at=now), slots, Snapshot(days=asked.days, histories=asked.histories), {}
    )
    for slot, brought in zip(slots, forecast.days, strict=True):
        if slot.moment:
            yield Compared(
                standing.query, slot.moment, tuple(paper.id for paper in brought.papers), delivered[slot.moment]
            )


def measure(slots: Sequence[Compared]) -> dict[str, object]:
    """One line of the report."""
    return {
        "slots": len(slots),
        "right": round(sum(len(each.forecast) == len(each.delivered) for each in slots) / len(slots), 4),
        "papers": round(sum(each.forecast == each.delivered for each in slots) / len(slots), 4),
        "forecast": sum(len(each.forecast) for each in slots),
        "delivered": sum(len(each.delivered) for each in slots),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--topics", type=Path, required=True, metavar="DIR")
    parser.add_argument("--from", type=date.fromisoformat, dest="first", default=date(2026, 2, 1), metavar="DAY")
    parser.add_argument("--to", type=date.fromisoformat, dest="last", default=date(2026, 4, 30), metavar="DAY")
    choice = parser.parse_args()
    topics = [json.loads(line)["text"] for line in (choice.topics / "queries.jsonl").read_text().splitlines()]
    slots = list(compared(load(choice.data), topics, choice.first, choice.last))
    if not slots:
        parser.exit(1, "no Saturday in this span\n")
    print(json.dumps(measure(slots)))


if __name__ == "__main__":
    main()
