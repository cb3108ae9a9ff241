from __future__ import annotations

import time
from datetime import timedelta

import pytest

from bot.commands import Commands
from bot.domain.pages import Page, Trouble
from bot.domain.requests import Chat, Request
from bot.services.bundle import build_services
from bot.sources import sample
from bot.storage import Store
from tests.conversation.conftest import Say, talk

LINE = "/subscribe agents -survey at 9:00 Europe/Berlin weekdays top 5"
HERE = Chat("console", "terminal")


async def page(store: Store, command: str, argument: str = "", *, may_manage: bool = True) -> Page:
    commands = Commands(build_services(store), lambda: sample.AS_OF)
    return await commands.handle(Request(chat=HERE, command=command, argument=argument, may_manage=may_manage))


async def test_a_wish_is_answered_with_what_was_understood_and_when_it_comes(say: Say) -> None:
    reply = await say(LINE)

    assert reply.startswith("Subscribe to “agents -survey”?\n")
    assert "Next: Mon 27 Apr at 09:00 Europe/Berlin, in 2 days." in reply
    assert "weekdays" in reply
    assert "up to 5 papers" in reply
    assert "Not saved yet: /subscribe save does it." in reply


@pytest.mark.parametrize(
    ("typed", "coming"),
    [
        ("daily at 9:00 Europe/Berlin", "Sat 25 Apr at 09:00 Europe/Berlin, in 7 h."),
        ("weekdays at 9pm New York", "Fri 24 Apr at 21:00 America/New_York, in 49 min."),
        ("mon thu 8:00 Tokyo", "Mon 27 Apr at 08:00 Asia/Tokyo"),
        ("weekly 9:00 Berlin", "Mon 27 Apr at 09:00 Europe/Berlin"),
        ("monthly on the 31st at 9:00 Kathmandu", "Thu 30 Apr at 09:00 Asia/Kathmandu"),
        ("on announce UTC", "Sat 25 Apr at 00:20 UTC, in 9 min."),
        ("on announce not before 8:00 Berlin", "Sat 25 Apr at 08:00 Europe/Berlin"),
    ],
)
async def test_every_rhythm_tells_its_next_time_where_the_reader_lives(say: Say, typed: str, coming: str) -> None:
    assert f"Next: {coming}" in await say(f"/subscribe agents {typed}")


async def test_nothing_is_saved_before_somebody_says_so(say: Say) -> None:
    await say(LINE)

    assert "No subscriptions yet" in await say("/subscriptions")


async def test_what_nobody_said_is_told_with_the_words_that_say_otherwise(say: Say) -> None:
    reply = await say("/subscribe agents Europe/Berlin")

    understood, assumed = reply.split("\nAssumed\n")
    assert "Europe/Berlin" in understood
    assert "weekdays (or daily, mon thu, monthly, on announce)" in assumed
    assert "09:00 (or at 18:30)" in assumed
    assert "up to 10 papers (or top 5)" in assumed
    assert "any number of votes, a note on days without papers, no paper twice" in assumed


async def test_the_forecast_counts_each_of_the_last_seven_days(say: Say) -> None:
    reply = await say("/subscribe at 22:00 UTC daily top 5")

    assert "Papers it would have brought, Sat 18 Apr to Fri 24 Apr" in reply
    assert "Sat 5 · Sun 0 · Mon 5 · Tue 5 · Wed 5 · Thu 5 · Fri 5" in reply


async def test_a_day_that_is_not_the_schedules_has_no_number(say: Say) -> None:
    assert "Sat – · Sun – · Mon 5" in await say("/subscribe at 22:00 UTC weekdays top 5")


async def test_the_last_list_is_shown(say: Say) -> None:
    reply = await say("/subscribe at 22:00 UTC daily top 5")

    assert "On Fri 24 Apr\n1. " in reply
    assert "and 2 more papers: /preview" in reply


