"""Answers to people: kept through limits and failures, told to whom they concern, and never more than one can read."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.domain.requests import Chat
from tests.adapters.telegram.conftest import Talk
from tests.adapters.telegram.server import Fault
from tests.adapters.telegram.world import Place

GROUP = Chat("telegram", "-1001000000001")
CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}


async def test_an_answer_waits_out_a_limit_and_others_do_not_wait_for_it(talk: Talk) -> None:
    bob = talk.server.world.add_person("Bob", 8)
    talk.server.refuse("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1)

    await talk.server.say(talk.ada, "/privacy")
    await talk.server.until(lambda: talk.server.count("sendMessage") == 1)
    await talk.server.say(bob, "/privacy")
    other = await talk.server.next_message(bob)
    before = len(talk.server.world.of(7))
    answer = await talk.server.next_message(talk.ada)

    assert "/forget" in other.text
    assert (before, len(talk.server.world.of(7))) == (0, 1)
    assert "/forget" in answer.text


async def test_a_failure_of_the_server_is_tried_again(talk: Talk) -> None:
    for number, status in enumerate(("500", "502", "503", "504"), 1):
        talk.server.fail("sendMessage", Fault(status))
        assert "/forget" in (await talk.ask("/privacy")).text
        assert talk.server.count("sendMessage") == 2 * number


async def test_an_answer_of_which_nobody_knows_is_not_given_twice(talk: Talk) -> None:
    talk.server.fail("sendMessage", Fault("reset", after=True))

    await talk.server.say(talk.ada, "/privacy")
    await talk.quiet()

    assert len(talk.server.world.of(7)) == 1
    assert talk.server.count("sendMessage") == 1


@pytest.mark.parametrize(
    "fault", [Fault("502"), Fault("reset"), Fault("reset", after=True), Fault("truncated", after=True)]
)
async def test_an_edit_is_made_again_as_that_does_no_harm(talk: Talk, fault: Fault) -> None:
    digest = await talk.ask("/trending")
    talk.server.fail("editMessageText", fault)

    await talk.press(digest, "trending week")
    await talk.server.until(lambda: digest.edits == 1 and talk.server.count("editMessageText") == 2)
    await talk.quiet()

    assert digest.offers("trending day")
    assert len(talk.server.world.of(7)) == 1


async def test_a_press_and_an_inline_query_are_answered_in_spite_of_failures(talk: Talk) -> None:
    digest = await talk.ask_full()
    talk.server.fail("answerCallbackQuery", Fault("502"))
    why = await talk.press(digest, "why ")
    talk.server.fail("answerInlineQuery", Fault("reset"))
    found = await talk.server.inline(talk.ada, "model")

    assert why.text
    assert found.given["results"]


async def test_a_question_about_rights_is_asked_again(talk: Talk) -> None:
    talk.group.people[7] = "administrator"
    talk.server.fail("getChatMember", Fault("502"))
    talk.server.fail("getChat", Fault("reset"))

    here = await talk.ask("/subscribe agents at 9:00 Berlin", talk.group)
    there = await talk.ask("/subscriptions -1001000000001")

    assert here.offers("subscribe save")
    assert there.text.startswith("Readers: ")
    assert "/subscribe -1001000000001 " in there.text


async def test_a_flood_is_told_once(talk: Talk) -> None:
    talk.server.latency = 0.02
    for _ in range(30):
        await talk.server.say(talk.ada, "/privacy")
    await talk.server.until(lambda: talk.server.count("sendMessage") >= 9)
    talk.server.latency = 0.0
    await talk.quiet()

    answers = [each for each in talk.server.world.of(7) if "/forget" in each.text]
    notices = [each for each in talk.server.world.of(7) if each not in answers]
    assert len(notices) == 1
    assert 8 <= len(answers) < 30


async def test_a_flood_in_a_group_is_told_once_and_talk_among_people_is_none(talk: Talk) -> None:
    for _ in range(40):
        await talk.server.say(talk.ada, "hello all", talk.group)
    talk.server.latency = 0.02
    for _ in range(30):
        await talk.server.say(talk.ada, "/privacy", talk.group)
    await talk.server.until(lambda: talk.server.count("sendMessage") >= 9)
    talk.server.latency = 0.0
    await talk.quiet()

    notices = [each for each in talk.server.world.of(int(GROUP.id)) if "/forget" not in each.text]
    assert len(notices) == 1
    assert notices[0].reply_to is not None


async def test_presses_in_a_flood_are_told_once(talk: Talk) -> None:
    digest = await talk.ask_full()
    talk.server.latency = 0.05
    presses = [asyncio.ensure_future(talk.press(digest, "why ")) for _ in range(30)]

    def told() -> list[str]:
        done = [press.result() for press in presses if press.done() and not press.cancelled()]
        return [answer.text for answer in done if not answer.alert]

    await talk.server.until(lambda: sum(press.done() for press in presses) >= 9 and bool(told()))
    assert len(told()) == 1
    for press in presses:
        press.cancel()


async def test_anonymous_administrators_of_fourteen_groups_are_all_answered(talk: Talk) -> None:
    groups = [talk.server.world.add_place(-1002000000000 - number) for number in range(14)]
    talk.server.latency = 0.02

    for group in groups:
        await talk.server.say(talk.ada, "/subscriptions", group, anonymous=True)
    for group in groups:
        assert (await talk.server.next_message(group)).offers("help subscribe")


async def test_one_slow_group_holds_up_no_other_anonymous_administrator(talk: Talk) -> None:
    other = talk.server.world.add_place(-1002000000001)
    talk.server.refuse("sendMessage", 429, "Too Many Requests: retry after 2", retry_after=2)
    await talk.server.say(talk.ada, "/help", talk.group, anonymous=True)
    await talk.server.until(lambda: talk.server.count("sendMessage") == 1)

    await talk.server.say(talk.ada, "/help", other, anonymous=True)
    await talk.server.next_message(other)

    assert talk.server.world.of(talk.group.id) == []
    await talk.server.next_message(talk.group)


async def test_what_is_for_one_is_not_told_to_a_group_that_writes_itself(talk: Talk) -> None:
    pointed = await talk.ask("/saved", talk.group, anonymous=True)

    assert pointed.lines == ["saved"]


async def post_as(talk: Talk, channel: Place, text: str) -> None:
    """Somebody writes in the group in the name of a channel."""
    facts: dict[str, Any] = {"from": CHANNEL_BOT, "sender_chat": channel.json}
    await talk.server.say(talk.ada, text, talk.group, **facts)


async def test_votes_of_people_who_write_as_channels_or_groups_are_told_apart(talk: Talk) -> None:
    channels = [talk.server.world.add_place(-1009000000001 - number, kind="channel") for number in range(2)]
    digest = await talk.ask_full()
    paper = digest.button("vote ")["callback_data"].split()[1]

    for channel in channels:
        await post_as(talk, channel, f"/vote {paper} up")
    await talk.server.say(talk.ada, f"/vote {paper} up", talk.group, anonymous=True)

    async def counted() -> int:
        tallies = await talk.store.votes.tallies(GROUP, [paper])
        return tallies[paper].up if paper in tallies else 0

    async with asyncio.timeout(10):
        while await counted() < 3:  # noqa: ASYNC110 - it is in a database
            await asyncio.sleep(0.02)
    assert await counted() == 3


async def test_twenty_presses_at_once_show_the_right_count_and_cost_few_edits(talk: Talk) -> None:
    digest = await talk.ask_full()
    people = [talk.server.world.add_person(f"P{number}", 100 + number) for number in range(20)]
    talk.server.latency = 0.05
    edits = talk.server.count("editMessageReplyMarkup")

    await asyncio.gather(*(talk.press(digest, "👍", person) for person in people))
    await talk.server.until(lambda: digest.keyboard[0][1]["text"] == "👍 20")
    await talk.quiet()

    assert talk.server.count("editMessageReplyMarkup") - edits < 20


async def test_votes_on_two_papers_of_one_list_do_not_undo_each_other(talk: Talk) -> None:
    digest = await talk.ask_full()
    bob = talk.server.world.add_person("Bob", 8)
    second = digest.keyboard[1][1]["callback_data"]

    await asyncio.gather(talk.press(digest, "👍"), talk.server.press_data(bob, digest, second))

    await talk.server.until(lambda: [row[1]["text"] for row in digest.keyboard[:2]] == ["👍 1", "👍 1"])
