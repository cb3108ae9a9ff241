from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.models import History
from tests.benchmarks.forecasts import compared
from tests.benchmarks.forecasts import measure as forecasts
from tests.benchmarks.readers import interval, measured, outcome, truth
from tests.benchmarks.replay import Past, load
from tests.benchmarks.subscribers import RANKINGS, Archive, Sent, paperboy, replayed, subscription
from tests.builders import observation, paper
from tests.shared import PAPERS, needs_shared

MONDAY = date(2026, 4, 13)
SUNDAY = MONDAY + timedelta(days=6)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def listed(id: str, day: date, *votes: int, every: timedelta = DAY) -> History:
    """A paper that was seen at nine of its list day first."""
    nine = datetime.combine(day, datetime.min.time(), UTC) + 9 * HOUR
    seen = (observation(id, votes=count, seen_at=nine + every * i) for i, count in enumerate(votes))
    return History(paper(id, listed_on=day), tuple(seen))


def past(*histories: History) -> Past:
    lists: dict[date, list[History]] = {}
    for history in histories:
        assert history.paper.listed_on
        lists.setdefault(history.paper.listed_on, []).append(history)
    return Past(lists)


def a_week() -> Past:
    """Five lists of six papers; the later ones of each gain most in the end."""
    return past(
        *(
            listed(f"2604.{day}{number:04}", MONDAY + day * DAY, 10 - number, 12, 20, 10 * number + day)
            for day in range(5)
            for number in range(1, 7)
        )
    )


def test_the_truth_is_the_top_ten_of_each_whole_week_by_votes_in_the_end() -> None:
    known = truth(a_week(), MONDAY, SUNDAY)

    assert list(known.tops) == [(2026, 16)]
    assert list(known.tops[(2026, 16)])[:3] == ["2604.40006", "2604.30006", "2604.20006"]
    assert truth(a_week(), MONDAY + DAY, SUNDAY).tops == {}


def test_a_paper_that_was_not_seen_again_settles_nothing() -> None:
    young = {
        day: [replace(each, observations=each.observations[:3]) for each in some]
        for day, some in a_week().lists.items()
    }

    assert truth(Past(young), MONDAY, SUNDAY).tops == {}


def test_the_outcome_counts_what_was_delivered_and_what_stood_first() -> None:
    known = truth(a_week(), MONDAY, SUNDAY)
    at = datetime(2026, 4, 18, tzinfo=UTC)
    (top,) = known.tops.values()

    found = outcome({top[0]: Sent(at, 1), top[1]: Sent(at, 4), "2604.00001": Sent(at, 2)}, known)

    assert (found.final10, found.first3) == ({(2026, 16): 0.2}, {(2026, 16): 0.1})
    assert found.delay_days == pytest.approx((1 + 2) / 2)


def test_nothing_of_a_list_that_came_out_later_is_delivered_and_nothing_twice() -> None:
    slots = list(Archive(a_week()).slots(subscription(3, 7), MONDAY, SUNDAY + 3 * DAY))

    for ranking in RANKINGS.values():
        shown: list[str] = []
        for slot in slots:
            ids = ranking(slot, set(shown), 3)
            assert all(_listed(a_week(), id) < slot.at.date() for id in ids)
            assert not {*ids} & {*shown}
            shown += ids


def _listed(known: Past, id: str) -> date:
    return next(day for day, listed in known.lists.items() if id in {each.paper.id for each in listed})


def test_the_bot_reaches_back_to_the_papers_of_the_week_that_it_has_not_brought() -> None:
    slots = list(Archive(a_week()).slots(subscription(3, 7), MONDAY, SUNDAY))

    sent = replayed(slots, paperboy, 3)

    assert len(sent) == 12
    assert any(each.at.date() - _listed(a_week(), id) > DAY for id, each in sent.items())


def test_weeks_are_drawn_anew_for_the_interval() -> None:
    same: Mapping[tuple[int, int], float] = {(2026, week): 0.5 for week in range(1, 9)}
    better = {week: value + (0.1 if week[1] % 2 else 0.3) for week, value in same.items()}

    assert interval(same, same) == [0, 0]
    low, high = interval(better, same)
    assert 0.1 <= low < 0.2 < high <= 0.3


def test_a_line_says_whose_digest_it_tells_of() -> None:
    lines = list(measured(a_week(), MONDAY, SUNDAY))

    assert len(lines) == 8 * len(RANKINGS)
    assert lines[0].keys() >= {"digest", "size", "hour", "weekday", "ranking", "weeks", "final10", "first3", "vs_votes"}
    assert {line["final10"] for line in lines if line["ranking"] == "oracle" and line["digest"] == "daily"} == {1.0}


def test_a_span_without_a_week_is_refused() -> None:
    with pytest.raises(ValueError, match="no week"):
        list(measured(a_week(), MONDAY, MONDAY + DAY))


@pytest.mark.proof
@needs_shared
@pytest.mark.parametrize("span", [(date(2025, 1, 1), date(2025, 12, 31)), (date(2026, 1, 1), date(2026, 4, 30))])
def test_a_subscriber_gets_what_the_weeks_turned_out_to_love(span: tuple[date, date]) -> None:
    lines = [line for line in measured(load(PAPERS), *span) if line["ranking"] == "paperboy"]
    found = {(line["digest"], line["size"], line["hour"], line["weekday"]): line for line in lines}

    assert _number(found["daily", 3, 7, None], "final10") >= 0.95
    assert _number(found["daily", 5, 7, None], "final10") >= 0.975
    assert _number(found["weekly", 10, 7, 0], "final10") >= 0.915
    for line in lines:
        assert _high(line["vs_votes"]) >= 0
        assert _high(line["vs_huggingface"]) >= 0


def _number(line: Mapping[str, object], name: str) -> float:
    value = line[name]
    assert isinstance(value, float)
    return value


def _high(interval: object) -> float:
    assert isinstance(interval, list)
    return float(interval[1])


@pytest.mark.proof
@needs_shared
def test_forecasts_of_topics_say_what_digests_bring() -> None:
    topics: Sequence[str] = ("reinforcement learning", "speech", "robotics", "language models")

    report = forecasts(list(compared(load(PAPERS), topics, date(2026, 2, 1), date(2026, 4, 30))))

    assert float(str(report["right"])) >= 0.95
    assert float(str(report["forecast"])) == pytest.approx(float(str(report["delivered"])), rel=0.03)