async def test_a_month_is_told_by_its_last_time(say: Say) -> None:
    assert "it would have brought, Tue 14 Apr\nTue 10\n" in await say("/subscribe monthly on the 14th 9:00 Berlin")


async def test_saving_is_a_word(say: Say) -> None:
    await say(LINE)

    reply = await say("/subscribe save")

    assert reply.startswith("Saved as number 1: “agents -survey”\n")
    assert "Next: Mon 27 Apr at 09:00 Europe/Berlin" in reply
    assert "agents -survey" in await say("/subscriptions")


async def test_what_is_saved_once_waits_no_more(say: Say) -> None:
    await say(LINE)
    await say("/subscribe save")

    assert "Nothing waits to be saved." in await say("/subscribe save")
    assert "1 subscription\n" in await say("/subscriptions")


async def test_a_script_saves_at_once(say: Say) -> None:
    reply = await say(f"{LINE} save")

    assert reply.startswith("Saved as number 1")


async def test_the_same_twice_is_there_once(say: Say) -> None:
    await say(f"{LINE} save")

    reply = await say(f"{LINE} save")

    assert "This is number 1 already" in reply
    assert "1 subscription\n" in await say("/subscriptions")


async def test_a_proposal_is_forgotten_after_two_days(sqlite_store: Store) -> None:
    await talk(sqlite_store, sample.AS_OF)(LINE)

    assert "Nothing waits" in await talk(sqlite_store, sample.AS_OF + timedelta(days=3))("/subscribe save")


async def test_fewer_and_more_change_the_number_of_papers(say: Say) -> None:
    await say("/subscribe at 22:00 UTC daily top 5")

    assert "up to 3 papers" in await say("/subscribe fewer")
    assert "up to 5 papers" in await say("/subscribe more")
    assert "up to 10 papers" in await say("/subscribe more")
    assert "up to 10 papers" in await say("/subscribe save")


async def test_more_asks_for_fewer_votes_where_these_hold_papers_back(say: Say) -> None:
    await say("/subscribe at 22:00 UTC daily top 10 votes:>=150")

    assert "75 votes or more" in await say("/subscribe more")


async def test_more_says_when_the_words_are_the_limit(say: Say) -> None:
    await say("/subscribe zebrafish at 22:00 UTC daily")

    assert "The words bring no more." in await say("/subscribe more")


async def test_fewer_ends_at_one(say: Say) -> None:
    await say("/subscribe at 22:00 UTC daily top 1")

    assert "One paper is the fewest." in await say("/subscribe fewer")


async def test_every_button_fits_and_does_what_it_says(sample_store: Store) -> None:
    offer = await page(sample_store, "subscribe", "at 22:00 UTC daily top 5")

    fewer = next(action for action in offer.actions if action.label == "Fewer")
    again = await page(sample_store, *fewer.command.split(" ", 1))

    assert [action.label for action in offer.actions] == ["Save", "Fewer", "More"]
    assert any(row.text == "up to 3 papers" for section in again.sections for row in section.rows)


async def test_the_button_of_an_old_proposal_saves_nothing_newer(sqlite_store: Store) -> None:
    old = await page(sqlite_store, "subscribe", "agents at 9:00 UTC")
    await page(sqlite_store, "subscribe", "robots at 9:00 UTC")

    answer = await page(sqlite_store, *old.actions[0].command.split(" ", 1))

    assert answer.title == "That proposal is not the newest one."
    assert "robots" in answer.intro
    assert await sqlite_store.subscriptions.of(HERE) == []


async def test_the_same_words_are_warned_of(say: Say) -> None:
    await say(f"{LINE} save")

    assert "Number 1 has the same words." in await say("/subscribe agents -survey at 18:00")


async def test_the_same_papers_are_warned_of(say: Say) -> None:
    await say("/subscribe video at 22:00 UTC daily save")

    reply = await say("/subscribe video generation at 22:00 UTC daily")

    assert "come under number 1, too." in reply
    assert "A paper comes to a chat once" in reply


