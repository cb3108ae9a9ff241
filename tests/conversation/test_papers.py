from __future__ import annotations

import re

from bot.domain.pages import Trouble
from bot.sources import sample
from bot.storage import Store
from tests.builders import paper
from tests.conversation.conftest import OnePaper, Say, talk


async def test_asking_for_a_topic(say: Say) -> None:
    reply = await say("/papers video generation")

    assert "video generation" in reply.page.title
    assert reply.keys


async def test_text_without_a_slash_is_a_topic(say: Say) -> None:
    assert await say("video generation") == await say("/papers video generation")


async def test_a_number_means_the_last_list(say: Say) -> None:
    await say("/trending week")

    assert (await say("/paper 1")).keys == ["2604.20796"]
    assert (await say("1")).keys == ["2604.20796"]


async def test_every_new_list_takes_the_place_of_the_last(say: Say) -> None:
    await say("/trending week")
    await say("/papers time series")

    assert "Time Series" in await say("/paper 1")


async def test_a_paper_is_found_by_id_and_by_address(say: Say) -> None:
    by_id = await say("/paper 2604.20796")

    assert "LLaDA2.0-Uni" in by_id
    assert await say("/paper https://arxiv.org/abs/2604.20796v2") == by_id
    assert await say("https://huggingface.co/papers/2604.20796") == by_id


async def test_similar_papers_leave_the_paper_itself_out(say: Say) -> None:
    reply = await say("/similar 2604.20796")

    assert "LLaDA2.0-Uni" in reply
    assert reply.keys
    assert "2604.20796" not in reply.keys


async def test_why_shows_the_parts_and_the_place(say: Say) -> None:
    reply = await say("/why 2604.18292")

    # votes of the last hours, hours that are extrapolated, votes per day
    assert all(re.search(rf"\b{number}\b", reply) for number in (16, 15, 8, 26))
    assert len(reply.rows) >= 3


async def test_a_paper_of_long_ago_is_not_ranked_and_that_is_said(say: Say) -> None:
    reply = await say("/why 2604.03480")

    assert reply.trouble is Trouble.NONE
    assert reply.rows == []


async def test_a_paper_that_is_not_stored_is_fetched_and_kept(sqlite_store: Store) -> None:
    asked_for = paper("2511.22222", title="From afar", listed_on=None)
    say = talk(sqlite_store, sample.AS_OF, OnePaper(asked_for))

    assert "From afar" in await say("/paper 2511.22222")
    assert await sqlite_store.papers.get("2511.22222") is not None


async def test_a_catalogue_that_is_down_costs_nobody_an_answer(sqlite_store: Store) -> None:
    asked_for = paper("2511.22222", title="From afar", listed_on=None)
    say = talk(sqlite_store, sample.AS_OF, OnePaper(down=True), OnePaper(asked_for))

    assert "From afar" in await say("/paper 2511.22222")


async def test_a_paper_that_nobody_could_be_asked_for_may_exist(sqlite_store: Store) -> None:
    reply = await talk(sqlite_store, sample.AS_OF, OnePaper(down=True))("/paper 2511.22222")

    assert reply.refused
    assert all(fact in reply for fact in ("2511.22222", "arXiv", "no answer within 20 s"))


async def test_nothing_found_offers_fewer_words(say: Say) -> None:
    reply = await say("/papers zebrafish video")

    assert "zebrafish video" in reply.page.title
    assert "/papers video" in reply
