from __future__ import annotations

from bot.sources import sample
from bot.store import Store
from tests.builders import paper
from tests.conversation.conftest import OnePaper, Say, talk


async def test_asking_for_a_topic(say: Say) -> None:
    reply = await say("/papers video generation")

    assert reply.startswith("Papers on video generation\n")
    assert "best first" in reply


async def test_text_without_a_slash_is_a_topic(say: Say) -> None:
    assert await say("video generation") == await say("/papers video generation")


async def test_a_number_means_the_last_list(say: Say) -> None:
    await say("/trending week")

    assert "2604.20796" in await say("/paper 1")
    assert "2604.20796" in await say("1")


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

    assert "Close to “LLaDA2.0-Uni" in reply
    assert "https://huggingface.co/papers/2604.20796" not in reply
    assert " 1. " in reply


async def test_why_shows_the_parts_and_the_place(say: Say) -> None:
    reply = await say("/why 2604.18292")

    assert "papers listed in the last 7 days" in reply
    assert "votes so far, 16 of them in the last 15 h" in reply
    assert "still expected: another 8 h at its speed, 26 votes a day" in reply
    assert "votes predicted in the end" in reply
    assert "votes behind #" in reply


async def test_a_paper_of_long_ago_is_not_ranked_and_that_is_said(say: Say) -> None:
    assert "on no list of the last 7 days" in await say("/why 2604.03480")


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

    assert "No paper 2511.22222 is known." in reply
    assert "arXiv could not be asked (no answer within 20 s)" in reply


async def test_nothing_found_offers_fewer_words(say: Say) -> None:
    reply = await say("/papers zebrafish video")

    assert "No papers on zebrafish video" in reply
    assert "/papers video" in reply
