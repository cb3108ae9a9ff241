from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.domain.papers import Paper
from bot.query import Order, parse
from bot.search.index import Busy, Index
from tests.builders import TODAY, paper
from tests.search.hostile import HOSTILE

FOLDING = paper(
    "2604.00001",
    title="Protein folding by diffusion models",
    authors=("Jürgen Schmidhuber",),
    categories=("q-bio.BM", "cs.LG"),
    organization="Meta AI",
    code_url="https://example.org/code",
    listed_on=TODAY.replace(day=1),
)
TUNING = paper("2604.00002", title="Fine-tuning is all you need", abstract="We tune a large language model.")
SURVEY = paper("2604.00003", title="A survey of protein diffusion", categories=("cs.CL",))
VOTES = {FOLDING.id: 5, TUNING.id: 40, SURVEY.id: 20}


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return filled(tmp_path, [FOLDING, TUNING, SURVEY])


def filled(directory: Path, papers: Sequence[Paper]) -> Index:
    index = Index(directory)
    index.write([(each, VOTES.get(each.id, 0)) for each in papers], "moment id")
    return index


def found(index: Index, text: str) -> list[str]:
    query = parse(text, TODAY)
    asked = index.expanded(query)
    if query.sort or not asked.stems:
        return [hit.id for hit in index.sorted(query, asked, len(asked.each), query.sort or Order.NEW, 10)]
    return [hit.id for hit in index.best(query, asked.stems, 10)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("protein folding", [FOLDING.id, SURVEY.id]),
        ("proteins", [SURVEY.id, FOLDING.id]),
        ("finetuning", [TUNING.id]),
        ("fine tuning", [TUNING.id]),
        ('"folding by diffusion"', [FOLDING.id]),
        ('"diffusion by folding"', []),
        ("protein -survey", [FOLDING.id]),
        ("author:schmidhuber", [FOLDING.id]),
        ("protein org:meta", [FOLDING.id]),
        ("protein cat:cs", [FOLDING.id, SURVEY.id]),
        ("protein cat:cs.CL", [SURVEY.id]),
        ("protein -cat:cs.CL", [FOLDING.id]),
        ("protein has:code", [FOLDING.id]),
        ("protein votes:>=10", [SURVEY.id]),
        ("protein after:2026-04-02", [SURVEY.id]),
        ("protein before:2026-04-02", [FOLDING.id]),
        ("protein sort:votes", [SURVEY.id, FOLDING.id]),
        ("protein sort:new", [SURVEY.id, FOLDING.id]),
        ("protein after:0001-01-01 before:9999-12-31", [SURVEY.id, FOLDING.id]),
    ],
)
def test_a_query_finds_what_it_says(index: Index, text: str, expected: list[str]) -> None:
    assert sorted(found(index, text)) == sorted(expected)


def test_sorted_by_votes_the_most_come_first(index: Index) -> None:
    assert found(index, "protein sort:votes") == [SURVEY.id, FOLDING.id]


def test_a_paper_that_is_told_of_again_takes_its_own_place(index: Index) -> None:
    index.write([(paper(TUNING.id, title="Retracted"), 0)], "later id")

    assert index.papers() == 3
    assert found(index, "finetuning") == []
    assert found(index, "retracted") == [TUNING.id]


def test_an_index_is_there_after_a_restart_with_its_cursor(index: Index, tmp_path: Path) -> None:
    again = Index(tmp_path)

    assert again.papers() == 3
    assert again.cursor == "moment id"
    assert found(again, "folding") == [FOLDING.id]


@pytest.mark.parametrize(
    "kind", [".store", ".term", ".idx", ".pos", ".fast", ".fieldnorm", "meta.json", "lexicon.json"]
)
@pytest.mark.parametrize("left", [0, 20])
def test_a_damaged_index_begins_anew(tmp_path: Path, kind: str, left: int) -> None:
    directory = filled(tmp_path, [FOLDING]).directory
    for file in directory.iterdir():
        if file.name.endswith(kind):
            file.write_bytes(file.read_bytes()[:left])

    again = Index(tmp_path)
    again.write([(FOLDING, 0)], "x")

    assert found(again, "folding") == [FOLDING.id]


def test_a_deleted_index_begins_anew(index: Index, tmp_path: Path) -> None:
    shutil.rmtree(index.directory)

    assert Index(tmp_path).cursor == ""


def test_another_version_is_left_alone(index: Index, tmp_path: Path) -> None:
    index.directory.rename(tmp_path / "search-0")

    assert Index(tmp_path).papers() == 0


def test_a_closed_session_lets_others_write_at_once(tmp_path: Path) -> None:
    index = Index(tmp_path)
    session = index.writing()
    with pytest.raises(Busy):
        index.writing()

    session.close()

    with index.writing() as next_one:
        next_one.add([(FOLDING, 0)])


def test_one_writes_and_the_other_reads_what_was_written(index: Index, tmp_path: Path) -> None:
    reader = Index(tmp_path)
    writer = index.writing()

    with pytest.raises(Busy):
        reader.write([(paper("2604.00009", title="Robots"), 0)], "x")
    del writer
    index.write([(paper("2604.00009", title="Robots"), 0)], "x")
    reader.refresh()

    assert found(reader, "robots") == ["2604.00009"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_anything_can_be_asked(index: Index, text: str) -> None:
    query = parse(text, TODAY)
    asked = index.expanded(query)

    assert len(index.best(query, asked.stems, 10)) <= 3
    assert len(index.sorted(query, asked, len(asked.each), Order.NEW, 10)) <= 3
    assert 0 <= index.count(query, asked, len(asked.each)) <= 3
