from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.domain.pages import Trouble
from bot.domain.sources import FetchResult
from bot.storage import Store
from tests.builders import NOON, TODAY, listing, observation, paper
from tests.conversation.conftest import Say, talk


async def test_trending_shows_the_newest_list_with_reasons(say: Say) -> None:
    reply = await say("/trending")

    assert "24 Apr 2026" in reply.page.title
    assert len(reply.keys) == 10
    assert "▲ 75" in reply


async def test_the_week_and_the_month_are_a_word_away(say: Say) -> None:
    day, week, month = [await say(f"/trending {window}") for window in ("day", "week", "month")]

    assert len({day.page.title, week.page.title, month.page.title}) == 3
    assert all("24 Apr 2026" in each.page.title for each in (day, week, month))


async def test_words_narrow_the_list_and_the_answer_says_what_was_understood(say: Say) -> None:
    reply = await say("/trending week Agents -benchmark top 3")

    assert "agents -benchmark top:3" in reply.page.title
    assert ["agents" in card.reason for card in reply.page.cards] == [True] * 3


async def test_a_number_alone_is_enough(say: Say) -> None:
    reply = await say("/trending week top 2")

    assert len(reply.keys) == 2


async def test_every_order_says_which_it_is_and_brings_others_first(say: Say) -> None:
    replies = [await say(f"/trending week {sort} top 5") for sort in ("trending", "votes", "new", "rising")]

    assert len({reply.page.intro for reply in replies}) == 4
    assert len({tuple(reply.keys) for reply in replies}) == 4


async def test_the_bundled_sample_is_said_to_be_one(say: Say) -> None:
    reply = await say("/trending")

    assert "25 Apr 2026" in reply
    assert "sample" in reply


async def test_nothing_found_is_a_normal_answer(say: Say) -> None:
    reply = await say("/trending zebrafish")

    assert reply.trouble is Trouble.NONE
    assert reply.keys == []
    assert all(fact in reply for fact in ("13", "24 Apr"))


async def test_what_was_not_understood_is_said(say: Say) -> None:
    assert "()" in (await say("/trending week () agents")).page.intro


async def test_real_papers_take_the_place_of_the_sample(sqlite_store: Store) -> None:
    new = paper("2611.00001", title="News of today", listed_on=NOON.date())
    await sqlite_store.keep(
        FetchResult(
            source="huggingface",
            seen_at=NOON,
            day=TODAY,
            papers=(new,),
            listings=(listing(new.id),),
            observations=(observation(new.id, votes=3),),
        )
    )
    await sqlite_store.sources.succeeded("huggingface", NOON)

    reply = await talk(sqlite_store, NOON + timedelta(minutes=5))("/trending")

    assert reply.keys == [new.id]
    assert "sample" not in reply
    assert "Hugging Face" in reply
    assert "5 min" in reply


async def test_old_knowledge_is_shown_as_of_its_own_moment(sqlite_store: Store) -> None:
    old = paper("2604.00001", title="The last thing we heard")
    await sqlite_store.keep(
        FetchResult(
            source="huggingface",
            seen_at=NOON,
            papers=(old,),
            listings=(listing(old.id),),
            observations=(observation(old.id),),
        )
    )

    reply = await talk(sqlite_store, NOON + timedelta(days=9))("/trending")

    assert reply.keys == [old.id]
    assert "9 days" in reply


async def test_an_empty_store_answers_too(sqlite_store: Store) -> None:
    reply = await talk(sqlite_store)("/trending")

    assert reply.trouble is Trouble.NONE
    assert reply.keys == []


async def test_the_list_says_what_it_was_picked_from(say: Say) -> None:
    intro = (await say("/trending")).page.intro

    assert all(fact in intro for fact in ("10", "13", "24 Apr"))


async def test_no_id_is_shown_that_cannot_be_asked_for(say: Say) -> None:
    for line in ("/trending", "/preview agents at 9:00 UTC daily"):
        assert not re.search(r"\d{4}-\d\d-\d\d-[a-z2-7]{8}", await say(line))


async def test_a_past_day_is_told_as_past(sqlite_store: Store) -> None:
    for seen_at, votes in ((NOON, 3), (NOON + timedelta(days=3), 90)):
        harvest = FetchResult(
            source="huggingface",
            seen_at=seen_at,
            papers=(paper(),),
            listings=(listing(),),
            observations=(observation(votes=votes, seen_at=seen_at),),
        )
        await sqlite_store.keep(harvest)

    reply = await talk(sqlite_store, NOON + timedelta(days=3))(f"/trending {TODAY}")

    assert "24 Apr 2026" in reply
    assert "UTC" in reply
    assert "▲ 3 " in reply
    assert "90" not in reply


@pytest.mark.parametrize(("asked", "shown"), [("top 0", 1), ("top 999", 25), ("top:26", 25)])
async def test_a_number_that_no_list_can_have_is_said(say: Say, asked: str, shown: int) -> None:
    reply = await say(f"/trending week {asked}")

    assert all(fact in reply for fact in ("25", asked[4:]))
    assert len(reply.keys) == shown


async def test_a_page_behind_the_end_says_where_the_list_ends(say: Say) -> None:
    reply = await say("/trending week more:500")

    assert reply.trouble is Trouble.NONE
    assert reply.keys == []
    assert re.search(r"\d", reply.page.intro)


async def test_a_subscription_says_when_a_digest_cannot_have_so_many(say: Say) -> None:
    for typed in ("top 999", "top:999"):
        assert "999" in await say(f"/subscribe agents at 9:00 Berlin {typed}")
