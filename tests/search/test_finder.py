from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.search_results import SearchResults
from bot.domain.sources import FetchResult
from bot.query import parse
from bot.search.finder import CANDIDATES, Finder
from bot.search.prior import Prior
from bot.storage import Store
from tests.builders import NOON, TODAY, observation, paper

DIFFUSION = paper("2604.00001", title="Diffusion models for protein folding")
AGENTS = paper("2604.00002", title="Agents that plan with a large language model (LLM)")
ROBOTS = paper("2604.00003", title="Robots learn diffusion policies")


@pytest.fixture
async def finder(store: Store, tmp_path: Path) -> AsyncIterator[Finder]:
    await store.keep(FetchResult(source="test", seen_at=NOON, papers=(DIFFUSION, AGENTS)))
    opened = await Finder.open(store, tmp_path)
    await opened.follow()
    yield opened
    await opened.close()


async def ask(finder: Finder, text: str) -> SearchResults:
    found = await finder.find(parse(text, TODAY), 10)
    assert found
    return found


async def test_what_the_store_knows_is_found(finder: Finder) -> None:
    found = await ask(finder, "protein diffusion")

    assert list(found.ids) == [DIFFUSION.id]
    assert found.exact == 1


async def test_what_the_store_learns_later_is_followed(finder: Finder, store: Store) -> None:
    await store.keep(
        FetchResult(
            source="test",
            seen_at=NOON + timedelta(hours=1),
            papers=(ROBOTS,),
            observations=(observation(ROBOTS.id, votes=50),),
        )
    )

    assert await finder.follow() == 1
    assert list((await ask(finder, "diffusion votes:>=50")).ids) == [ROBOTS.id]


async def test_papers_of_an_older_harvest_are_followed_too(finder: Finder, store: Store) -> None:
    await store.keep(FetchResult(source="archive", seen_at=NOON - timedelta(days=300), papers=(ROBOTS,)))

    assert await finder.follow() == 1
    assert (await ask(finder, "robots")).exact == 1


async def test_following_again_brings_nothing(finder: Finder) -> None:
    assert await finder.follow() == 0


async def test_a_misspelled_word_is_looked_up_as_it_was_meant(store: Store, tmp_path: Path) -> None:
    many = tuple(paper(f"2604.1{n:04}", title=f"Diffusion models, part {n}") for n in range(5))
    await store.keep(FetchResult(source="test", seen_at=NOON, papers=many))
    finder = await Finder.open(store, tmp_path)
    await finder.follow()

    found = await ask(finder, "difusion modles")

    assert found.corrected == {"difusion": "diffusion", "modles": "models"}
    assert found.exact == 5
    await finder.close()


async def test_an_abbreviation_finds_what_is_written_out(store: Store, tmp_path: Path) -> None:
    explained = tuple(paper(f"2604.1{n:04}", title=f"A large language model (LLM) {n}") for n in range(3))
    written_out = paper("2604.20000", title="Why a large language model reasons")
    await store.keep(FetchResult(source="test", seen_at=NOON, papers=(*explained, written_out)))
    finder = await Finder.open(store, tmp_path)
    await finder.follow()

    assert written_out.id in set((await ask(finder, "LLM")).ids)
    await finder.close()


async def test_of_papers_that_answer_alike_the_newer_and_better_voted_stands_first(
    store: Store, tmp_path: Path
) -> None:
    old, new, voted = (
        paper(f"2604.0001{n}", title="Robots", published_at=NOON - timedelta(days=900)) for n in range(3)
    )
    new = replace(new, published_at=NOON)
    votes = observation(voted.id, votes=400)
    await store.keep(FetchResult(source="test", seen_at=NOON, papers=(old, new, voted), observations=(votes,)))
    finder = await Finder.open(store, tmp_path)
    await finder.follow()

    found = await finder.find(parse("robots", TODAY), 10, Prior(0.1, TODAY))

    assert found
    assert set(found.ids[:2]) == {new.id, voted.id}
    await finder.close()


async def test_a_paper_is_not_like_itself(finder: Finder, store: Store) -> None:
    await store.keep(FetchResult(source="test", seen_at=NOON + timedelta(hours=1), papers=(ROBOTS,)))
    await finder.follow()

    others = [other.id for other in await finder.like(DIFFUSION, 5) or []]

    assert others[0] == ROBOTS.id
    assert DIFFUSION.id not in others


async def test_a_deleted_directory_is_made_again(finder: Finder, store: Store) -> None:
    shutil.rmtree(finder.index.directory)
    await store.keep(FetchResult(source="test", seen_at=NOON + timedelta(hours=1), papers=(ROBOTS,)))

    await finder.follow()

    assert (await ask(finder, "robots")).exact == 1
    assert (await ask(finder, "agents")).exact == 1


async def test_a_paper_with_the_query_as_its_title_comes_first(store: Store, tmp_path: Path) -> None:
    named = paper("2604.00009", title="Learning to see, and the eye of robots that walk")
    others = [paper(f"2604.1{n:04}", title=f"{named.title} {named.title} {n}") for n in range(5)]
    await store.keep(FetchResult(source="test", seen_at=NOON, papers=(*others, named)))
    finder = await Finder.open(store, tmp_path)
    await finder.follow()

    assert (await ask(finder, "robots that walk and the eye, learning to see")).ids[0] == named.id
    await finder.close()


async def test_of_a_common_topic_a_part_is_judged_and_the_result_says_so(sqlite_store: Store, tmp_path: Path) -> None:
    few = tuple(paper(f"2604.1{n:04}", title=f"Robots {n}") for n in range(CANDIDATES - 1))
    await sqlite_store.keep(FetchResult(source="test", seen_at=NOON, papers=few))
    finder = await Finder.open(sqlite_store, tmp_path)
    await finder.follow()
    some = await ask(finder, "robots")
    await sqlite_store.keep(FetchResult(source="test", seen_at=NOON + timedelta(hours=1), papers=(DIFFUSION, ROBOTS)))
    await finder.follow()
    many = await ask(finder, "robots")

    assert (some.exact, some.at_least, some.near) == (CANDIDATES - 1, False, frozenset())
    assert (many.exact, many.at_least) == (CANDIDATES, True)
    await finder.close()


async def test_many_questions_at_once_leave_the_loop_free(finder: Finder) -> None:
    answers = asyncio.gather(*(ask(finder, "protein diffusion") for _ in range(50)))

    lag = await longest_lag(answers)

    assert len(await answers) == 50
    assert lag < 5  # 0.02 s alone; the rest is for coverage and a busy machine


async def longest_lag(until: asyncio.Future[list[SearchResults]]) -> float:
    """The longest that the loop was late, in seconds."""
    loop, longest = asyncio.get_running_loop(), 0.0
    while not until.done():
        before = loop.time()
        await asyncio.sleep(0.001)
        longest = max(longest, loop.time() - before - 0.001)
    return longest
