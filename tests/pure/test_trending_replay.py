from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.models import History
from tests.benchmarks.replay import Noon, load, ndcg10, overlap5, votes_at
from tests.benchmarks.trending import FORMULAS, by, measure, paperboy
from tests.builders import observation, paper
from tests.shared import PAPERS, needs_shared

MONDAY = date(2026, 4, 20)
NOON = datetime(2026, 4, 20, 12, tzinfo=UTC)
BEFORE, AFTER = NOON - timedelta(hours=3), NOON + timedelta(days=3)

#: moments and the votes that a paper had then
Story = Sequence[tuple[datetime, int]]


def write(folder: Path, stories: Mapping[str, Story], lists: Mapping[str, Sequence[date]]) -> Path:
    papers = [
        {
            "id": id,
            "title": "A paper",
            "observed_at": _text(story[-1][0]),
            "upvotes": story[-1][1],
            "list_dates": [day.isoformat() for day in lists.get(id, (MONDAY,))],
        }
        for id, story in stories.items()
    ]
    rows = [f"{id},{_text(moment)},{votes},,," for id, story in stories.items() for moment, votes in story]
    table = ["paper_id,observed_at,upvotes,num_comments,github_stars,via", *rows]
    _pack(folder / "papers.jsonl.gz", map(json.dumps, papers))
    _pack(folder / "upvote_observations.csv.gz", table)
    return folder


def _text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _pack(path: Path, lines: Iterable[str]) -> None:
    path.write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode()))


def twenty() -> dict[str, Story]:
    return {f"2604.{n:05}": [(BEFORE, n), (AFTER, 3 * n)] for n in range(1, 21)}


def noons(folder: Path, stories: Mapping[str, Story], lists: Mapping[str, Sequence[date]] | None = None) -> list[Noon]:
    return list(load(write(folder, stories, lists or {})).noons(MONDAY, MONDAY + timedelta(days=6)))


def test_the_truth_is_what_is_gained_within_two_days_on_a_straight_line() -> None:
    later = NOON + timedelta(days=4)
    known = History(
        paper(listed_on=MONDAY), (observation(votes=12, seen_at=NOON), observation(votes=112, seen_at=later))
    )

    assert votes_at(known, NOON - timedelta(hours=6)) == 6
    assert votes_at(known, NOON + timedelta(days=2)) == 62
    assert votes_at(known, later + timedelta(days=9)) == 112
    assert votes_at(known, NOON - timedelta(days=3)) == 0


def test_gains_are_told_over_equal_spans_however_long_nobody_looked(tmp_path: Path) -> None:
    daily = [(BEFORE, 10), (AFTER, 10 + 75)]
    rarely = [(BEFORE, 10), (BEFORE + timedelta(days=6), 10 + 144)]

    noon, *_ = noons(tmp_path, twenty() | {"2604.00001": daily, "2604.00002": rarely})

    assert noon.moment == NOON
    assert noon.gains["2604.00001"] == pytest.approx(48)
    assert noon.gains["2604.00002"] == pytest.approx(48)


def test_votes_that_were_lost_count_as_none(tmp_path: Path) -> None:
    noon, *_ = noons(tmp_path, twenty() | {"2604.00001": [(BEFORE, 10), (AFTER, 8)]})

    assert noon.gains["2604.00001"] == 0


def test_a_paper_that_was_not_seen_beyond_the_span_is_known_but_no_candidate(tmp_path: Path) -> None:
    noon, *_ = noons(tmp_path, twenty() | {"2604.00099": [(BEFORE, 10), (NOON + timedelta(hours=47), 30)]})

    assert "2604.00099" in {history.paper.id for history in noon.known}
    assert "2604.00099" not in noon.gains


def test_a_paper_that_was_first_seen_in_the_afternoon_is_not_known(tmp_path: Path) -> None:
    noon, *_ = noons(tmp_path, twenty() | {"2604.00099": [(NOON + timedelta(hours=1), 10), (AFTER, 30)]})

    assert "2604.00099" not in {history.paper.id for history in noon.known}


def test_a_day_with_fewer_than_twenty_candidates_is_left_out(tmp_path: Path) -> None:
    nineteen = dict(list(twenty().items())[1:])

    assert noons(tmp_path, nineteen) == []


def test_a_paper_that_will_be_listed_again_is_still_on_its_first_list(tmp_path: Path) -> None:
    twice = {"2604.00001": (MONDAY, MONDAY + timedelta(days=1))}

    monday, tuesday, *_ = noons(tmp_path, twenty(), twice)

    assert [_listed_on(noon, "2604.00001") for noon in (monday, tuesday)] == [MONDAY, MONDAY + timedelta(days=1)]


def _listed_on(noon: Noon, id: str) -> date | None:
    return next(history.paper.listed_on for history in noon.known if history.paper.id == id)


def test_overlap_counts_whoever_of_the_best_five_is_among_the_first_five() -> None:
    gains = {id: gain for gain, id in enumerate("gfedcba")}

    assert overlap5("abcdefg", gains) == 1
    assert overlap5("gfabcde", gains) == 3 / 5


def test_the_right_order_is_worth_everything() -> None:
    gains = {"a": 5, "b": 3, "c": 0}

    assert ndcg10(["a", "b", "c"], gains) == 1


def test_a_better_paper_further_down_costs_by_its_gain() -> None:
    assert ndcg10(["b", "a"], {"a": 100, "b": 0}) == pytest.approx(0.63, abs=0.01)


def test_a_day_on_which_nobody_voted_blames_no_ranking() -> None:
    assert ndcg10(["a"], {"a": 0}) == 1


def test_the_report_says_how_many_days_it_speaks_of(tmp_path: Path) -> None:
    some = noons(tmp_path, twenty())

    line = measure("votes", by(FORMULAS["votes"]), some)

    assert line == {"ranking": "votes", "days": len(some), "overlap5": 1.0, "ndcg10": 1.0}


@pytest.mark.proof
@needs_shared
def test_rising_foretells_real_votes_better_than_every_simple_one() -> None:
    winter = list(load(PAPERS).noons(date(2026, 1, 1), date(2026, 4, 30)))

    ours = measure("paperboy", paperboy, winter)
    theirs = [measure(name, by(formula), winter) for name, formula in FORMULAS.items()]

    assert float(ours["ndcg10"]) > max(float(line["ndcg10"]) for line in theirs)
