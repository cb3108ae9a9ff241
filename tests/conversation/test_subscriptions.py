from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.models import Chat
from bot.sources import sample
from bot.store import Store
from tests.conversation.conftest import Say, talk
from tests.conversation.ledger import sent

HERE = Chat("console", "terminal")
#: nine o'clock in Berlin on a Monday
MONDAY_NINE = datetime(2026, 4, 27, 7, tzinfo=UTC)
AGENTS = "agents at 9:00 Europe/Berlin weekdays top 5"
ROBOTS = "robots at 18:00 Europe/Berlin mondays"


def unfolded(reply: str) -> str:
    """A reply without the line breaks of the terminal."""
    return " ".join(reply.split())


@pytest.fixture
async def both(say: Say) -> Say:
    """A chat with two subscriptions."""
    await say(f"/import {AGENTS}; {ROBOTS}")
    return say


async def test_the_list_has_numbers_hours_and_what_came(both: Say) -> None:
    reply = await both("/subscriptions")

    assert reply.startswith("2 subscriptions\n")
    assert "1  “agents” · weekdays at 09:00 Europe/Berlin · up to 5 papers · next Mon 27 Apr at 09:00" in reply
    assert "2  “robots” · mondays at 18:00 Europe/Berlin" in reply
    assert reply.count("nothing came yet") == 2
    assert await both("/subscriptions list") == reply


async def test_the_list_tells_the_last_outcome(both: Say, sqlite_store: Store) -> None:
    await sent(sqlite_store, MONDAY_NINE)

    reply = unfolded(await talk(sqlite_store, MONDAY_NINE + timedelta(hours=1))("/subscriptions"))

    assert "last sent Mon 27 Apr" in reply
    assert "next Tue 28 Apr at 09:00" in reply


async def test_only_what_is_said_changes(both: Say) -> None:
    reply = await both("/subscriptions edit 1 at 18:30")

    assert "time  18:30 (was: 09:00)" in reply
    assert "Next: Mon 27 Apr at 18:30 Europe/Berlin" in reply
    assert "It is now: agents top:5 weekdays at 18:30 Europe/Berlin" in reply
    assert "agents top:5 weekdays at 18:30 Europe/Berlin" in await both("/export")


async def test_everything_can_be_changed_at_once(both: Say) -> None:
    reply = await both("/subscriptions edit 2 query:video daily 7am Tokyo top 3 votes:>=20 empty:best repeat:7 silent")

    assert "It is now: video top:3 votes:>=20 empty:best repeat:7 silent:yes daily at 07:00 Asia/Tokyo" in reply


async def test_a_place_alone_moves_the_hour_there(both: Say) -> None:
    assert "zone  Asia/Tokyo (was: Europe/Berlin)" in await both("/subscriptions edit 1 in Tokyo")


async def test_what_is_so_already_is_said_to_be(both: Say) -> None:
    assert "Nothing new for number 1" in await both("/subscriptions edit 1 top 5")


async def test_an_hour_that_has_been_served_today_does_not_serve_twice(both: Say, sqlite_store: Store) -> None:
    await sent(sqlite_store, MONDAY_NINE)
    later = talk(sqlite_store, MONDAY_NINE + timedelta(hours=1))

    reply = await later("/subscriptions edit 1 at 18:30")

    assert "Next: Tue 28 Apr at 18:30 Europe/Berlin" in reply
    assert "Already sent Mon 27 Apr: a day has one digest." in reply


async def test_an_hour_of_today_that_was_not_served_yet_is(both: Say, sqlite_store: Store) -> None:
    early = talk(sqlite_store, MONDAY_NINE - timedelta(hours=1))

    reply = await early("/subscriptions edit 1 at 18:30")

    assert "Next: Mon 27 Apr at 18:30 Europe/Berlin" in reply
    assert "Already" not in reply


