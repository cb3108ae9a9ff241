from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.digests.candidates import Matcher
from bot.digests.composition import moment
from bot.digests.for_subscription import digest_due
from bot.digests.forecasts import memoized_matcher
from bot.digests.shortfall import Absence, Cause, Shortfall, shortfall
from bot.domain.observations import History
from bot.domain.requests import Chat
from bot.domain.schedule import EVERY_DAY, WEEKDAYS, Schedule
from bot.domain.subscriptions import Subscription
from bot.messages.shortfalls import sentence, short
from bot.query import parse
from tests.benchmarks.replay import load
from tests.benchmarks.subscribers import Archive, Slot, subscription
from tests.builders import history
from tests.shared import PAPERS, needs_shared

#: Thursday to Monday at seven, by UTC
THURSDAY = datetime(2026, 4, 23, 7, tzinfo=UTC)
FRIDAY, SATURDAY, SUNDAY, MONDAY = (THURSDAY + timedelta(days=days) for days in range(1, 5))
DAILY = Schedule(at=time(7), zone="UTC", days=EVERY_DAY)
MINE = Subscription(chat=Chat("console", "here"), schedule=DAILY, created_at=THURSDAY - timedelta(days=60))
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def listed(id: str, day: date, at: datetime, votes: int = 10, **facts: Any) -> History:
    known = history(id, [votes], listed_on=day, **facts)
    return replace(known, observations=tuple(replace(seen, seen_at=at) for seen in known.observations))


def why(
    *papers: History, at: datetime, mine: Subscription = MINE, shown: frozenset[str] = frozenset(), heard: datetime
) -> Shortfall | None:
    days = sorted({paper.paper.listed_on for paper in papers if paper.paper.listed_on}, reverse=True)
    return shortfall(digest_due(mine, papers, days, at, shown, ever_shown=shown, slot=at), at, heard)


def test_a_digest_that_brings_something_has_no_shortfall() -> None:
    assert why(listed("1", FRIDAY.date(), FRIDAY), at=FRIDAY, heard=FRIDAY) is None


def test_nothing_on_the_topic_is_told_by_what_was_looked_at() -> None:
    papers = [listed(f"{number}", THURSDAY.date(), FRIDAY - MINUTE, title="Video") for number in range(3)]

    reason = why(*papers, at=FRIDAY, mine=replace(MINE, query="speech"), heard=FRIDAY)

    assert reason
    assert (reason.cause, reason.funnel.listed) == (Cause.OFF_TOPIC, 3)
    assert all(fact in sentence(reason, "speech") for fact in ("3", "Thu 23 Apr", "“speech”"))
    assert "3" in short(reason)


def test_votes_that_are_missing_are_told_before_papers_that_were_seen() -> None:
    papers = [listed("1", THURSDAY.date(), FRIDAY - MINUTE, votes=3), listed("2", THURSDAY.date(), FRIDAY - MINUTE)]
    mine = replace(MINE, threshold=10)

    few = why(papers[0], at=FRIDAY, mine=mine, heard=FRIDAY)
    seen = why(*papers, at=FRIDAY, mine=mine, heard=FRIDAY, shown=frozenset({"2"}))

    assert few
    assert seen
    assert (few.cause, few.funnel.matching) == (Cause.TOO_FEW_VOTES, 1)
    assert "10 votes" in sentence(few)
    assert seen.cause is Cause.ALL_SEEN
    assert (seen.funnel.matching, seen.funnel.voted) == (2, 1)
    assert "10 votes" in sentence(seen)


def test_a_day_without_a_list_says_which_kind_of_day_it_is() -> None:
    old = listed("1", FRIDAY.date(), FRIDAY)

    sunday = why(old, at=SUNDAY, heard=SUNDAY)
    monday = why(old, at=MONDAY, heard=MONDAY)
    after_holiday = why(old, at=MONDAY + DAY, heard=MONDAY + DAY)

    assert [each and each.absence for each in (sunday, monday, after_holiday)] == [
        Absence.WEEKEND,
        Absence.NOT_YET,
        Absence.HOLIDAY,
    ]
    assert after_holiday
    assert after_holiday.missing == (MONDAY.date(),)
    assert "Mon 27 Apr" in sentence(after_holiday)
    assert len({sentence(each) for each in (sunday, monday, after_holiday) if each}) == 3


