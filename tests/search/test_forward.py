"""The packed texts of papers, and the file that keeps them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.papers import Paper
from bot.query import parse
from bot.search.analyzer import stems
from bot.search.forward import BadRecord, ForwardIndex, ForwardWriter, id_of, passages_of, record_of
from bot.search.index import Index
from bot.search.passages import numbered, packed, passages, unpacked
from bot.search.topic import topic_of
from tests.builders import TODAY, paper

#: frequent and rare words, other scripts, separators, characters of the private use area
WORDS = st.sampled_from(
    ["model", "agents", "zebrafish", "qwxz", "蛋白质", "τ", "rag", "(RAG)", "(LLMs)", "retrieval-augmented generation",
     "\ue000", "🧬", ";", "\n", "\0", "(", "x", "é", ". ", "7", "naïve"]
)  # fmt: skip
TEXTS = st.lists(WORDS, max_size=12).map(" ".join)
PAPERS = st.builds(
    lambda title, abstract, summary, keywords: paper(
        title=title, abstract=abstract, summary=summary, keywords=tuple(keywords)
    ),
    TEXTS,
    TEXTS,
    TEXTS,
    st.lists(TEXTS, max_size=3),
)


@given(TEXTS)
def test_a_packed_text_has_the_same_stems(text: str) -> None:
    assert list(unpacked(packed(stems(text)))) == stems(text)


@given(TEXTS, TEXTS)
def test_a_term_is_found_where_its_stems_are_adjacent(text: str, term: str) -> None:
    whole, wanted = stems(text), stems(term)
    adjacent = any(whole[at : at + len(wanted)] == wanted for at in range(len(whole)))

    assert (packed(wanted) in packed(whole)) == (adjacent or not wanted)
    assert [at for at, _ in numbered(packed(whole), {packed((stem,)) for stem in wanted})] == [
        at for at, stem in enumerate(whole) if stem in wanted
    ]


@settings(deadline=None)
@example(paper(title="", abstract="", summary="", keywords=("-", "蛋白质")))
@given(PAPERS)
def test_a_record_is_read_as_it_was_written(told: Paper) -> None:
    record = record_of(told.id, passages(told))

    assert id_of(record) == told.id
    assert passages_of(record) == passages(told)


@settings(deadline=None, max_examples=20)
@given(st.lists(PAPERS, min_size=1, max_size=5))
def test_results_have_the_texts_that_were_added(tmp_path_factory: pytest.TempPathFactory, told: list[Paper]) -> None:
    index = Index(tmp_path_factory.mktemp("index"))
    papers = [paper(f"2604.1{at:04}", title=each.title, abstract=each.abstract) for at, each in enumerate(told)]
    index.write([(each, 0) for each in papers], "x")
    hits = index.passing(parse("", TODAY), [each.id for each in papers])

    assert {hit.id: hit.passages for hit in hits} == {each.id: passages(each) for each in papers}


def test_votes_do_not_make_the_file_grow(tmp_path: Path) -> None:
    index, told = Index(tmp_path), paper(title="Robots", abstract="They walk.")
    index.write([(told, 1)], "1")
    size = (index.directory / "forward").stat().st_size
    index.write([(told, 2)], "2")

    assert (index.directory / "forward").stat().st_size == size
    assert [(hit.votes, hit.passages) for hit in index.passing(parse("", TODAY), [told.id])] == [(2, passages(told))]

    changed = paper(title="Robots", abstract="They run.")
    index.write([(changed, 2)], "3")
    assert (index.directory / "forward").stat().st_size > size
    assert [hit.passages for hit in index.passing(parse("", TODAY), [told.id])] == [passages(changed)]


def test_records_that_were_not_flushed_are_dropped(tmp_path: Path) -> None:
    path = tmp_path / "forward"
    empty = ForwardIndex(path)
    ForwardWriter(path).append(b"dropped")
    writer = ForwardWriter(path)
    positions = [writer.append(record) for record in (b"one", b"", b"three")]
    writer.flush()

    assert [ForwardIndex(path).record(at) for at in positions] == [b"one", b"", b"three"]
    assert positions[0] == 0
    with pytest.raises(BadRecord):
        empty.record(0)


@pytest.mark.parametrize("position", [-1, 1, 11, 12, 10**9])
def test_a_position_without_a_record_is_refused(tmp_path: Path, position: int) -> None:
    path = tmp_path / "forward"
    ForwardIndex(path)
    writer = ForwardWriter(path)
    writer.append(b"one")
    writer.flush()

    with pytest.raises(BadRecord):
        ForwardIndex(path).record(position)


def test_what_a_failed_write_left_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "forward"
    ForwardIndex(path)
    writer = ForwardWriter(path)
    positions = [writer.append(b"one"), writer.append(b"two")]
    path.write_bytes(b"left")

    writer.flush()

    assert [ForwardIndex(path).record(position) for position in positions] == [b"one", b"two"]


def test_a_file_that_was_deleted_is_not_made_again_with_other_positions(tmp_path: Path) -> None:
    path = tmp_path / "forward"
    ForwardIndex(path)
    writer = ForwardWriter(path)
    writer.append(b"one")
    path.unlink()

    with pytest.raises(FileNotFoundError):
        writer.flush()
    assert not path.exists()


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "forward"
    ForwardIndex(path)
    writer = ForwardWriter(path)
    writer.append(b"a record")
    writer.flush()
    path.write_bytes(path.read_bytes().replace(b"record", b"rocord"))

    with pytest.raises(BadRecord):
        ForwardIndex(path).record(0)


def test_an_abbreviation_that_a_paper_explains_otherwise_is_told_from_the_index_too() -> None:
    topic = topic_of(parse("tts", TODAY))
    speech = paper(title="Fast TTS", abstract="Text-to-speech (TTS) with TTS models.")
    scaling = paper(title="Fast TTS", abstract="Test-time scaling (TTS) with TTS models.")
    reread = [passages_of(record_of(each.id, passages(each))) for each in (speech, scaling)]

    judged = [topic.assess(speech.id, text).relevance.score for text in reread]

    assert judged[0] > judged[1]
    assert judged == [topic.relevance(each).score for each in (speech, scaling)]