async def test_another_size_leaves_the_next_time_alone(both: Say, sqlite_store: Store) -> None:
    before = (await sqlite_store.subscriptions.of(HERE))[0].next_at

    await talk(sqlite_store, sample.AS_OF + timedelta(days=1))("/subscriptions edit 1 top 3")

    assert (await sqlite_store.subscriptions.of(HERE))[0].next_at == before


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("1 at 25:00", "25:00 is no time of day; did you mean 23:00?"),
        ("1 tz:Europe/Berln", "did you mean Europe/Berlin?"),
        ("1 ()", "“()” changes nothing."),
        ("1", "Which one, and what should change?"),
        ("", "Which one, and what should change?"),
        ("3 top 5", "There is no number 3 here."),
        ("agents top 5", "Which one, and what should change?"),
    ],
)
async def test_a_change_that_cannot_be_is_refused(both: Say, typed: str, refusal: str) -> None:
    before = await both("/export")

    assert refusal in await both(f"/subscriptions edit {typed}")
    assert await both("/export") == before


async def test_what_is_paused_rests_and_says_so(both: Say, sqlite_store: Store) -> None:
    assert "Paused number 1, “agents”" in await both("/pause 1")
    assert "paused: by hand" in await both("/subscriptions")

    await sqlite_store.deliveries.plan(MONDAY_NINE)
    assert await sqlite_store.deliveries.of(HERE, 5) == []


async def test_what_is_resumed_comes_at_its_next_hour(both: Say) -> None:
    await both("/pause 1")

    reply = await both("/resume 1")

    assert "Resumed number 1, “agents”" in reply
    assert "Next: Mon 27 Apr at 09:00 Europe/Berlin" in reply


async def test_what_was_served_today_is_not_resumed_into_a_second_digest(both: Say, sqlite_store: Store) -> None:
    await sent(sqlite_store, MONDAY_NINE)
    later = talk(sqlite_store, MONDAY_NINE + timedelta(hours=1))
    await later("/pause 1")
    await later("/subscriptions edit 1 at 18:30")

    assert "Next: Tue 28 Apr at 18:30 Europe/Berlin" in await later("/resume 1")


async def test_pausing_twice_changes_nothing(both: Say) -> None:
    await both("/pause 1")

    assert "Number 1, “agents” is paused already" in await both("/pause 1")
    assert "Number 2, “robots” is running already" in await both("/resume 2")


async def test_a_paused_one_can_be_changed_and_stays_paused(both: Say) -> None:
    await both("/pause 1")

    reply = await both("/subscriptions edit 1 at 18:30")

    assert "It is paused (by hand)." in reply
    assert "at 18:30" in await both("/resume 1")


async def test_all_of_them_at_once(both: Say) -> None:
    assert "Paused 2 subscriptions" in await both("/pause all")
    assert "Resumed 2 subscriptions" in await both("/resume all")
    assert "Unsubscribed from 2 subscriptions" in await both("/unsubscribe all")
    assert "No subscriptions yet" in await both("/subscriptions")


async def test_what_is_removed_tells_the_words_that_bring_it_back(both: Say) -> None:
    before = await both("/export")

    reply = await both("/unsubscribe 2")
    again = next(line for line in reply.splitlines() if line.startswith("/subscribe"))
    await both(again)

    assert "Unsubscribed from number 2, “robots”" in reply
    assert await both("/export") == before


async def test_the_words_of_doing_are_the_words_of_undoing(both: Say) -> None:
    assert "Unsubscribed from number 1, “agents”" in await both("/unsubscribe agents")
    assert "Unsubscribed from number 1, “robots”" in await both(f"/unsubscribe {ROBOTS}")


async def test_words_that_fit_several_are_asked_about(both: Say) -> None:
    reply = await both("/unsubscribe Europe/Berlin")

    assert "Which one?" in reply
    assert "2 subscriptions" in await both("/subscriptions")


@pytest.mark.parametrize("command", ["pause", "resume", "unsubscribe", "preview", "subscriptions remove"])
async def test_several_are_asked_about_where_none_is_named(both: Say, command: str) -> None:
    assert "Which one?" in await both(f"/{command}")


@pytest.mark.parametrize("command", ["pause", "resume", "unsubscribe", "preview", "subscriptions pause"])
async def test_a_number_that_is_not_there_is_answered_with_those_that_are(both: Say, command: str) -> None:
    reply = await both(f"/{command} 7")

    assert "There is no number 7 here." in reply
    assert "There are the numbers 1 to 2." in reply


async def test_the_only_one_needs_no_number(say: Say) -> None:
    await say(f"/import {AGENTS}")

    assert "Paused number 1" in await say("/pause")


