from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.pages import Trouble
from bot.domain.requests import Chat
from bot.domain.subscriptions import EmptyDay, Pause
from bot.messages.subscription_form import STEPS
from bot.sources import sample
from bot.storage import Store
from tests.conversation.conftest import Say, talk
from tests.conversation.ledger import sent

HERE = Chat("console", "terminal")
#: nine o'clock in Berlin on a Monday
MONDAY_NINE = datetime(2026, 4, 27, 7, tzinfo=UTC)
AGENTS = "agents at 9:00 Europe/Berlin weekdays top 5"
ROBOTS = "robots at 18:00 Europe/Berlin mondays"


async def paused(store: Store) -> list[Pause | None]:
    """Why each subscription is paused."""
    return [each.paused for each in await store.subscriptions.of(HERE)]


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

    first, second = reply.rows
    assert all(fact in first for fact in ("1 ", "agents", "09:00", "Europe/Berlin", "5", "27 Apr"))
    assert all(fact in second for fact in ("2 ", "robots", "18:00"))
    assert await both("/subscriptions list") == reply


async def test_the_list_tells_the_last_outcome(both: Say, sample_store: Store) -> None:
    await sent(sample_store, MONDAY_NINE)

    reply = await talk(sample_store, MONDAY_NINE + timedelta(hours=1))("/subscriptions")

    assert all(day in reply.rows[0] for day in ("27 Apr", "28 Apr"))


async def test_only_what_is_said_changes(both: Say) -> None:
    reply = await both("/subscriptions edit 1 at 18:30")

    assert all(any(time in row for row in reply.rows) for time in ("18:30", "09:00"))
    assert all(fact in reply.page.intro for fact in ("27 Apr", "18:30", "Europe/Berlin"))
    assert "agents top:5 weekdays at 18:30 Europe/Berlin" in (await both("/export")).verbatim


@pytest.mark.parametrize(
    ("change", "becomes"),
    [
        (
            "2 query:video daily 7am Tokyo top 3 votes:>=20 empty:best repeat:7 silent",
            "video top:3 votes:>=20 empty:best repeat:7 silent:yes daily at 07:00 Asia/Tokyo",
        ),
        ("1 in Tokyo", "agents top:5 weekdays at 09:00 Asia/Tokyo"),
    ],
)
async def test_the_reply_to_a_change_has_all_settings(both: Say, change: str, becomes: str) -> None:
    assert becomes in unfolded(await both(f"/subscriptions edit {change}"))
    assert f"/import {becomes}" in (await both("/export")).verbatim


async def test_a_change_to_the_same_is_no_change(both: Say) -> None:
    before = (await both("/export")).verbatim
    reply = await both("/subscriptions edit 1 top 5")

    assert reply.trouble is Trouble.NONE
    assert reply.rows == []
    assert (await both("/export")).verbatim == before


async def test_an_hour_that_has_been_served_today_does_not_serve_twice(both: Say, sample_store: Store) -> None:
    await sent(sample_store, MONDAY_NINE)
    later = talk(sample_store, MONDAY_NINE + timedelta(hours=1))

    reply = await later("/subscriptions edit 1 at 18:30")

    first, _ = await sample_store.subscriptions.of(HERE)
    assert first.next_at == MONDAY_NINE + timedelta(days=1, hours=9, minutes=30)
    assert all(day in reply for day in ("27 Apr", "28 Apr"))


async def test_an_hour_of_today_that_was_not_served_yet_is(both: Say, sample_store: Store) -> None:
    early = talk(sample_store, MONDAY_NINE - timedelta(hours=1))

    await early("/subscriptions edit 1 at 18:30")

    first, _ = await sample_store.subscriptions.of(HERE)
    assert first.next_at == MONDAY_NINE + timedelta(hours=9, minutes=30)


async def test_another_size_leaves_the_next_time_alone(both: Say, sample_store: Store) -> None:
    before = (await sample_store.subscriptions.of(HERE))[0].next_at

    await talk(sample_store, sample.AS_OF + timedelta(days=1))("/subscriptions edit 1 top 3")

    assert (await sample_store.subscriptions.of(HERE))[0].next_at == before


@pytest.mark.parametrize(
    ("typed", "facts"),
    [
        ("1 at 25:00", ("25:00", "23:00")),
        ("1 tz:Europe/Berln", ("Europe/Berln", "Europe/Berlin")),
        ("1 ()", ("()",)),
        ("", ("/subscriptions edit 1 at 18:30 top 5",)),
        ("3 top 5", ("3", "1", "2")),
        ("agents top 5", ("/subscriptions edit 1 at 18:30 top 5",)),
    ],
)
async def test_a_change_that_cannot_be_is_refused(both: Say, typed: str, facts: Sequence[str]) -> None:
    before = await both("/export")

    reply = await both(f"/subscriptions edit {typed}")

    assert reply.refused
    assert all(fact in reply for fact in facts)
    assert await both("/export") == before


