from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.domain.errors import FetchError
from bot.domain.observations import Observation
from bot.domain.papers import Listing
from bot.domain.sources import FetchResult, Rejected
from bot.sources.archive import Archive
from tests.sources.bodies import Json

MORNING = datetime(2026, 4, 24, 8, tzinfo=UTC)
EVENING = datetime(2026, 4, 24, 20, tzinfo=UTC)
HEADER = "paper_id,observed_at,upvotes,num_comments,github_stars,via,list_date"


def line(id: str = "2604.00001", **facts: object) -> Json:
    """A paper as the archive writes it."""
    return {
        "id": id,
        "list_dates": ["2026-04-24"],
        "title": f"A Made Up Title for {id}",
        "authors": ["Ada Lovelace"],
        "paper_published_at": "2026-04-23T00:00:00.000Z",
        "upvotes": 7,
        "observed_at": "2026-04-24T08:00:00Z",
    } | facts


def papers(folder: Path, *lines: Json | str, name: str = "papers.jsonl") -> Path:
    path = folder / name
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines) + "\n")
    return path


def observations(folder: Path, *rows: str) -> Path:
    path = folder / "observations.csv"
    path.write_text("\r\n".join([HEADER, *rows]))
    return path


def read(archive: Archive) -> FetchResult:
    (harvest,) = archive.harvests()
    return harvest


def test_a_line_becomes_a_paper_with_its_lists_and_what_was_seen_of_it(tmp_path: Path) -> None:
    full = line(
        list_dates=["2026-04-17", "2026-04-24"],
        summary="A made up abstract.",
        num_comments=2,
        github_repo="https://github.com/owner/repo",
        github_stars=321,
        project_page="https://example.org/project",
        organization={"name": "example-lab", "fullname": "Example Lab"},
        ai_summary="A made up summary.",
        ai_keywords=["Made Up"],
        submitted_on_daily_at="2026-04-24T00:37:41.094Z",
    )

    harvest = read(Archive(papers(tmp_path, full)))

    (paper,) = harvest.papers
    assert paper.title == "A Made Up Title for 2604.00001"
    assert (paper.authors, paper.organization) == (("Ada Lovelace",), "Example Lab")
    assert (paper.abstract, paper.summary) == ("A made up abstract.", "A made up summary.")
    assert (paper.code_url, paper.project_url) == ("https://github.com/owner/repo", "https://example.org/project")
    assert (paper.keywords, paper.listed_on) == (("made up",), date(2026, 4, 24))
    assert harvest.listings == tuple(
        Listing(paper_id="2604.00001", source="huggingface", day=date(2026, 4, day)) for day in (17, 24)
    )
    assert harvest.observations == (
        Observation(paper_id="2604.00001", source="huggingface", seen_at=MORNING, votes=7, comments=2, stars=321),
    )
    assert (harvest.source, harvest.day, harvest.requests) == ("huggingface", None, 0)


def test_a_paper_that_was_seen_outside_of_any_list_has_no_listing(tmp_path: Path) -> None:
    harvest = read(Archive(papers(tmp_path, line(list_dates=[]))))

    assert (harvest.papers[0].listed_on, harvest.listings) == (None, ())


def test_observations_follow_the_papers(tmp_path: Path) -> None:
    rows = observations(
        tmp_path,
        "2604.00001,2026-04-24T08:00:00Z,7,2,321,daily_papers_api,2026-04-24",
        "2604.00001,2026-04-24T20:00:00Z,9,,,papers_page_daily,",
    )

    of_papers, of_rows = Archive(papers(tmp_path, line()), rows).harvests()

    assert (len(of_papers.papers), of_rows.papers) == (1, ())
    assert of_rows.observations == (
        Observation(paper_id="2604.00001", source="huggingface", seen_at=MORNING, votes=7, comments=2, stars=321),
        Observation(paper_id="2604.00001", source="huggingface", seen_at=EVENING, votes=9),
    )


def test_an_observation_of_a_paper_that_is_not_in_the_archive_is_the_stores_to_judge(tmp_path: Path) -> None:
    rows = observations(tmp_path, "2604.00009,2026-04-24T08:00:00Z,7,,,,")

    _, of_rows = Archive(papers(tmp_path, line()), rows).harvests()

    assert [observation.paper_id for observation in of_rows.observations] == ["2604.00009"]


def test_an_archive_is_read_in_batches_that_count_as_seen_at_their_oldest_moment(tmp_path: Path) -> None:
    lines = [line(f"2604.0000{number}", observed_at=f"2026-04-24T0{9 - number}:00:00Z") for number in range(1, 6)]

    harvests = list(Archive(papers(tmp_path, *lines)).harvests(batch=2))

    assert [len(harvest.papers) for harvest in harvests] == [2, 2, 1]
    assert [harvest.seen_at.hour for harvest in harvests] == [7, 5, 4]


