"""Papers by meaning: the real encoder on a model that the tests write, and the real store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.domain.ports import Encoder
from bot.domain.sources import FetchResult
from bot.query import parse
from bot.search.decision import OFF, decide, decided
from bot.search.encoders import OnnxEncoder, open_encoder
from bot.search.finder import Finder
from bot.search.semantic import Nearby, SemanticSearch
from bot.storage import Store
from tests.builders import NOON, TODAY, paper
from tests.search.tiny_model import write_model
from tests.storage.harvests import harvest

CAR = paper("2604.00001", title="The automobile", abstract="")
CAT = paper("2604.00002", title="The kitten", abstract="")
BUS = paper("2604.00003", title="A bus of our town", categories=("cs.RO",), abstract="")

BY_KITTEN = paper("2604.00004", title="A talk with Ada Kitten", authors=("Ada Kitten",), abstract="")


class CountingEncoder:
    """An encoder that counts the papers it has encoded."""

    def __init__(self, inner: OnnxEncoder, before: Callable[[], None] = lambda: None) -> None:
        self._inner = inner
        self._before = before
        self.key, self.calibrated = inner.key, True
        self.encoded = 0

    def papers(self, texts: Sequence[str]) -> Sequence[bytes]:
        self._before()
        self.encoded += len(texts)
        return self._inner.papers(texts)

    def question(self, text: str) -> bytes:
        return self._inner.question(text)


async def nearest(meaning: SemanticSearch, text: str, limit: int) -> Nearby:
    return await meaning.compared(lambda vectors: vectors.near(text, [], limit)) or Nearby({})


@pytest.fixture
def model(tmp_path: Path) -> str:
    return write_model(tmp_path / "model")


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str], Encoder]:
    return partial(open_encoder, cache=tmp_path / "cache", offline=True)


@pytest.fixture
async def meaning(store: Store, model: str, load: Callable[[str], Encoder]) -> AsyncIterator[SemanticSearch]:
    await store.keep(harvest(CAR, CAT, BUS))
    await decide(store, model, NOON)
    made = SemanticSearch(store, partial(decided, store), load)
    yield made
    await made.close()


async def found(finder: Finder, text: str) -> Sequence[str]:
    answer = await finder.find(parse(text, TODAY), 10)
    assert answer
    return list(answer.ids)


async def test_a_paper_is_found_by_what_it_means(store: Store, meaning: SemanticSearch, tmp_path: Path) -> None:
    without, finder = await Finder.open(store, tmp_path), await Finder.open(store, tmp_path, meaning)
    await finder.follow()
    await meaning.follow()

    assert await found(without, "car") == []
    assert await found(finder, "car") == [CAR.id, BUS.id, CAT.id]
    assert await found(finder, "car cat:cs.RO") == [BUS.id]
    assert await found(finder, "car -town") == [CAR.id, CAT.id]
    await finder.close()
    await without.close()


async def test_similar_papers_are_those_that_mean_the_same(
    store: Store, meaning: SemanticSearch, tmp_path: Path
) -> None:
    without, finder = await Finder.open(store, tmp_path), await Finder.open(store, tmp_path, meaning)
    await finder.follow()
    await meaning.follow()

    assert await without.like(CAR, 2) == []
    assert [each.id for each in await finder.like(CAR, 2) or ()] == [BUS.id, CAT.id]
    await finder.close()
    await without.close()


async def test_closeness_tells_what_is_near_a_topic_among_many_papers(
    sqlite_store: Store, model: str, load: Callable[[str], Encoder]
) -> None:
    others = [paper(f"2604.1{at:04}", title=f"bus {at}", abstract="") for at in range(60)]
    await sqlite_store.keep(harvest(CAR, CAT, *others))
    await decide(sqlite_store, model, NOON)
    meaning = SemanticSearch(sqlite_store, partial(decided, sqlite_store), load)
    await meaning.follow()

    found = await meaning.closeness("cat", [CAT.id, others[0].id, "unknown"])

    assert found.keys() == {CAT.id, others[0].id}
    assert found[CAT.id] > 2 > abs(found[others[0].id])
    await meaning.close()


async def test_few_papers_do_not_tell_what_is_close(meaning: SemanticSearch) -> None:
    await meaning.follow()

    assert await meaning.closeness("cat", [CAT.id]) == {}


@pytest.mark.parametrize("text", ['"kitten"', '"the kitten"', "kitten strict:yes"])
async def test_quoted_and_literal_text_stays_with_the_words(
    store: Store, meaning: SemanticSearch, tmp_path: Path, text: str
) -> None:
    finder = await Finder.open(store, tmp_path, meaning)
    await finder.follow()
    await meaning.follow()
    query = replace(parse("kitten", TODAY), strict=True) if "strict" in text else parse(text, TODAY)

    answer = await finder.find(query, 10)

    assert answer
    assert list(answer.ids) == [CAT.id]
    await finder.close()


async def test_the_name_of_an_author_stays_with_the_words_and_two_other_words_do_not(
    sqlite_store: Store, meaning_of_four: SemanticSearch, tmp_path: Path
) -> None:
    finder = await Finder.open(sqlite_store, tmp_path, meaning_of_four)
    await finder.follow()
    await meaning_of_four.follow()

    assert await found(finder, "ada kitten") == [BY_KITTEN.id, CAT.id]
    assert CAR.id in await found(finder, "our car")
    await finder.close()


@pytest.fixture
async def meaning_of_four(
    sqlite_store: Store, model: str, load: Callable[[str], Encoder]
) -> AsyncIterator[SemanticSearch]:
    """One of the papers is by Ada Kitten."""
    await sqlite_store.keep(harvest(CAR, CAT, BUS, BY_KITTEN))
    await decide(sqlite_store, model, NOON)
    made = SemanticSearch(sqlite_store, partial(decided, sqlite_store), load)
    yield made
    await made.close()


async def test_who_ends_before_it_begins_has_made_no_vector(
    sqlite_store: Store, model: str, load: Callable[[str], Encoder]
) -> None:
    await sqlite_store.keep(harvest(CAR))
    await decide(sqlite_store, model, NOON)
    meaning = SemanticSearch(sqlite_store, partial(decided, sqlite_store), load)
    following = asyncio.create_task(meaning.follow(delay=60))
    await asyncio.sleep(0.1)

    await meaning.close()

    assert await following == 0


async def test_vectors_are_made_once_and_kept_with_their_encoder(
    store: Store, meaning: SemanticSearch, load: Callable[[str], Encoder], model: str
) -> None:
    assert await meaning.follow() == 3
    again = SemanticSearch(store, partial(decided, store), load)

    near = await nearest(again, "cat", 1)

    assert near.nearest == [CAT.id]
    assert near.cosines[CAT.id] == pytest.approx(0.995, abs=0.01)
    assert await again.follow() == 0
    assert await store.vectors.count(load(model).key) == 3
    assert await store.vectors.count("another") == 0
    await again.close()


async def test_what_another_process_made_is_read_without_reading_all_again(
    store: Store, meaning: SemanticSearch, load: Callable[[str], Encoder]
) -> None:
    other = SemanticSearch(store, partial(decided, store), load)
    await meaning.follow()
    await other.follow()
    later = paper("2604.00009", title="cat", abstract="")
    await store.keep(FetchResult(source="test", seen_at=NOON + timedelta(hours=1), papers=(later,)))

    assert await meaning.follow() == 1
    assert await other.follow() == 0
    assert (await nearest(other, "cat", 1)).nearest == [later.id]
    await other.close()


async def test_a_paper_whose_text_has_changed_is_encoded_again(store: Store, meaning: SemanticSearch) -> None:
    await meaning.follow()
    told = replace(CAR, title="The kitten and the cat")
    # after the vector was made, whose time is the real one
    seen_at = datetime.now(NOON.tzinfo) + timedelta(minutes=1)
    await store.keep(FetchResult(source="test", seen_at=seen_at, papers=(told, BUS)))

    assert await meaning.follow() == 1
    assert set((await nearest(meaning, "cat", 2)).nearest) == {CAR.id, CAT.id}
    assert await meaning.follow() == 0


async def test_only_one_process_computes(
    store: Store, meaning: SemanticSearch, load: Callable[[str], Encoder], model: str
) -> None:
    claimed = await store.vectors.claim("somebody", datetime.now(NOON.tzinfo), timedelta(minutes=2))

    assert claimed
    assert await meaning.follow() == 0
    await store.vectors.release("somebody")
    assert await meaning.follow() == 3


async def test_a_process_that_ended_without_notice_is_replaced(store: Store) -> None:
    lease = timedelta(minutes=2)

    assert await store.vectors.claim("one", NOON, lease)
    assert await store.vectors.claim("one", NOON + timedelta(minutes=1), lease)
    assert not await store.vectors.claim("other", NOON + timedelta(minutes=2), lease)
    assert await store.vectors.claim("other", NOON + timedelta(minutes=3), lease)
    await store.vectors.release("one")
    assert not await store.vectors.claim("one", NOON + timedelta(minutes=3), lease)


async def test_what_was_encoded_until_the_end_is_saved(sqlite_store: Store, model: str, tmp_path: Path) -> None:
    papers = tuple(paper(f"2604.{at:05}", title=f"cat {at}", abstract="") for at in range(40))
    await sqlite_store.keep(harvest(*papers))
    await decide(sqlite_store, model, NOON)
    encoder = CountingEncoder(open_encoder(model, tmp_path))
    meaning = SemanticSearch(sqlite_store, partial(decided, sqlite_store), lambda name: encoder)
    encoder._before = meaning.stop  # the first batch is under way when the process is asked to end

    await meaning.follow()

    assert 0 < encoder.encoded < 40
    assert await sqlite_store.vectors.count(encoder.key) == encoder.encoded
    await meaning.close()


async def test_where_nothing_has_changed_nothing_is_read(sqlite_store: Store, model: str, tmp_path: Path) -> None:
    await sqlite_store.keep(harvest(CAR, CAT))
    await decide(sqlite_store, model, NOON)
    encoder = CountingEncoder(open_encoder(model, tmp_path))
    meaning = SemanticSearch(sqlite_store, partial(decided, sqlite_store), lambda name: encoder)
    await meaning.follow()

    assert await meaning.follow() == 0
    assert encoder.encoded == 2
    await meaning.close()


async def test_without_its_model_everything_else_works(
    sqlite_store: Store, tmp_path: Path, load: Callable[[str], Encoder]
) -> None:
    (tmp_path / "empty").mkdir()
    await sqlite_store.keep(harvest(CAR))
    await decide(sqlite_store, str(tmp_path / "empty"), NOON)
    meaning = SemanticSearch(sqlite_store, partial(decided, sqlite_store), load)
    finder = await Finder.open(sqlite_store, tmp_path, meaning)
    await finder.follow()

    assert await found(finder, "automobile") == [CAR.id]
    assert await meaning.follow() == 0
    await finder.close()
    await meaning.close()


async def test_all_processes_follow_the_decision_of_the_last_one_that_made_one(
    store: Store, meaning: SemanticSearch, tmp_path: Path
) -> None:
    await meaning.follow()
    other = write_model(tmp_path / "other", {"car": (0.0, 1.0), "kitten": (0.0, 1.0), "bus": (1.0, 0.0)})

    await decide(store, other, NOON)
    await meaning.follow()

    assert (await nearest(meaning, "car", 1)).nearest == [CAT.id]
    await decide(store, OFF, NOON)
    await meaning.follow()
    assert not (await nearest(meaning, "car", 1)).cosines


async def test_a_process_without_a_setting_keeps_the_decision(store: Store) -> None:
    assert await decided(store) == ""
    await decide(store, "a model", NOON)
    await decide(store, "", NOON)
    assert await decided(store) == "a model"
    await decide(store, "another", NOON)
    assert await decided(store) == "another"
    await decide(store, OFF, NOON)
    assert await decided(store) == ""


async def test_questions_are_answered_while_papers_are_encoded(
    sqlite_store: Store, model: str, tmp_path: Path, load: Callable[[str], Encoder]
) -> None:
    await sqlite_store.keep(harvest(CAR, CAT, BUS))
    await decide(sqlite_store, model, NOON)
    first = SemanticSearch(sqlite_store, partial(decided, sqlite_store), load)
    await first.follow()
    await first.close()
    await sqlite_store.keep(harvest(paper("2604.00010", title="slow", abstract="")))
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()

    def wait() -> None:
        asyncio.run_coroutine_threadsafe(asked.wait(), loop).result(60)

    encoder = CountingEncoder(open_encoder(model, tmp_path), wait)
    meaning = SemanticSearch(sqlite_store, partial(decided, sqlite_store), lambda name: encoder)
    following = asyncio.create_task(meaning.follow())

    near = await nearest(meaning, "cat", 1)
    asked.set()

    assert near.nearest == [CAT.id]
    assert await following == 1
    await meaning.close()