async def test_the_overlap_is_told_where_there_was_no_proposal(say: Say) -> None:
    await say(f"{LINE} save")

    assert "Number 1 has the same words." in await say("/subscribe agents -survey at 18:00 save")


async def test_different_papers_are_no_overlap(say: Say) -> None:
    await say("/subscribe zebrafish at 22:00 UTC daily save")

    assert "Overlap" not in await say("/subscribe video at 22:00 UTC daily")


async def test_a_zone_is_asked_for_with_examples(say: Say) -> None:
    reply = await say("/subscribe agents at 9:00")

    assert "In which time zone?" in reply
    assert "/subscribe agents at 9:00 Europe/Berlin" in reply
    assert "Subscribe to “agents”?" in await say("/subscribe agents at 9:00 Europe/Berlin")


async def test_a_place_without_a_time_is_understood_when_a_zone_is_missing(say: Say) -> None:
    reply = await say("/subscribe agents in Berlin top 3 votes:20")

    assert "/subscribe agents top:3 votes:>=20 weekdays at 09:00 Europe/Berlin" in reply


async def test_a_chat_remembers_its_zone(say: Say) -> None:
    await say(f"{LINE} save")

    reply = await say("/subscribe robots at 18:00")

    assert "at 18:00 Europe/Berlin" in reply
    assert "as number 1 has it" in reply


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("agents at 25:00 Berlin", "25:00 is no time of day; did you mean 23:00?"),
        ("agents at 9:00 Europe/Berln", "Europe/Berln is no time zone; did you mean Europe/Berlin?"),
        ("agents at 9:00 UTC+2", "knows no summer time"),
        ("agents at 9:00 Berlin empty:party", "write empty:note, empty:best or"),
        ("agents at 9:00 Berlin monthly mon", "A month goes by its date"),
    ],
)
async def test_what_cannot_be_is_refused_with_a_suggestion(say: Say, typed: str, refusal: str) -> None:
    reply = await say(f"/subscribe {typed} save")

    assert refusal in reply
    assert "Nothing was changed." in reply
    assert "No subscriptions yet" in await say("/subscriptions")


MANAGING = [
    "subscribe",
    "preview",
    "pause 1",
    "resume 1",
    "unsubscribe all",
    "subscriptions edit 1 top 3",
    "subscriptions remove 1",
    "resend",
    "export",
    "import agents at 9:00 UTC",
    "forget everything",
]


@pytest.mark.parametrize("line", MANAGING)
async def test_who_may_not_manage_is_told_which_right_is_missing(sqlite_store: Store, line: str) -> None:
    await page(sqlite_store, "import", "agents at 9:00 UTC")

    command, _, argument = line.partition(" ")
    answer = await page(sqlite_store, command, argument, may_manage=False)

    assert answer.title == f"/{command} needs the right to manage this chat."
    assert answer.trouble is Trouble.NOT_ALLOWED
    assert "agents" not in f"{answer.title} {answer.intro}"
    assert [each.query for each in await sqlite_store.subscriptions.of(HERE)] == ["agents"]


@pytest.mark.parametrize("managers", ["", "an administrator of this group"])
async def test_a_refusal_names_who_has_the_right_in_the_words_of_its_own_platform(
    sqlite_store: Store, managers: str
) -> None:
    commands = Commands(build_services(sqlite_store), lambda: sample.AS_OF)

    answer = await commands.handle(Request(chat=HERE, command="subscribe", argument="agents", managers=managers))

    assert f"Ask {managers or 'somebody who has it'}." in answer.intro
    assert not any(name in answer.intro for name in ("Discord", "Telegram", "Manage Server"))


async def test_everybody_may_look_at_the_list(sqlite_store: Store) -> None:
    await page(sqlite_store, "subscribe", "agents at 9:00 UTC save")

    assert (await page(sqlite_store, "subscriptions", may_manage=False)).title == "1 subscription"