async def test_a_paused_subscription_delivers_nothing(both: Say, sample_store: Store) -> None:
    reply = await both("/pause 1")

    assert "agents" in reply.page.title
    assert await paused(sample_store) == [Pause.PERSON, None]
    await sample_store.deliveries.plan(MONDAY_NINE)
    assert await sample_store.deliveries.of(HERE, 5) == []


async def test_what_is_resumed_comes_at_its_next_hour(both: Say) -> None:
    await both("/pause 1")

    reply = await both("/resume 1")

    assert "agents" in reply.page.title
    assert "27 Apr" in reply
    assert "09:00" in reply


async def test_what_was_served_today_is_not_resumed_into_a_second_digest(both: Say, sample_store: Store) -> None:
    await sent(sample_store, MONDAY_NINE)
    later = talk(sample_store, MONDAY_NINE + timedelta(hours=1))
    await later("/pause 1")
    await later("/subscriptions edit 1 at 18:30")

    await later("/resume 1")

    first, _ = await sample_store.subscriptions.of(HERE)
    assert first.next_at == MONDAY_NINE + timedelta(days=1, hours=9, minutes=30)


async def test_pausing_twice_changes_nothing(both: Say, sample_store: Store) -> None:
    for line in ("/pause 1", "/pause 1", "/resume 2"):
        assert (await both(line)).trouble is Trouble.NONE

    assert await paused(sample_store) == [Pause.PERSON, None]


async def test_a_paused_one_can_be_changed_and_stays_paused(both: Say, sample_store: Store) -> None:
    await both("/pause 1")

    await both("/subscriptions edit 1 at 18:30")
    still = await paused(sample_store)
    resumed = await both("/resume 1")

    assert still == [Pause.PERSON, None]
    assert "18:30" in resumed


async def test_all_of_them_at_once(both: Say, sample_store: Store) -> None:
    states = []
    for line in ("/pause all", "/resume all", "/unsubscribe all"):
        reply = await both(line)
        assert "2" in reply.page.title
        states.append(await paused(sample_store))

    assert states == [[Pause.PERSON, Pause.PERSON], [None, None], []]


async def test_the_button_below_a_pause_resumes_what_was_paused(both: Say, sample_store: Store) -> None:
    every = await both("/pause all")
    again = await both("/pause all")
    for command in every.commands:
        await both(f"/{command}")
    one = await both("/pause 1")

    assert every.commands == again.commands == ["resume all"]
    assert await paused(sample_store) == [Pause.PERSON, None]
    assert [command.split()[0] for command in one.commands] == ["resume"]
    assert one.commands != every.commands


async def test_what_is_removed_tells_the_command_that_brings_it_back(both: Say) -> None:
    before = await both("/export")

    reply = await both("/unsubscribe 2")
    again = next(line for line in reply.splitlines() if line.startswith("/subscribe"))
    await both(again)

    assert "robots" in reply.page.title
    assert await both("/export") == before


@pytest.mark.parametrize(("words", "left"), [("agents", ["robots"]), (ROBOTS, ["agents"])])
async def test_a_subscription_is_ended_by_the_words_that_began_it(
    both: Say, sample_store: Store, words: str, left: Sequence[str]
) -> None:
    await both(f"/unsubscribe {words}")

    assert [each.query for each in await sample_store.subscriptions.of(HERE)] == left


async def test_words_that_fit_several_are_asked_about(both: Say, sample_store: Store) -> None:
    first, second = await sample_store.subscriptions.of(HERE)
    reply = await both("/unsubscribe Europe/Berlin")

    assert reply.commands[:2] == [f"unsubscribe id:{first.id}", f"unsubscribe id:{second.id}"]
    assert len(await sample_store.subscriptions.of(HERE)) == 2


@pytest.mark.parametrize("command", ["pause", "resume", "unsubscribe", "preview", "subscriptions remove"])
async def test_several_are_asked_about_where_none_is_named(both: Say, command: str) -> None:
    reply = await both(f"/{command}")

    assert sum("id:" in each for each in reply.commands) == 2


@pytest.mark.parametrize("command", ["pause", "resume", "unsubscribe", "preview", "subscriptions pause"])
async def test_a_number_that_is_not_there_is_answered_with_those_that_are(both: Say, command: str) -> None:
    reply = await both(f"/{command} 7")

    assert reply.refused
    assert all(number in reply for number in "712")


async def test_the_only_one_needs_no_number(say: Say, sample_store: Store) -> None:
    await say(f"/import {AGENTS}")
    await say("/pause")

    assert await paused(sample_store) == [Pause.PERSON]


async def test_a_button_means_the_same_one_when_numbers_have_moved(both: Say, sample_store: Store) -> None:
    first, second = await sample_store.subscriptions.of(HERE)
    await both("/unsubscribe 1")

    assert "robots" in (await both(f"/pause id:{second.id}")).page.title
    assert (await both(f"/pause id:{first.id}")).refused


async def test_nothing_can_be_done_to_nothing(say: Say) -> None:
    assert (await say("/pause 1")).refused