@pytest.mark.parametrize("heard", [FRIDAY, MONDAY - MINUTE, MONDAY + timedelta(hours=16)])
def test_a_source_that_was_not_heard_of_since_is_silent_and_no_holiday(heard: datetime) -> None:
    reason = why(listed("1", FRIDAY.date(), FRIDAY), at=MONDAY + DAY, heard=heard)

    assert reason
    assert (reason.cause, reason.since) == (Cause.SOURCE_SILENT, heard)
    assert f"{heard:%a} {heard.day} Apr 2026 at {heard:%H:%M} UTC" in sentence(reason)


def excerpt(folder: Path) -> Path:
    """Two months of the archive, as the whole of it takes long to read."""
    lines = gzip.decompress((PAPERS / "papers.jsonl.gz").read_bytes()).splitlines()
    kept = [line for line in lines if any(day[:7] in ("2025-12", "2026-01") for day in json.loads(line)["list_dates"])]
    (folder / "papers.jsonl.gz").write_bytes(gzip.compress(b"\n".join(kept)))
    ids = {json.loads(line)["id"].encode() for line in kept}
    heading, *rows = gzip.decompress((PAPERS / "upvote_observations.csv.gz").read_bytes()).splitlines()
    table = [heading, *(row for row in rows if row.partition(b",")[0] in ids)]
    (folder / "upvote_observations.csv.gz").write_bytes(gzip.compress(b"\n".join(table)))
    return folder


@needs_shared
def test_every_reason_of_a_month_is_true_by_the_archive(tmp_path: Path) -> None:
    archive = Archive(load(excerpt(tmp_path)))
    found: set[Cause] = set()
    for topic, schedule in (("speech", WEEKDAYS), ("protein", EVERY_DAY)):
        mine = replace(subscription(10, 7), query=topic, schedule=replace(DAILY, days=schedule), threshold=5)
        shown: set[str] = set()
        matcher = memoized_matcher()
        for slot in archive.slots(mine, date(2025, 12, 20), date(2026, 1, 20)):
            as_of, days = moment(slot.at, slot.newest), slot.days
            digest = digest_due(
                mine, slot.histories, days, as_of, shown, ever_shown=shown, slot=slot.at, matcher=matcher
            )
            if reason := shortfall(digest, slot.at, slot.newest):
                _recomputed(
                    reason, slot, topic, matcher, shown, mine.schedule.previous_at_or_before(slot.at - MINUTE).date()
                )
                found.add(reason.cause)
            shown |= {pick.trend.paper.id for pick in digest.picks}

    assert found >= {Cause.NO_LIST, Cause.OFF_TOPIC}


def _recomputed(reason: Shortfall, slot: Slot, topic: str, matcher: Matcher, shown: set[str], since: date) -> None:
    """Hold a reason against the archive, counted in another way than the digest counts."""
    listed = [
        (each.paper, [seen.votes for seen in each.observations if seen.seen_at <= slot.at])
        for each in slot.histories
        if each.paper.listed_on and since <= each.paper.listed_on <= slot.at.date()
    ]
    known = [(paper, votes[-1]) for paper, votes in listed if votes]
    about = [(paper, votes) for paper, votes in known if matcher(paper, parse(topic, slot.at.date()), None) is not None]
    voted = [paper for paper, votes in about if votes >= 5]
    match reason.cause:
        case Cause.NO_LIST:
            assert not known
            assert slot.at - slot.newest < timedelta(hours=36)
        case Cause.SOURCE_SILENT:
            assert reason.since == slot.newest
            assert not known or slot.at - slot.newest >= timedelta(hours=36)
        case Cause.OFF_TOPIC:
            assert (reason.funnel.listed, about) == (len(known), [])
        case Cause.TOO_FEW_VOTES:
            assert (reason.funnel.matching, voted) == (len(about), [])
        case Cause.ALL_SEEN:
            assert reason.funnel.voted == len(voted) > 0
            assert {paper.id for paper in voted} <= shown