async def test_a_button_means_the_same_one_when_numbers_have_moved(both: Say, sqlite_store: Store) -> None:
    first, second = await sqlite_store.subscriptions.of(HERE)
    await both("/unsubscribe 1")

    assert "“robots”" in await both(f"/pause id:{second.id}")
    assert "That subscription is gone." in await both(f"/pause id:{first.id}")


async def test_nothing_can_be_done_to_nothing(say: Say) -> None:
    assert "There is no subscription here yet." in await say("/pause 1")


async def test_another_chats_subscription_is_out_of_reach(both: Say, sqlite_store: Store) -> None:
    (first, _) = await sqlite_store.subscriptions.of(HERE)
    elsewhere = Chat("telegram", "-100")
    theirs = await sqlite_store.subscriptions.add(
        type(first)(chat=elsewhere, schedule=first.schedule, created_at=sample.AS_OF)
    )

    assert "That subscription is gone." in await both(f"/unsubscribe id:{theirs.id}")
    assert len(await sqlite_store.subscriptions.of(elsewhere)) == 1


async def test_the_lists_words_do_the_same_as_the_commands(both: Say) -> None:
    assert "Paused number 1" in await both("/subscriptions pause 1")
    assert "Resumed number 1" in await both("/subscriptions resume 1")
    assert "Preview · " in await both("/subscriptions preview 1")
    assert "Unsubscribed from number 1" in await both("/subscriptions remove 1")
    assert "Changed number 1" in await both("/subscriptions action:edit number:1 changes:at 7:00")


async def test_what_is_no_action_is_answered_with_those_that_are(both: Say) -> None:
    reply = await both("/subscriptions dance 1")

    assert "“dance” is nothing to do with subscriptions." in reply
    assert "edit <number>" in reply


async def test_a_preview_is_the_digest_as_it_would_come(both: Say) -> None:
    reply = await both("/preview 1")

    assert reply.startswith("Preview · Trending papers · Fri 24 Apr 2026 · agents\n")
    assert "Nothing is marked as shown, and nothing is sent." in reply
    assert "about: agents" in reply


async def test_a_preview_marks_nothing(both: Say, sqlite_store: Store) -> None:
    first = await both("/preview 1")

    assert await both("/preview 1") == first
    assert await sqlite_store.shown_papers.ids(HERE) == frozenset()
    assert await sqlite_store.deliveries.of(HERE, 5) == []


async def test_a_preview_leaves_out_what_has_come(both: Say, sqlite_store: Store) -> None:
    first = await both("/preview 1")
    await sent(sqlite_store, MONDAY_NINE, *await sqlite_store.shown.last(HERE))

    again = await both("/preview 1")

    title = next(line for line in first.splitlines() if line.startswith(" 1. "))[4:30]
    assert title not in again


async def test_a_preview_of_words_needs_no_subscription(say: Say) -> None:
    reply = await say("/preview video top 2")

    assert " 2. " in reply
    assert " 3. " not in reply


async def test_a_preview_shows_what_waits_to_be_saved(say: Say) -> None:
    await say("/subscribe video at 9:00 UTC top 2")

    assert "· video" in await say("/preview")


async def test_numbers_mean_the_preview_that_was_shown_last(both: Say) -> None:
    reply = await both("/preview 1")

    title = next(line for line in reply.splitlines() if line.startswith(" 1. "))[4:30]
    assert title in await both("/paper 1")


@pytest.mark.parametrize(
    ("policy", "shown"),
    [
        (
            "note",
            "As it would come now. Nothing is marked as shown, and nothing is sent.\nNone of the 13 papers on",
        ),
        ("nothing", "Nothing would come now."),
    ],
)
async def test_a_preview_of_a_day_without_papers_keeps_to_the_policy(say: Say, policy: str, shown: str) -> None:
    assert shown in await say(f"/preview zebrafish empty:{policy} at 9:00 UTC daily")


async def test_a_preview_of_a_day_without_papers_brings_the_best_of_the_week_where_that_is_wanted(say: Say) -> None:
    without, instead = [await say(f"/preview music empty:{policy} at 9:00 UTC daily") for policy in ("note", "best")]

    assert "Detecting AI-Generated Music" not in without
    assert "Detecting AI-Generated Music" in unfolded(instead)
    assert "Detecting" not in await say("/preview music votes:>=500 empty:best at 9:00 UTC daily")
