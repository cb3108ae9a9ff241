"""Refusals in groups: told to the person alone, and never in the place of somebody's page."""

from __future__ import annotations

import base64

import pytest

from tests.adapters.telegram.conftest import Talk
from tests.adapters.telegram.world import Message, Place

CHANNEL = -1001000009000


@pytest.fixture
def channel(talk: Talk) -> Place:
    """A private channel of somebody else's."""
    return talk.server.world.add_place(CHANNEL, kind="channel", title="Secret plans", bot="administrator")


@pytest.fixture
async def page(talk: Talk) -> Message:
    """An administrator's conversation in the group."""
    talk.group.people[8] = "administrator"
    bob = talk.server.world.add_person("Bob", 8)
    await talk.server.say(bob, "/subscribe agents at 9:00 Berlin save", talk.group)
    return await talk.server.next_message(talk.group)


#: what a client may send as the data of a button, whatever stands on it
FORGED = [
    f"@{CHANNEL} unsubscribe all",
    f"@{CHANNEL} subscriptions",
    f"@{CHANNEL}/7 status",
    "@-1001000000001 unsubscribe all",
    "unsubscribe all",
    "pause id:1",
    "subscribe save",
    "forget everything",
    "why nothing",
    "vote nothing up",
    "nonsense",
    "paper",
    "import x",
    "UNSUBSCRIBE all",
    "subscriptions remove all",
    "resend 1",
]


async def test_a_forged_press_is_refused_to_the_presser_alone(talk: Talk, channel: Place, page: Message) -> None:
    before, text, markup = len(talk.server.world.of(talk.group.id)), page.text, page.markup

    for data in FORGED:
        told = await talk.server.press_data(talk.ada, page, data)
        assert told.alert, data
        assert "Secret" not in told.text
    await talk.quiet()

    assert (page.edits, page.text, page.markup) == (0, text, markup)
    assert len(talk.server.world.of(talk.group.id)) == before
    assert talk.server.world.of(talk.ada.id) == []


async def test_a_manager_of_another_place_shows_nothing_of_it_in_a_group(
    talk: Talk, channel: Place, page: Message
) -> None:
    channel.people[talk.ada.id] = "creator"

    told = await talk.server.press_data(talk.ada, page, f"@{CHANNEL} subscriptions")
    await talk.server.say(talk.ada, f"/subscriptions {CHANNEL}", talk.group)
    private = await talk.server.next_message(talk.ada)

    assert told.alert
    assert "Secret" not in told.text + private.text
    assert private.lines == []
    assert page.edits == 0
    assert len(talk.server.world.of(talk.group.id)) == 1


async def test_a_refusal_of_what_was_typed_comes_to_the_person(talk: Talk) -> None:
    for text in ("/subscribe agents at 9:00 Berlin", "/pause all", "/papers", "/why 99", "/vote x up"):
        await talk.server.say(talk.ada, text, talk.group)
        refused = await talk.server.next_message(talk.ada)
        assert refused.lines == ["help"], text

    assert talk.server.world.of(talk.group.id) == []


async def test_a_refusal_to_who_has_no_private_chat_is_not_told_to_all(talk: Talk) -> None:
    eve = talk.server.world.add_person("Eve", 9, started=False)

    await talk.server.say(eve, "/pause all", talk.group)
    await talk.server.say(eve, "/pause all", talk.group, anonymous=True)
    pointed = await talk.server.next_message(talk.group)
    await talk.quiet()

    # what it asks for is about the group
    assert pointed.lines == ["@-1001000000001 pause all"]
    assert len(talk.server.world.of(talk.group.id)) == 1


async def test_a_refusal_in_private_leaves_the_page_as_it_is(talk: Talk) -> None:
    shown = await talk.ask("/trending")

    told = await talk.server.press_data(talk.ada, shown, "pause id:77")
    await talk.quiet()

    assert told.alert
    assert shown.edits == 0
    assert len(talk.server.world.of(7)) == 1


def link(line: str) -> str:
    return f"/start c-{base64.urlsafe_b64encode(line.encode()).decode().rstrip('=')}"


#: what somebody puts behind a link and has others press
CHANGING = [
    "subscriptions remove all",
    "Subscriptions REMOVE all",
    "subscriptions pause all",
    "unsubscribe all",
    "pause all",
    "forget everything",
    "subscribe spam at 9:00 UTC save",
    "subscribe spam at 9:00 UTC SAVE",
    "subscribe spam at 9:00 UTC ｓａｖｅ",
    "subscribe spam at 9:00 UTC sa\u200bve",
    "subscribe save",
    "follow spam at 9:00 UTC save",
    "import spam daily at 09:00 UTC",
    "@-1001000000001 subscriptions remove all",
    "@-1001000000001 unsubscribe all",
]


async def test_a_press_of_start_changes_nothing(talk: Talk) -> None:
    talk.group.people[7] = "creator"
    await talk.ask("/subscribe agents at 9:00 Berlin save")
    await talk.ask("/subscribe robots at 10:00 Berlin save", talk.group)
    before = await talk.ask("/export"), await talk.ask("/export", talk.group)

    for line in CHANGING:
        assert len(link(line)) <= 64 + len("/start ")
        await talk.ask(link(line))
    after = await talk.ask("/export"), await talk.ask("/export", talk.group)

    assert [each.text for each in after] == [each.text for each in before]
