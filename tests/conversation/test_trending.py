from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.sources import FetchResult
from bot.storage import Store
from tests.builders import NOON, TODAY, listing, observation, paper
from tests.conversation.conftest import Say, talk


async def test_trending_shows_the_newest_list_with_reasons(say: Say) -> None:
    reply = await say("/trending")

    assert reply.startswith("Trending papers · Fri 24 Apr 2026\n")
    assert "▲ 75 votes in 24 h" in reply
    assert " 1. " in reply


async def test_the_week_and_the_month_are_a_word_away(say: Say) -> None:
    assert (await say("/trending week")).startswith("Trending papers · week to Fri 24 Apr 2026\n")
    assert (await say("/trending month")).startswith("Trending papers · month to Fri 24 Apr 2026\n")


async def test_words_narrow_the_list_and_the_answer_says_what_was_understood(say: Say) -> None:
    reply = await say("/trending week Agents -benchmark top 3")

    assert reply.startswith("Trending papers · week to Fri 24 Apr 2026 · agents -benchmark top:3\n")
    assert reply.count("about: agents") == 3


async def test_a_number_alone_is_enough(say: Say) -> None:
    reply = await say("/trending week top 2")

    assert " 2. " in reply
    assert " 3. " not in reply


@pytest.mark.parametrize(
    ("sort", "first"), [("votes", "most votes first"), ("new", "newest first"), ("rising", "fastest rising first")]
)
async def test_every_sort_says_its_name(say: Say, sort: str, first: str) -> None:
    assert first in await say(f"/trending week {sort}")


async def test_the_bundled_sample_is_said_to_be_one(say: Say) -> None:
    assert "this is the bundled sample, as of Sat 25 Apr 2026" in await say("/trending")


async def test_nothing_found_is_a_normal_answer(say: Say) -> None:
    reply = await say("/trending zebrafish")

    assert "None of the 13 papers on the list of Fri 24 Apr answers your words." in reply


async def test_what_was_not_understood_is_said(say: Say) -> None:
    assert "Ignored: ()" in await say("/trending week () agents")


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

    assert "News of today" in reply
    assert "sample" not in reply
    assert "Hugging Face 5 min ago" in reply


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

    assert "The last thing we heard" in reply
    assert "Nothing newer is known: this is as of 9 days ago." in reply


async def test_an_empty_store_answers_too(sqlite_store: Store) -> None:
    reply = await talk(sqlite_store)("/trending")

    assert "No paper on" in reply
    assert "No source has been read yet." in reply


async def test_the_list_says_what_it_was_picked_from(say: Say) -> None:
    assert "10 of 13 papers on the list of Fri 24 Apr, trending first." in await say("/trending")


async def test_no_id_is_shown_that_cannot_be_asked_for(say: Say) -> None:
    assert "Digest 2" not in await say("/trending")
    assert "Digest 2" not in await say("/preview agents at 9:00 UTC daily")


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

    assert "As it stood at the end of Fri 24 Apr 2026 (UTC)." in reply
    assert "▲ 3 votes in 12 h" in reply
    assert "Nothing newer" not in reply


@pytest.mark.parametrize(("asked", "shown"), [("top 0", 1), ("top 999", 25), ("top:26", 25)])
async def test_a_number_that_no_list_can_have_is_said(say: Say, asked: str, shown: int) -> None:
    reply = await say(f"/trending week {asked}")

    number = asked[4:]
    assert f"A list has 1 to 25 papers, so I can't show {number}." in reply
    assert f" {shown + 1}. " not in reply


async def test_a_page_behind_the_end_says_where_the_list_ends(say: Say) -> None:
    reply = await say("/trending week more:500")

    assert "There are no more papers here: the list ends after " in reply
    assert "0 of" not in reply


async def test_a_subscription_says_when_a_digest_cannot_have_so_many(say: Say) -> None:
    for typed in ("top 999", "top:999"):
        assert "so I can't show 999." in await say(f"/subscribe agents at 9:00 Berlin {typed}")
    assert "so I can't show" not in await say("/subscribe agents at 9:00 Berlin top 5")
