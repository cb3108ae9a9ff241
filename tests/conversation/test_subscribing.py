from __future__ import annotations

import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.commands import Commands
from bot.domain.pages import Layout, Page, Trouble
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

    assert "agents -survey" in reply.page.title
    assert reply.moments == {datetime(2026, 4, 27, 7, tzinfo=UTC)}
    assert all(fact in reply for fact in ("09:00", "Europe/Berlin", "5", "/subscribe save"))
    assert reply.commands[0].startswith("subscribe save #")


@pytest.mark.parametrize(
    ("typed", "coming"),
    [
        ("daily at 9:00 Europe/Berlin", (25, 7, 0)),
        ("weekdays at 9pm New York", (25, 1, 0)),
        ("mon thu 8:00 Tokyo", (26, 23, 0)),
        ("weekly 9:00 Berlin", (27, 7, 0)),
        ("monthly on the 31st at 9:00 Kathmandu", (30, 3, 15)),
        ("on announce UTC", (25, 0, 20)),
        ("on announce not before 8:00 Berlin", (25, 6, 0)),
    ],
)
async def test_every_schedule_says_its_next_time(say: Say, typed: str, coming: tuple[int, int, int]) -> None:
    reply = await say(f"/subscribe agents {typed}")

    assert reply.moments == {datetime(2026, 4, *coming, tzinfo=UTC)}


async def test_the_next_time_is_in_the_zone_of_the_subscription(say: Say) -> None:
    moments = (await say("/subscribe agents weekdays at 9pm New York")).page.moments
    (moment,) = (each for each in moments if not each.relative)

    assert {each.at for each in moments} == {moment.at}
    assert "21:00" in moment.text
    assert "24 Apr" in moment.text


async def test_nothing_is_saved_before_it_is_confirmed(say: Say, sample_store: Store) -> None:
    await say(LINE)

    assert await sample_store.subscriptions.of(HERE) == []


async def test_defaults_are_listed_with_what_changes_them(say: Say) -> None:
    given, default, *_ = (await say("/subscribe agents Europe/Berlin")).page.sections

    assert "Europe/Berlin" in str(given)
    assert all(
        words in str(default)
        for words in ("mon thu", "on announce", "09:00", "at 18:30", "5 papers", "top 10", "layout:full")
    )
    assert "Europe/Berlin" not in str(default)


async def test_the_forecast_counts_each_of_the_last_seven_days(say: Say) -> None:
    reply = await say("/subscribe at 22:00 UTC daily top 5")

    assert "18 Apr" in reply
    assert re.search(r"5\D+0\D+5\D+5\D+5\D+5\D+5\b", reply)


async def test_a_day_without_a_digest_has_no_number(say: Say) -> None:
    assert re.search(r"–\D+–\D+5\D+5\D+5\D+5\D+5\b", await say("/subscribe at 22:00 UTC weekdays top 5"))


async def test_the_last_list_is_shown(say: Say) -> None:
    reply = await say("/subscribe at 22:00 UTC daily top 5")

    assert re.search(r"24 Apr\W+1\. ", reply)
    assert "/preview" in reply


async def test_a_month_is_told_by_its_last_time(say: Say) -> None:
    assert re.search(r"14 Apr\D+5\b", await say("/subscribe monthly on the 14th 9:00 Berlin"))


async def test_a_draft_is_saved_once(say: Say, sample_store: Store) -> None:
    await say(LINE)

    saved, again = await say("/subscribe save"), await say("/subscribe save")

    assert saved.moments == {datetime(2026, 4, 27, 7, tzinfo=UTC)}
    assert again.refused
    assert [each.query for each in await sample_store.subscriptions.of(HERE)] == ["agents -survey"]


async def test_a_script_saves_at_once_and_the_same_twice_only_once(say: Say, sample_store: Store) -> None:
    first, second = await say(f"{LINE} save"), await say(f"{LINE} save")

    assert first.page.title != second.page.title
    assert "1" in second.page.title
    assert len(await sample_store.subscriptions.of(HERE)) == 1


async def test_a_proposal_is_forgotten_after_two_days(sqlite_store: Store) -> None:
    await talk(sqlite_store, sample.AS_OF)(LINE)

    assert (await talk(sqlite_store, sample.AS_OF + timedelta(days=3))("/subscribe save")).refused


@pytest.mark.parametrize(("steps", "size"), [(("fewer",), 3), (("fewer", "more"), 5), (("fewer", "more", "more"), 10)])
async def test_fewer_and_more_change_the_number_of_papers(
    say: Say, sample_store: Store, steps: Sequence[str], size: int
) -> None:
    await say("/subscribe at 22:00 UTC daily top 5")

    for step in (*steps, "save"):
        reply = await say(f"/subscribe {step}")
        assert reply.trouble is Trouble.NONE

    (saved,) = await sample_store.subscriptions.of(HERE)
    assert saved.size == size