async def test_a_forms_fields_say_the_same_as_words(say: Say) -> None:
    by_words = await say("/subscribe world models at 9:00 Europe/Berlin weekdays top 5 silent")
    by_form = await say("/subscribe query:world models at:9:00 timezone:Berlin days:weekdays count:5 silent:yes")

    assert by_form == by_words


async def test_an_answer_about_a_topic_can_be_followed(sample_store: Store) -> None:
    for answer in (
        await page(sample_store, "papers", "video -survey top 3"),
        await page(sample_store, "trending", "video -survey"),
    ):
        follow = next(action for action in answer.actions if action.label == "Follow this topic")
        assert follow.command == "subscribe video -survey"


async def test_words_that_are_also_options_are_followed_as_words(sqlite_store: Store) -> None:
    answer = await page(sqlite_store, "papers", '"weekly planning"')

    assert answer.actions[0].command == 'subscribe "weekly planning"'


async def test_a_topic_that_does_not_fit_a_button_has_none(sqlite_store: Store) -> None:
    answer = await page(sqlite_store, "trending", "word" * 15)

    assert all(action.label != "Follow this topic" for action in answer.actions)


async def test_what_was_not_understood_is_said(say: Say) -> None:
    assert "Ignored: ()" in await say("/subscribe agents () at 9:00 UTC")


async def test_a_chat_has_so_many_subscriptions_and_no_more(say: Say) -> None:
    await say("/import " + "; ".join(f"topic{number} at 9:00 UTC" for number in range(25)))

    assert "A chat has at most 25 subscriptions" in await say("/subscribe one more at 9:00 UTC save")


HOSTILE = [
    "x" * 100_000,
    "agents " * 15_000,
    "at " * 30_000,
    "size:" * 20_000,
    '"' * 100_001,
    "role:" + "@everyone" * 10_000,
    "\u202egnitset\u2066 \x00\x1b[31m at 9:00 UTC",
    "%_\\'\"; DROP TABLE subscriptions; -- at 9:00 UTC save",
    "👩‍👩‍👧‍👦 Ω≈ç√ 日本語 at 9:00 UTC",
    "save #" + "a" * 100_000,
    "9" * 100_000,
    "id:" + "9" * 100_000,
    "1 " + "x" * 100_000,
]
TAKING_WORDS = [
    "subscribe",
    "preview",
    "subscriptions",
    "subscriptions edit",
    "pause",
    "unsubscribe",
    "import",
    "resend",
    "forget",
]


@pytest.mark.parametrize("text", HOSTILE)
async def test_anything_can_be_typed_and_is_answered_at_once(say: Say, text: str) -> None:
    await say("/import agents at 9:00 UTC")

    for command in TAKING_WORDS:
        started = time.process_time()
        reply = await say(f"/{command} {text}")

        assert time.process_time() - started < 4  # 0.1 s alone; the rest is for coverage
        assert "our fault" not in reply
        assert len(reply) < (9_000 if command == "preview" else 3_000)
        assert not set(reply) & {"\x00", "\x1b", "\u202e", "\u2066"}


@pytest.mark.parametrize(
    "line",
    [
        LINE,
        "/subscribe Europe/Berlin",
        f"{LINE} save",
        "/subscribe agents at 9:00",
        "/subscribe agents at 25:00 Berlin",
        "/subscriptions",
        "/subscriptions edit 1 at 18:30 top 3",
        "/pause 1",
        "/unsubscribe 1",
        "/unsubscribe agents",
        "/export",
        "/forget",
        "/resend",
        "/status",
    ],
)
async def test_every_reply_fits_a_phone_screen(say: Say, line: str) -> None:
    await say("/import agents at 8:00 Europe/Berlin; robots at 8:00 Europe/Berlin")

    reply = await say(line)

    assert len(reply) < 1_600
    assert len(reply.splitlines()) <= 36
