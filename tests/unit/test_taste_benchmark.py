"""The replay of taste reads both layouts of profiles and measures what the bot itself would have said."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.benchmarks.taste import interval, rankings, readers, run, week_of

FIRST = date(2026, 3, 2)
FIELDS = ("quasar spectra", "violin acoustics")
WEEK = timedelta(weeks=1)


def id_of(week: int, number: int) -> str:
    return f"26{3 + week // 4:02}.{week:02}{number:03}"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Eight weeks with twelve papers each, half of either field."""
    rows = [
        {
            "id": id_of(week, number),
            "title": f"{FIELDS[number % 2]} {week} {number}",
            "summary": FIELDS[number % 2],
            "list_dates": [str(FIRST + week * WEEK)],
            "observed_at": "2026-05-01T00:00:00Z",
            "upvotes": 100 - number,
        }
        for week in range(8)
        for number in range(12)
    ]
    file = tmp_path / "papers.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return file


def liked(week: int) -> dict[str, object]:
    """A violin paper of a week, shown with a quasar."""
    day = FIRST + week * WEEK
    return {"id": id_of(week, 11), "listed_on": str(day), "week": week_of(day), "shown": [id_of(week, 0)]}


SHARED = {"profile": 1, "task": "submitters", "reader": True, "papers": [liked(week) for week in range(8)]}
HELD_OUT = {
    "profile": 2,
    "task": "labs",
    "reader": False,
    "papers": [liked(week) for week in range(5)],
    "truth": {week_of(FIRST + 6 * WEEK): [id_of(6, 11)]},
}


def profiles(directory: Path, *each: object) -> Path:
    file = directory / "profiles.jsonl"
    file.write_text("\n".join(map(json.dumps, each)), "utf-8")
    return file


def test_both_layouts_are_read(tmp_path: Path) -> None:
    one, other = readers(profiles(tmp_path, SHARED, HELD_OUT), 5)

    assert (one.groups, other.groups) == (["submitters", "readers"], ["labs"])
    assert [*one.truth] == [week_of(FIRST + week * WEEK) for week in (5, 6, 7)]
    assert len(one.likes) == len(other.likes) == 5


def test_each_group_and_ranking_has_a_line_and_ours_finds_the_field(archive: Path, tmp_path: Path) -> None:
    profiles(tmp_path, SHARED, HELD_OUT)

    lines = list(run(tmp_path, [archive], 5))

    assert {line["ranking"] for line in lines} == rankings([]).keys()
    assert {line["group"] for line in lines} == {"submitters", "readers", "labs"}
    assert all(line.keys() == {"group", "ranking", "k", "profiles", "ndcg10", "recall10", "interval"} for line in lines)
    ours, plain = (
        next(line["ndcg10"] for line in lines if line["ranking"] == name and line["group"] == "submitters")
        for name in ("paperboy", "trending")
    )
    assert isinstance(ours, float)
    assert isinstance(plain, float)
    assert ours > plain


def test_a_mean_lies_in_its_interval() -> None:
    low, high = interval([0.1, 0.5, 0.9, 0.3])

    assert low <= 0.45 <= high
