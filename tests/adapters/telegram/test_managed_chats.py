"""From the private chat, a person sees, changes, moves and ends the subscriptions of every chat that they manage."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.requests import Chat, ChatDetails
from bot.domain.subscriptions import Pause, Subscription
from bot.services.delivery.deliverer import Deliverer
from tests.adapters.telegram.conftest import NOW, Talk
from tests.adapters.telegram.world import Message, Place
from tests.storage.ledger import subscription

MANY = 20
FIRST = -1009000000100


@pytest.fixture
async def channels(talk: Talk) -> list[Place]:
    """Twenty channels of Ada's with a subscription each: three are paused, and from one the bot was removed."""
    made = []
    for number in range(1, MANY + 1):
        place = talk.server.world.add_place(
            FIRST - number, kind="channel", title=f"Papers {number:02}", bot="administrator", people={7: "creator"}
        )
        made.append(place)
        chat = Chat("telegram", str(place.id))
        await talk.store.known_chats.put([ChatDetails(chat, place.title)], NOW)
        await talk.store.known_chats.add_manager(chat, "7", NOW)
        await add(talk, place, f"topic{number}", person="7")
    for place in made[4:7]:
        (kept,) = await of(talk, place)
        await talk.store.subscriptions.pause(kept.id, Pause.PERSON, NOW)
    await talk.server.bot_becomes(made[11], "kicked", talk.ada)
    await talk.quiet()
    return made


async def add(talk: Talk, place: Place, query: str, *, person: str) -> Subscription:
    chat, next_at = Chat("telegram", str(place.id)), NOW + timedelta(days=1)
    return await talk.store.subscriptions.add(subscription(chat=chat, query=query, next_at=next_at, person=person))


async def of(talk: Talk, place: Place) -> list[Subscription]:
    return await talk.store.subscriptions.of(Chat("telegram", str(place.id)))


async def pressed(talk: Talk, message: Message, begin: str) -> Message:
    """The message after a press that edits it, or the new one."""
    edits, count = message.edits, len(talk.server.world.of(7))
    await talk.press(message, begin)
    await talk.server.until(lambda: message.edits > edits or len(talk.server.world.of(7)) > count)
    return message if message.edits > edits else talk.server.world.of(7)[-1]


async def opened(talk: Talk, place: Place) -> Message:
    """The page of the subscription of a channel, from the list."""
    shown = await talk.ask("/subscriptions")
    if not shown.offers(f"@{place.id} subscriptions show"):
        shown = await pressed(talk, shown, "subscriptions all 2")
    return await pressed(talk, shown, f"@{place.id} subscriptions show")


async def test_all_channels_are_listed_with_what_needs_attention_first(talk: Talk, channels: list[Place]) -> None:
    first = await talk.ask("/subscriptions")
    text, lines = first.text, list(first.lines)
    second = await pressed(talk, first, "subscriptions all 2")

    assert f"{MANY}" in text.splitlines()[0]
    order = [text.index(f"Papers {number:02}") for number in (12, 5, 6, 7, 1)]
    assert order == sorted(order)
    offered = [each for each in (*lines, *second.lines) if " subscriptions show id:" in each]
    assert len({each.split()[0] for each in offered}) == MANY
    assert second is first


async def test_in_a_group_only_the_group_is_listed(talk: Talk, channels: list[Place]) -> None:
    talk.group.people[7] = "administrator"
    await add(talk, talk.group, "robots", person="7")

    shown = await talk.ask("/subscriptions", talk.group)

    assert "robots" in shown.text
    assert "topic" not in shown.text
    assert "Papers" not in shown.text


async def test_who_manages_no_longer_sees_no_longer(talk: Talk, channels: list[Place]) -> None:
    channels[0].people = {7: "member"}
    await talk.ask("/subscribe robots at 9:00 Berlin save")

    shown = await talk.ask("/subscriptions")

    assert "Papers 01" not in shown.text
    assert str(channels[0].id) not in await talk.store.known_chats.managed_by("telegram", "7")


async def test_a_stranger_sees_only_their_own(talk: Talk, channels: list[Place]) -> None:
    bob = talk.server.world.add_person("Bob", 8)
    await talk.server.say(bob, "/subscriptions")
    shown = await talk.server.next_message(bob)

    assert "topic" not in shown.text
    assert "Papers" not in shown.text


async def test_a_subscription_is_paused_changed_and_ended_from_the_list(talk: Talk, channels: list[Place]) -> None:
    paused = await pressed(talk, await opened(talk, channels[0]), f"@{channels[0].id} pause id:")
    page = await opened(talk, channels[1])
    form = await pressed(talk, page, f"@{channels[1].id} subscriptions form")
    sizes = await pressed(talk, form, next(each for each in form.lines if each.endswith(" size")))
    await pressed(talk, sizes, next(each for each in sizes.lines if each.endswith("top 3")))
    await pressed(talk, await opened(talk, channels[2]), f"@{channels[2].id} unsubscribe id:")

    assert [each.paused for each in await of(talk, channels[0])] == [Pause.PERSON]
    assert paused.offers(f"@{channels[0].id} subscriptions all")
    assert [each.size for each in await of(talk, channels[1])] == [3]
    assert await of(talk, channels[2]) == []