async def test_another_chats_subscription_is_out_of_reach(both: Say, sample_store: Store) -> None:
    (first, _) = await sample_store.subscriptions.of(HERE)
    elsewhere = Chat("telegram", "-100")
    theirs = await sample_store.subscriptions.add(
        type(first)(chat=elsewhere, schedule=first.schedule, created_at=sample.AS_OF)
    )

    assert (await both(f"/unsubscribe id:{theirs.id}")).refused
    assert len(await sample_store.subscriptions.of(elsewhere)) == 1


async def test_the_actions_of_the_list_do_the_same_as_the_commands(both: Say, sample_store: Store) -> None:
    await both("/subscriptions pause 1")
    assert await paused(sample_store) == [Pause.PERSON, None]
    await both("/subscriptions resume 1")
    assert await paused(sample_store) == [None, None]
    assert await both("/subscriptions preview 1") == await both("/preview 1")
    await both("/subscriptions remove 1")
    await both("/subscriptions action:edit number:1 changes:at 7:00")
    (robots,) = await sample_store.subscriptions.of(HERE)
    assert (robots.query, robots.schedule.at) == ("robots", time(7))


async def test_an_unknown_action_is_answered_with_the_known_ones(both: Say) -> None:
    reply = await both("/subscriptions dance 1")

    assert reply.refused
    assert all(fact in reply for fact in ("dance", "/help subscriptions"))


async def test_a_preview_is_the_digest_as_it_would_come(both: Say) -> None:
    reply = await both("/preview 1")

    assert all(fact in reply.page.title for fact in ("24 Apr 2026", "agents"))
    assert all("agents" in card.reason for card in reply.page.cards)
    assert reply.keys


async def test_a_preview_marks_nothing(both: Say, sample_store: Store) -> None:
    first = await both("/preview 1")

    assert await both("/preview 1") == first
    assert await sample_store.shown_papers.ids(HERE) == frozenset()
    assert await sample_store.deliveries.of(HERE, 5) == []


async def test_a_preview_leaves_out_what_has_come(both: Say, sample_store: Store) -> None:
    first = await both("/preview 1")
    await sent(sample_store, MONDAY_NINE, *await sample_store.shown.last(HERE))

    again = await both("/preview 1")

    assert first.keys
    assert not set(first.keys) & set(again.keys)


async def test_a_preview_of_words_needs_no_subscription(say: Say) -> None:
    assert len((await say("/preview video top 2")).keys) == 2


async def test_a_preview_shows_what_waits_to_be_saved(say: Say) -> None:
    await say("/subscribe video at 9:00 UTC top 2")

    assert (await say("/preview")).keys == (await say("/preview video top 2")).keys


async def test_numbers_mean_the_preview_that_was_shown_last(both: Say) -> None:
    reply = await both("/preview 1")

    assert (await both("/paper 1")).keys == reply.keys[:1]


async def test_a_preview_of_a_day_without_papers_keeps_to_the_policy(say: Say) -> None:
    note, nothing = [
        await say(f"/preview zebrafish empty:{policy} at 9:00 UTC daily") for policy in ("note", "nothing")
    ]

    assert note.keys == nothing.keys == []
    assert note.page.intro != nothing.page.intro


async def test_a_preview_of_a_day_without_papers_brings_the_best_of_the_week_where_that_is_wanted(say: Say) -> None:
    without, instead = [await say(f"/preview music empty:{policy} at 9:00 UTC daily") for policy in ("note", "best")]

    assert "Detecting AI-Generated Music" not in without
    assert "Detecting AI-Generated Music" in unfolded(instead)
    assert "Detecting" not in await say("/preview music votes:>=500 empty:best at 9:00 UTC daily")


async def test_an_edit_without_a_change_offers_every_setting(both: Say) -> None:
    form = await both("/subscriptions edit 1")

    assert form.trouble is Trouble.NONE
    for command in form.commands[:-1]:
        step = await both(f"/{command}")
        assert step.trouble is Trouble.NONE
        # each value is a change of this subscription, or a reply is awaited
        assert step.page.prompt.startswith("subscriptions edit id:") or all(
            each.startswith("subscriptions edit id:") for each in step.commands[:-1]
        )


async def test_every_value_of_the_form_is_understood(both: Say, sample_store: Store) -> None:
    (first, _) = await sample_store.subscriptions.of(HERE)
    for step in STEPS:
        page = await both(f"/subscriptions form id:{first.id} {step}")
        for command in (each for each in page.commands if " edit " in each):
            assert (await both(f"/{command}")).trouble is Trouble.NONE, command


async def test_all_settings_are_set_at_once(both: Say, sample_store: Store) -> None:
    await both("/subscriptions edit 1 silent votes:>=20 repeat:30 top 3")

    await both("/subscriptions set 1 planning empty:best")

    (first, _) = await sample_store.subscriptions.of(HERE)
    assert (first.query, first.empty, first.silent, first.threshold, first.repeat_days) == (
        "planning",
        EmptyDay.BEST,
        False,
        0,
        None,
    )
    # what is not said of the schedule stays
    assert (first.schedule.zone, first.next_at) == ("Europe/Berlin", MONDAY_NINE)