def test_a_line_that_cannot_be_used_is_called_by_its_number_and_the_rest_goes_in(tmp_path: Path) -> None:
    lines: list[Json | str] = [
        line("2604.00001"),
        '{"id": "2604.00002", "tit',
        "[]",
        "",
        line("2604.00003", title=""),
        line("2604.00004", observed_at=None),
        line("2604.00005", list_dates=["2027-04-24"]),
        line("2604.00006"),
    ]

    harvest = read(Archive(papers(tmp_path, *lines)))

    assert [paper.id for paper in harvest.papers] == ["2604.00001", "2604.00006"]
    assert harvest.rejected == (
        Rejected("papers.jsonl line 2", "it is not JSON, or breaks off"),
        Rejected("papers.jsonl line 3", "it is not an object"),
        Rejected("papers.jsonl line 5", "it has no title"),
        Rejected("papers.jsonl line 6", "observed_at is 'None': should be a valid datetime"),
        Rejected("papers.jsonl line 7", "its list day 2027-04-24 lies in the future"),
    )


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2604.00001,2026-04-24T08:00:00Z,many", "upvotes is 'many': "),
        ("2604.00001,2026-04-24T08:00:00Z,", "it has no upvotes"),
        ("2604.00001,yesterday,7", "observed_at is 'yesterday': "),
        ("abc,2026-04-24T08:00:00Z,7", "'abc' is not an arXiv id"),
        ('"2604.00001', "it is not a row of a table: "),
        ("2604.00001", "it has no observed_at"),
    ],
)
def test_a_row_that_cannot_be_used_is_called_by_its_number(tmp_path: Path, row: str, reason: str) -> None:
    rows = observations(tmp_path, row, "2604.00001,2026-04-24T08:00:00Z,7")

    _, harvest = Archive(papers(tmp_path, line()), rows).harvests()

    assert [rejected.what for rejected in harvest.rejected] == ["observations.csv line 2"]
    assert harvest.rejected[0].reason.startswith(reason)
    assert len(harvest.observations) == 1


def test_a_table_without_votes_is_refused_whole(tmp_path: Path) -> None:
    path = tmp_path / "observations.csv"
    path.write_text("paper_id,observed_at\n2604.00001,2026-04-24T08:00:00Z\n")

    with pytest.raises(FetchError, match="no column 'upvotes'"):
        list(Archive(papers(tmp_path, line()), path).harvests())


def test_a_table_that_a_spreadsheet_saved_is_read_too(tmp_path: Path) -> None:
    path = observations(tmp_path, "2604.00001,2026-04-24T08:00:00Z,7")
    path.write_text("\ufeff" + path.read_text(), encoding="utf-8")

    _, harvest = Archive(papers(tmp_path, line()), path).harvests()

    assert (len(harvest.observations), harvest.rejected) == (1, ())


def test_a_missing_file_is_noticed_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"papers\.jsonl .*no such file or directory"):
        Archive(tmp_path / "papers.jsonl")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="is a directory"):
        list(Archive(tmp_path).harvests())


def test_a_packed_file_is_known_by_its_content(tmp_path: Path) -> None:
    path = papers(tmp_path, line())
    path.write_bytes(gzip.compress(path.read_bytes()))

    assert len(read(Archive(path)).papers) == 1


def test_a_packed_file_that_breaks_off_gives_what_stands_before(tmp_path: Path) -> None:
    path = papers(tmp_path, *(line(f"2604.{number:05}", summary=str(number) * 50) for number in range(1, 2_000)))
    packed = gzip.compress(path.read_bytes())
    path.write_bytes(packed[: len(packed) // 2])

    *harvests, last = Archive(path).harvests()

    assert sum(len(harvest.papers) for harvest in harvests) > 100
    assert last.papers == ()
    assert last.rejected[0].reason == "the file is incomplete or damaged"
    assert last.rejected[0].what.startswith("papers.jsonl after line ")


def test_reading_says_how_far_it_has_come(tmp_path: Path) -> None:
    archive = Archive(papers(tmp_path, *(line(f"2604.{number:05}") for number in range(1, 1_000))))

    progress = [archive.read_bytes / archive.total_bytes for _ in archive.harvests(batch=250)]

    assert progress == sorted(progress)
    assert 0 < progress[0] < 0.5
    assert archive.read_bytes == archive.total_bytes


def test_an_empty_archive_brings_nothing(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    path.touch()

    assert list(Archive(path).harvests()) == []


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_lines_that_are_not_utf_8_are_left_out_and_named(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "papers.jsonl"
    file.write_bytes('{"id": "2603.00001", "title": "Été", "observed_at": "2026-03-09T00:00:00Z"}'.encode(encoding))

    (harvest,) = Archive(file).harvests()

    assert harvest.papers == ()
    assert harvest.rejected == (Rejected("papers.jsonl line 1", "is not UTF-8 text"),)