async def test_a_new_topic_is_a_reply_to_the_question(talk: Talk, channels: list[Place]) -> None:
    form = await pressed(talk, await opened(talk, channels[0]), f"@{channels[0].id} subscriptions form")
    question = await pressed(talk, form, next(each for each in form.lines if each.endswith(" topic")))
    answer = await talk.ask("robots -survey", reply_to_message=question.json)

    assert "robots" in answer.text
    assert [each.query for each in await of(talk, channels[0])] == ["robots -survey"]


async def test_what_is_lost_is_moved_by_who_subscribed(talk: Talk, channels: list[Place]) -> None:
    lost, target = channels[11], channels[0]
    page = await opened(talk, lost)
    asked = await pressed(talk, page, f"@{lost.id} subscriptions move id:")
    moved = await pressed(talk, asked, next(each for each in asked.lines if each.endswith(f" {target.id}")))

    assert "Papers 01" in moved.text
    assert await of(talk, lost) == []
    assert [(each.query, each.paused) for each in await of(talk, target)] == [("topic1", None), ("topic12", None)]


async def test_what_is_lost_is_ended_by_who_subscribed_and_by_nobody_else(talk: Talk, channels: list[Place]) -> None:
    lost = channels[11]
    other = await add(talk, lost, "secret", person="9")
    await talk.store.subscriptions.pause(other.id, Pause.PLATFORM, NOW)
    bob = talk.server.world.add_person("Bob", 8)

    (own, _) = await of(talk, lost)
    refused = await talk.ask(f"/unsubscribe {lost.id} id:{other.id}")
    await talk.server.say(bob, f"/unsubscribe {lost.id} 1")
    stranger = await talk.server.next_message(bob)
    listed = await talk.ask(f"/subscriptions {lost.id}")
    await talk.ask(f"/unsubscribe {lost.id} id:{own.id}")

    assert "secret" not in f"{refused.text} {stranger.text} {listed.text}"
    assert "topic12" not in stranger.text
    assert [each.query for each in await of(talk, lost)] == ["secret"]


async def test_nothing_is_moved_to_where_one_may_not_post(talk: Talk, channels: list[Place]) -> None:
    closed = talk.server.world.add_place(-1009000000999, kind="channel", title="Board", people={7: "member"})

    for place in (closed.id, "@nowhere", -1009000000998):
        refused = await talk.ask(f"/subscriptions {channels[0].id} move 1 {place}")
        assert "Board" not in refused.text
    assert [each.query for each in await of(talk, channels[0])] == ["topic1"]


async def test_a_link_at_the_end_is_where_to_move_it(talk: Talk, channels: list[Place]) -> None:
    channels[1].username = "papers_two"
    await talk.ask("/subscribe robots at 9:00 Berlin save")

    await talk.ask("/subscriptions move 1 https://t.me/papers_two")

    assert await talk.store.subscriptions.of(Chat("telegram", "7")) == []
    assert [each.query for each in await of(talk, channels[1])] == ["topic2", "robots"]


async def test_the_list_can_be_asked_for_in_plain_text(talk: Talk, channels: list[Place]) -> None:
    assert f"{MANY}" in (await talk.ask("show my subscriptions")).text.splitlines()[0]


async def test_the_status_says_what_waits_in_every_channel(talk: Talk, channels: list[Place]) -> None:
    (due,) = await of(talk, channels[0])
    await talk.store.subscriptions.resume(due.id, NOW)
    await talk.store.deliveries.plan(NOW)

    status = await talk.ask("/status")

    assert "Papers 01" in status.text
    assert "Papers 02" not in status.text


async def test_adding_the_bot_makes_a_channel_known(talk: Talk) -> None:
    place = talk.server.world.add_place(-1009000000777, kind="channel", title="New", bot="left", people={7: "creator"})
    await talk.server.bot_becomes(place, "administrator", talk.ada)
    await talk.server.next_message(talk.ada)
    await add(talk, place, "agents", person="")

    assert "New" in (await talk.ask("/subscriptions")).text


async def test_who_subscribed_is_told_in_private_and_finds_the_subscription_from_there(
    talk: Talk, channels: list[Place]
) -> None:
    lost = channels[11]
    worker = Deliverer(talk.store, {"telegram": talk.surface}, owner="a")
    before = len(talk.server.world.of(7))

    await worker.process_batch("telegram", lambda: NOW + timedelta(minutes=1))
    (told,) = talk.server.world.of(7)[before:]
    await talk.server.bot_becomes(lost, "administrator", talk.ada)
    await talk.quiet()
    await worker.process_batch("telegram", lambda: NOW + timedelta(minutes=2))
    again = talk.server.world.of(7)[-1]
    page = await pressed(talk, told, f"@{lost.id} subscriptions show")

    assert "Papers 12" in told.text
    assert "Papers 12" in again.text
    assert again is not told
    assert "topic12" in page.text
    assert [each.paused for each in await of(talk, lost)] == [None]
