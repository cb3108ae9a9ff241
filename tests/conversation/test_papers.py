from __future__ import annotations

import re

import pytest

from bot.domain.identifiers import handle
from bot.domain.pages import Trouble
from bot.domain.requests import Chat, Tally
from bot.sources import sample
from bot.storage import Store
from tests.builders import NOON, listing, paper
from tests.conversation.conftest import OnePaper, Say, talk
from tests.storage.harvests import harvest


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


PREPRINT, JOURNAL = "10.1101/2024.01.02.573456", "10.1038/s41586-024-07487-w"
#: 65 characters: too long for a button
LONG = "10.1002/(sici)1097-0258(19980815)17:15<1661::aid-sim968>3.0.co;2-2"


async def filled(store: Store) -> Say:
    await store.keep(
        harvest(
            paper(PREPRINT, server="biorxiv", aliases=(JOURNAL,), title="Neurons of zebrafish", abstract="Larvae."),
            paper(LONG, server="", title="Trials of quasars"),
            *(listing(id) for id in (PREPRINT, LONG)),
        )
    )
    return talk(store, NOON)


@pytest.mark.parametrize(
    "line",
    [
        f"/paper {PREPRINT}",
        f"/paper {PREPRINT}v3",
        f"/papers {PREPRINT}",
        PREPRINT,
        f"https://www.biorxiv.org/content/{PREPRINT}v2.full",
        f"https://doi.org/{JOURNAL.upper()}",
        f"/paper {JOURNAL}",
    ],
)
async def test_a_paper_is_found_by_its_dois(sqlite_store: Store, line: str) -> None:
    reply = await (await filled(sqlite_store))(line)

    assert reply.keys == [PREPRINT]
    assert "bioRxiv" in reply
    assert "arxiv.org" not in reply


async def test_the_buttons_of_a_long_doi_work(sqlite_store: Store) -> None:
    say = await filled(sqlite_store)
    shown = await say(f"/paper {LONG}")
    [card] = shown.page.cards

    assert card.key == LONG
    for command in (*(action.command for action in card.actions), *shown.commands):
        assert LONG not in command
        assert not (await say(f"/{command}")).refused
    assert await sqlite_store.saved.of("console", "console:terminal") == [LONG]
    assert await sqlite_store.votes.tallies(Chat("console", "terminal"), [LONG]) == {LONG: Tally(0, 1)}


async def test_a_doi_that_no_source_can_look_up_is_refused_without_asking_any(sqlite_store: Store) -> None:
    say = talk(sqlite_store, NOON, OnePaper(paper("2511.22222")))

    reply = await say("/paper 10.1234/nobody.knows")

    assert reply.refused
    assert "10.1234/nobody.knows" in reply
    assert "/papers" in reply


async def test_a_button_of_a_paper_that_is_gone_asks_no_source(sqlite_store: Store) -> None:
    say = talk(sqlite_store, NOON, OnePaper(down=True))

    reply = await say(f"/paper {handle(LONG)}")

    assert reply.refused
    assert "/papers" in reply


async def test_papers_named_by_doi_are_liked(sqlite_store: Store) -> None:
    say = await filled(sqlite_store)

    await say(f"/taste like {LONG} @article{{a, doi = {{{JOURNAL}}}, title = {{Neurons}}}}")

    liked = await sqlite_store.tastes.liked("console", "console:terminal", NOON)
    assert {one.paper_id for one in liked} == {PREPRINT, LONG}


async def test_numbers_of_a_list_follow_a_paper_that_is_joined_with_another_one(sqlite_store: Store) -> None:
    say = await filled(sqlite_store)
    await say("/papers zebrafish")
    await sqlite_store.keep(harvest(paper("2604.00001", aliases=(PREPRINT,), title="Neurons of zebrafish")))

    assert (await say("/paper 1")).keys == ["2604.00001"]
    assert (await say("1")).keys == ["2604.00001"]
    await say("/save 1")
    assert (await say("/saved")).keys == ["2604.00001"]
