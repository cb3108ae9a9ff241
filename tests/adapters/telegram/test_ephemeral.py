"""Answers in a group that one person alone sees, and answers in chats that the bot is not in."""

from __future__ import annotations

import pytest

from bot.domain.requests import Chat
from tests.adapters.telegram.conftest import Talk
from tests.adapters.telegram.server import Fault
from tests.adapters.telegram.world import Message, Place


@pytest.fixture
def offered(talk: Talk) -> Talk:
    """The server has ephemeral messages, and the bot may send them in the group."""
    talk.server.methods.ephemeral = "10.3"
    talk.group.bot_writes_to_one = True
    return talk


def seen(talk: Talk) -> list[Message]:
    """What Ada alone sees in the group."""
    return talk.server.world.seen_by_one(talk.group, talk.ada)


def public(talk: Talk) -> list[Message]:
    """What everybody sees in the group."""
    return [each for each in talk.server.world.of(talk.group.id) if not each.deleted]


def private(talk: Talk) -> list[Message]:
    return list(talk.server.world.of(talk.ada.id))


@pytest.mark.parametrize("typed", ["/saved", "/help", "/taste", "/pause all", "/vote 99 up", "/why 99"])
async def test_what_is_for_one_person_is_shown_to_them_alone_in_the_group(offered: Talk, typed: str) -> None:
    await offered.server.say(offered.ada, typed, offered.group)
    await offered.quiet()

    (answer,) = seen(offered)
    assert len(answer.text) > 10
    assert (public(offered), private(offered)) == ([], [])


async def test_the_first_one_has_no_content_until_the_server_has_shown_that_it_knows_them(offered: Talk) -> None:
    for _ in range(2):
        await offered.server.say(offered.ada, "/saved", offered.group)
        await offered.quiet()

    sent = [given["text"] for method, given in offered.server.calls if method == "sendMessage"]
    assert sent[0] == "…"
    assert "saved" in sent[1]
    assert seen(offered)[0].text == seen(offered)[1].text
    assert offered.server.count("deleteEphemeralMessage") == 1


@pytest.mark.parametrize("knows", ["", "10.2"])
async def test_a_server_that_does_not_know_them_posts_nothing_to_everybody(talk: Talk, knows: str) -> None:
    talk.server.methods.ephemeral = knows

    for _ in range(2):
        await talk.server.say(talk.ada, "/saved", talk.group)
        await talk.server.next_message(talk.ada)

    everything = [each.text for each in talk.server.world.messages.values() if each.place is talk.group]
    assert public(talk) == []
    assert not any("saved" in text for text in everything if not text.startswith("/"))
    # and it is not tried again at once
    assert talk.server.count("deleteEphemeralMessage") == 1
    assert everything.count("…") == (1 if knows else 0)


async def test_where_the_bot_may_not_the_answer_goes_to_the_private_chat(offered: Talk) -> None:
    offered.group.bot_writes_to_one = False

    for _ in range(2):
        await offered.server.say(offered.ada, "/saved", offered.group)
        await offered.server.next_message(offered.ada)

    assert (seen(offered), public(offered)) == ([], [])
    # the refusal is remembered
    refused = [given for method, given in offered.server.calls if "ephemeral_message_parameters" in given]
    assert len(refused) == 1


@pytest.mark.parametrize("kind", ["502", "reset", "truncated"])
async def test_a_broken_connection_ends_in_no_public_message(offered: Talk, kind: str) -> None:
    await offered.server.say(offered.ada, "/help", offered.group)
    await offered.quiet()
    offered.server.fail("sendMessage", Fault(kind))

    await offered.server.say(offered.ada, "/saved", offered.group)
    await offered.server.next_message(offered.ada)

    assert public(offered) == []


async def test_a_button_needs_no_right_of_the_bot_and_its_answer_continues_alone(offered: Talk) -> None:
    offered.group.bot_writes_to_one = False
    listed = await offered.ask("/trending", offered.group)

    await offered.press(listed, "1")
    await offered.quiet()
    (paper,) = seen(offered)
    assert paper.offers("vote ")
    await offered.press(paper, paper.lines[0])
    voted = next(line for line in paper.lines if line.startswith("vote ") and line.endswith(" up"))
    await offered.press(paper, voted)
    await offered.server.until(lambda: "👍 1" in paper.labels)

    assert public(offered) == [listed]
    assert private(offered) == []
    key = voted.split()[1]
    assert (await offered.store.votes.tallies(Chat("telegram", str(offered.group.id)), [key]))[key].up == 1


async def test_an_administrators_dialogue_that_began_alone_stays_alone(offered: Talk) -> None:
    offered.group.people[7] = "administrator"
    await offered.ask("/subscribe agents at 9:00 Berlin save", offered.group)
    await offered.server.say(offered.ada, "/forget", offered.group)
    await offered.quiet()
    (asked,) = seen(offered)
    before = len(public(offered))

    await offered.press(asked, "export")
    await offered.quiet()

    _, exported = seen(offered)
    assert "/import agents" in exported.text
    assert len(public(offered)) == before
    # what leads to the private chat leads to the group's page there
    assert f"@{offered.group.id} forget everything" in asked.lines


@pytest.fixture
def elsewhere(talk: Talk) -> Place:
    """A group that the bot is not in."""
    return talk.server.world.add_place(-1001000007777, title="Elsewhere", bot="left", people={7: "member"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@paperboy_bot", "1. "),
        ("@paperboy_bot trending this week", "1. "),
        ("@paperboy_bot agents", "agents"),
        ("@paperboy_bot /help", "/trending"),
        ("@paperboy_bot zzzyyyxxx", "zzzyyyxxx"),
    ],
)
async def test_a_guest_query_gets_one_answer(talk: Talk, elsewhere: Place, text: str, expected: str) -> None:
    told = await talk.server.guest(talk.ada, text, elsewhere)

    result = told.given["result"]
    assert expected in result["input_message_content"]["message_text"]
    assert result["title"]
    buttons = [button for row in result["reply_markup"]["inline_keyboard"] for button in row]
    assert all("url" in button for button in buttons)
    assert talk.server.world.of(elsewhere.id) == []


@pytest.mark.parametrize("line", ["/subscribe agents at 9:00 Berlin save", "/forget everything", "/save 2604.01234"])
async def test_a_guest_query_changes_nothing(talk: Talk, elsewhere: Place, line: str) -> None:
    await talk.server.guest(talk.ada, f"@paperboy_bot {line}", elsewhere)

    assert await talk.store.subscriptions.of(Chat("telegram", "guest")) == []
    assert await talk.store.saved.of("telegram", "telegram:guest") == []
    assert await talk.store.saved.of("telegram", "telegram:7") == []


async def test_guest_messages_are_requested_by_name(talk: Talk) -> None:
    polled = [given for method, given in talk.server.calls if method == "getUpdates"]

    assert "guest_message" in polled[-1]["allowed_updates"]