async def test_more_lowers_the_votes_if_they_hold_papers_back(say: Say, sample_store: Store) -> None:
    for line in ("at 22:00 UTC daily top 10 votes:>=150", "more", "save"):
        await say(f"/subscribe {line}")

    (saved,) = await sample_store.subscriptions.of(HERE)
    assert saved.threshold == 75


@pytest.mark.parametrize(
    ("draft", "step"),
    [("zebrafish top:10 daily at 22:00 UTC", "more"), ("everything top:1 daily at 22:00 UTC", "fewer")],
)
async def test_a_step_that_cannot_be_taken_is_refused_with_the_draft(say: Say, draft: str, step: str) -> None:
    await say(f"/subscribe {draft}")

    reply = await say(f"/subscribe {step}")

    assert reply.refused
    assert draft in reply.page.intro


async def test_every_button_fits_and_does_what_it_says(sample_store: Store) -> None:
    offer = await page(sample_store, "subscribe", "at 22:00 UTC daily top 5")

    save, fewer, more = offer.actions
    again = await page(sample_store, *fewer.command.split(" ", 1))

    for action, word in ((save, "save"), (fewer, "fewer"), (more, "more")):
        assert action.command.startswith(f"subscribe {word} #")
    assert any("3" in row.text for section in again.sections for row in section.rows)


async def test_the_button_of_an_old_proposal_saves_nothing_newer(sqlite_store: Store) -> None:
    old = await page(sqlite_store, "subscribe", "agents at 9:00 UTC")
    await page(sqlite_store, "subscribe", "robots at 9:00 UTC")

    answer = await page(sqlite_store, *old.actions[0].command.split(" ", 1))

    assert answer.trouble is Trouble.REFUSED
    assert "robots" in answer.intro
    assert await sqlite_store.subscriptions.of(HERE) == []


@pytest.mark.parametrize(
    ("first", "second", "warnings"),
    [
        ("agents -survey at 9:00 UTC", "agents -survey at 18:00 UTC", 1),
        ("video at 22:00 UTC daily", "video generation at 22:00 UTC daily", 1),
        ("zebrafish at 22:00 UTC daily", "video at 22:00 UTC daily", 0),
    ],
    ids=["same words", "same papers", "different papers"],
)
async def test_an_overlap_with_another_subscription_is_shown(say: Say, first: str, second: str, warnings: int) -> None:
    alone = await say(f"/subscribe {second}")
    await say(f"/subscribe {first} save")
    beside = await say(f"/subscribe {second}")

    assert len(beside.page.sections) == len(alone.page.sections) + warnings


async def test_an_overlap_is_shown_without_a_draft_too(say: Say) -> None:
    first = await say(f"{LINE} save")
    second = await say("/subscribe agents -survey at 18:00 top 5 save")

    assert len(second.page.sections) > len(first.page.sections)
    assert "1" in second.page.sections[-1].text


async def test_a_zone_is_asked_for_with_examples(say: Say) -> None:
    reply = await say("/subscribe agents at 9:00")

    assert "/subscribe agents at 9:00 Europe/Berlin" in reply
    assert "subscribe agents at 9:00 Europe/Berlin" in reply.commands
    assert reply.page.prompt == "subscribe agents at 9:00"


async def test_a_place_without_a_time_is_understood_when_a_zone_is_missing(say: Say) -> None:
    reply = await say("/subscribe agents in Berlin top 3 votes:20")

    assert "/subscribe agents top:3 votes:>=20 weekdays at 09:00 Europe/Berlin" in reply


async def test_a_chat_remembers_its_zone(say: Say) -> None:
    await say(f"{LINE} save")

    reply = await say("/subscribe robots at 18:00")

    assert reply.moments == {datetime(2026, 4, 27, 16, tzinfo=UTC)}
    assert "Europe/Berlin" in reply


@pytest.mark.parametrize(
    ("typed", "facts"),
    [
        ("agents at 25:00 Berlin", ("25:00", "23:00")),
        ("agents at 9:00 Europe/Berln", ("Europe/Berln", "Europe/Berlin")),
        ("agents at 9:00 UTC+2", ("UTC+2", "Etc/GMT-2")),
        ("agents at 9:00 Berlin empty:party", ("empty:party", "empty:note", "empty:best")),
        ("agents at 9:00 Berlin monthly mon", ("monthly on the 1st", "mondays")),
    ],
)
async def test_what_cannot_be_is_refused_with_a_suggestion(
    say: Say, sample_store: Store, typed: str, facts: Sequence[str]
) -> None:
    reply = await say(f"/subscribe {typed} save")

    assert reply.refused
    assert all(fact in reply for fact in (*facts, "/help subscribe"))
    assert await sample_store.subscriptions.of(HERE) == []


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

    assert answer.trouble is Trouble.NOT_ALLOWED
    assert f"/{command}" in answer.title
    assert "agents" not in f"{answer.title} {answer.intro}"
    assert [each.query for each in await sqlite_store.subscriptions.of(HERE)] == ["agents"]


