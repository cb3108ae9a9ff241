from __future__ import annotations

import re

import pytest

from bot.domain.i18n import tr
from bot.domain.requests import Chat
from tests.adapters.telegram.conftest import Talk
from tests.adapters.telegram.world import Place

CHANNEL = -1009000000001
#: what is told of a private place to whoever does not manage it, and of one that is not there
UNSEEN = tr("I can't find {chat}.", chat=str(CHANNEL))


@pytest.fixture
def channel(talk: Talk) -> Place:
    """A private channel of Ada's, in which the bot may post."""
    return talk.server.world.add_place(
        CHANNEL, kind="channel", title="Daily papers", bot="administrator", people={7: "creator"}
    )


async def test_a_channel_is_chosen_from_the_private_chat(talk: Talk, channel: Place) -> None:
    picker = await talk.ask("/channel")
    (buttons,) = picker.markup["keyboard"]

    shared = {"request_id": 1, "chat_id": CHANNEL, "title": "Daily papers"}
    await talk.server.say(talk.ada, "", chat_shared=shared)
    shown = await talk.server.next_message(talk.ada)

    assert [button["request_chat"]["chat_is_channel"] for button in buttons] == [True, False]
    # without it a chosen chat has no name
    assert all(button["request_chat"]["request_title"] for button in buttons)
    assert buttons[0]["request_chat"]["bot_administrator_rights"]["can_post_messages"] is True
    assert shown.text.startswith("Daily papers: ")
    assert f"/subscribe {CHANNEL} agents at 9:00" in shown.text


async def test_a_private_channel_is_subscribed_by_its_id_and_a_public_one_by_its_name(
    talk: Talk, channel: Place
) -> None:
    talk.server.world.add_place(
        -1010000000001, kind="channel", title="papers_daily", bot="administrator", people={7: "creator"}
    )

    proposal = await talk.ask(f"/subscribe {CHANNEL} agents at 9:00 Berlin")
    await talk.press(proposal, f"@{CHANNEL} subscribe save")
    await talk.server.until(lambda: proposal.edits == 1)
    named = await talk.ask("/subscribe @papers_daily robots at 9:00 Berlin save")

    assert proposal.text.startswith("Daily papers: ")
    assert proposal.offers(f"@{CHANNEL} unsubscribe id:")
    assert named.text.startswith("papers_daily: ")
    assert named.offers("@-1010000000001 unsubscribe id:")
    assert [each.query for each in await talk.store.subscriptions.of(Chat("telegram", str(CHANNEL)))] == ["agents"]


async def test_every_command_on_a_page_about_a_channel_names_the_channel(talk: Talk, channel: Place) -> None:
    await talk.ask("/subscribe robots at 8:00 Berlin save")
    saved = await talk.ask(f"/subscribe {CHANNEL} agents at 9:00 Berlin save")
    listed = await talk.ask(f"/subscriptions {CHANNEL}")

    commands = re.findall(
        r"/(?:un)?(?:subscri|pause|resume|preview)\S*.*?(?=[,;.]|$)", f"{saved.text}\n{listed.text}", re.MULTILINE
    )
    assert commands
    assert [each for each in commands if str(CHANNEL) not in each] == []

    await talk.ask(f"/unsubscribe {CHANNEL} 1")
    assert await talk.store.subscriptions.of(Chat("telegram", str(CHANNEL))) == []
    assert len(await talk.store.subscriptions.of(Chat("telegram", "7"))) == 1


@pytest.mark.parametrize(
    ("people", "bot", "may_post", "told"),
    [
        ({7: "member"}, "administrator", True, UNSEEN),
        ({}, "administrator", True, UNSEEN),
        ({7: "creator"}, "administrator", False, tr("I'm not allowed to post in {chat}.", chat="Daily papers")),
        ({7: "creator"}, "kicked", True, UNSEEN),
        ({7: "creator"}, "left", True, UNSEEN),
    ],
)
async def test_both_rights_are_needed(
    talk: Talk, channel: Place, people: dict[int, str], bot: str, may_post: bool, told: str
) -> None:
    channel.people, channel.bot, channel.bot_may_post = people, bot, may_post

    answer = await talk.ask(f"/subscribe {CHANNEL} agents at 9:00 Berlin save")

    assert answer.text.startswith(told)
    assert await talk.store.subscriptions.of(Chat("telegram", str(CHANNEL))) == []


async def test_an_administrator_who_may_not_post_may_not_have_posts_made(talk: Talk, channel: Place) -> None:
    channel.people, channel.may_not_post = {7: "administrator"}, {7}

    answer = await talk.ask(f"/subscribe {CHANNEL} agents at 9:00 Berlin save")

    assert answer.text.startswith(UNSEEN)