@pytest.mark.parametrize("managers", ["", "an administrator of this group"])
async def test_a_refusal_names_who_has_the_right_in_the_words_of_its_own_platform(
    sqlite_store: Store, managers: str
) -> None:
    commands = Commands(build_services(sqlite_store), lambda: sample.AS_OF)

    answer = await commands.handle(Request(chat=HERE, command="subscribe", argument="agents", managers=managers))

    assert managers in answer.intro
    assert not any(name in answer.intro for name in ("Discord", "Telegram", "Manage Server"))


async def test_everybody_may_look_at_the_list(sqlite_store: Store) -> None:
    await page(sqlite_store, "subscribe", "agents at 9:00 UTC save")

    listed = await page(sqlite_store, "subscriptions", may_manage=False)

    assert listed.trouble is Trouble.NONE
    assert "agents" in str(listed.sections)


async def test_a_forms_fields_say_the_same_as_words(say: Say) -> None:
    by_words = await say("/subscribe world models at 9:00 Europe/Berlin weekdays top 5 silent")
    by_form = await say("/subscribe query:world models at:9:00 timezone:Berlin days:weekdays count:5 silent:yes")

    assert by_form == by_words


async def test_an_answer_about_a_topic_can_be_followed(sample_store: Store) -> None:
    for answer in (
        await page(sample_store, "papers", "video -survey top 3"),
        await page(sample_store, "trending", "video -survey"),
    ):
        assert "subscribe video -survey" in [action.command for action in answer.actions]


async def test_words_that_are_also_options_are_followed_as_words(sqlite_store: Store) -> None:
    answer = await page(sqlite_store, "papers", '"weekly planning"')

    assert answer.actions[0].command == 'subscribe "weekly planning"'


async def test_a_topic_that_does_not_fit_a_button_has_none(sqlite_store: Store) -> None:
    answer = await page(sqlite_store, "trending", "word" * 15)

    assert not any(action.command.startswith("subscribe") for action in answer.actions)


async def test_what_was_not_understood_is_said(say: Say) -> None:
    assert "()" in (await say("/subscribe agents () at 9:00 UTC")).page.intro


async def test_a_chat_has_so_many_subscriptions_and_no_more(say: Say) -> None:
    await say("/import " + "; ".join(f"topic{number} at 9:00 UTC" for number in range(25)))

    reply = await say("/subscribe one more at 9:00 UTC save")

    assert reply.refused
    assert "25" in reply


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
        assert reply.trouble is not Trouble.FAULT
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


async def test_a_layout_is_chosen_shown_changed_and_exported(say: Say, sample_store: Store) -> None:
    await say("/subscribe agents at 9:00 Berlin layout:full save")
    listed, exported = await say("/subscriptions"), await say("/export")
    changed = await say("/subscriptions edit 1 layout:compact")
    (kept,) = await sample_store.subscriptions.of(HERE)

    assert "layout:full" in listed
    assert "layout:full" in exported.verbatim
    assert "Layout" in str(changed.page.sections)
    assert kept.layout is Layout.COMPACT
    assert "layout:" not in (await say("/export")).verbatim


async def test_a_layout_that_does_not_exist_is_refused_with_those_that_do(say: Say) -> None:
    reply = await say("/subscribe agents at 9:00 Berlin layout:poster save")

    assert reply.refused
    assert all(words in reply for words in ("layout:poster", "layout:compact", "layout:full"))


async def test_a_new_subscription_brings_five_papers(say: Say, sample_store: Store) -> None:
    await say("/subscribe agents at 9:00 Berlin save")
    await say("/subscribe robots at 9:00 Berlin top 10 save")

    assert [each.size for each in await sample_store.subscriptions.of(HERE)] == [5, 10]


async def test_pictures_are_turned_off_shown_and_exported(say: Say, sample_store: Store) -> None:
    offered = await say("/subscribe agents at 9:00 Berlin layout:cards thumbnails:no")
    await say("/subscribe save")
    exported = await say("/export")
    changed = await say("/subscriptions edit 1 thumbnails:yes")
    (kept,) = await sample_store.subscriptions.of(HERE)

    assert not offered.refused
    assert "layout:cards" in exported.verbatim
    assert "thumbnails:no" in exported.verbatim
    assert not changed.refused
    assert (kept.layout, kept.thumbnails) == (Layout.CARDS, True)
    assert "thumbnails:" not in (await say("/export")).verbatim


async def test_pictures_are_chosen_with_yes_or_no(say: Say) -> None:
    reply = await say("/subscribe agents at 9:00 Berlin thumbnails:large save")

    assert reply.refused
    assert all(words in reply for words in ("thumbnails:large", "thumbnails:yes", "thumbnails:no"))


@pytest.mark.parametrize(("silent", "explained"), [("silent:yes", True), ("silent:no", False)])
async def test_a_mention_that_notifies_nobody_is_explained(say: Say, silent: str, explained: bool) -> None:
    reply = await say(f"/subscribe agents at 9:00 Berlin role:@readers {silent}")

    (row,) = (row for row in reply.rows if "@readers" in row)
    assert ("silent:no" in row) is explained