async def test_a_private_place_reads_to_strangers_as_one_that_is_not_there(talk: Talk, channel: Place) -> None:
    channel.people = {}
    talk.server.world.add_place(-1009000000003, title="Board", people={7: "member"})

    for command in ("subscriptions", "status", "subscribe", "export", "pause", "unsubscribe", "preview"):
        there = await talk.ask(f"/{command} {CHANNEL}")
        group = await talk.ask(f"/{command} -1009000000003/7")
        nowhere = await talk.ask(f"/{command} -1009000000002")
        assert there.text.replace(str(CHANNEL), "-1009000000002") == nowhere.text
        assert group.text.replace("-1009000000003", "-1009000000002") == nowhere.text


async def test_a_public_place_is_called_as_the_stranger_called_it(talk: Talk) -> None:
    talk.server.world.add_place(
        -1010000000001, kind="channel", title="papers_daily", username="papers_daily", bot="administrator"
    )

    answer = await talk.ask("/subscriptions t.me/papers_daily")

    assert answer.text.replace("\u2060", "").startswith(tr("You can't manage {chat}.", chat="@papers_daily"))


async def test_a_private_chat_of_somebody_else_is_no_place(talk: Talk) -> None:
    talk.server.world.add_person("Bob", 8)

    for said in ("@8 subscriptions", "@7 subscriptions", "@-8 subscriptions"):
        await talk.server.press_data(talk.ada, await talk.ask("/help"), said)
    await talk.quiet()

    assert talk.server.world.of(8) == []
    assert talk.server.count("getChat") == 1


async def test_an_address_that_a_client_copied_is_a_place(talk: Talk, channel: Place) -> None:
    talk.server.world.add_place(
        -1010000000001, kind="channel", title="papers_daily", bot="administrator", people={7: "creator"}
    )
    forum = talk.server.world.add_place(
        -1005000000005, title="Forum", is_forum=True, topics={7: "open"}, people={7: "creator"}
    )

    named = await talk.ask("/subscribe https://t.me/papers_daily robots at 9:00 Berlin save")
    message = await talk.ask("/subscribe t.me/c/9000000001/55 agents at 9:00 Berlin save")
    topic = await talk.ask("/subscribe planning at 9:00 Berlin save https://t.me/c/5000000005/7/991")
    invitation = await talk.ask("/subscribe https://t.me/+AbCdEf0123 agents at 9:00 Berlin")

    assert named.text.startswith("papers_daily: ")
    assert message.text.startswith("Daily papers: ")
    assert topic.text.startswith("Forum: ")
    assert (invitation.lines, "/channel" in invitation.text) == (["help"], True)
    assert [each.query for each in await talk.store.subscriptions.of(Chat("telegram", str(CHANNEL)))] == ["agents"]
    assert [each.query for each in await talk.store.subscriptions.of(Chat("telegram", str(forum.id), "7"))] == [
        "planning"
    ]


async def test_a_place_that_is_none_is_said_to_be_none(talk: Talk) -> None:
    answer = await talk.ask("/subscriptions -100999999")

    assert answer.text.startswith(tr("I can't find {chat}.", chat="-100999999"))


async def test_whoever_adds_the_bot_to_a_channel_is_told_how_to_use_it(talk: Talk, channel: Place) -> None:
    channel.bot = "left"

    await talk.server.bot_becomes(channel, "administrator", talk.ada)
    told = await talk.server.next_message(talk.ada)

    assert told.text.startswith("Daily papers: ")
    assert talk.server.world.of(CHANNEL) == []


async def test_a_press_cannot_name_a_place_that_the_person_may_not_manage(talk: Talk, channel: Place) -> None:
    saved = await talk.ask(f"/subscribe {CHANNEL} agents at 9:00 Berlin save")
    channel.people = {}

    told = await talk.press(saved, f"@{CHANNEL} unsubscribe")

    assert (told.alert, saved.edits) == (True, 0)
    assert told.text.startswith(UNSEEN)
    assert len(await talk.store.subscriptions.of(Chat("telegram", str(CHANNEL)))) == 1


async def test_what_is_posted_in_a_channel_is_not_answered(talk: Talk, channel: Place) -> None:
    await talk.server.say(talk.ada, "/trending", channel)
    await talk.quiet()

    assert talk.server.world.of(CHANNEL) == []


async def test_the_language_of_a_channel_is_set_from_the_private_chat(talk: Talk, channel: Place) -> None:
    await talk.ask(f"/language {CHANNEL} chat de")
    await talk.quiet()

    assert (await talk.store.languages.of(Chat("telegram", str(CHANNEL)), "")).chat == "de"

    channel.people = {}
    await talk.ask(f"/language {CHANNEL} chat en")
    assert (await talk.store.languages.of(Chat("telegram", str(CHANNEL)), "")).chat == "de"
