"""The manager of a large server whose channels and topics have the longest and most hostile names."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import cycle, islice

import pytest

from adapters.discord.custom_ids import ButtonAction, CustomId
from bot.domain.pages import Trouble
from bot.domain.requests import Chat, ChatDetails
from bot.domain.subscriptions import Pause
from bot.query.subscriptions.parser import read
from tests.adapters.discord.bodies import fault, heavy
from tests.adapters.discord.interactions import FORM
from tests.adapters.discord.people import Person, Seen
from tests.adapters.discord.scene import Scene
from tests.adapters.discord.world import Channel, Json
from tests.storage.ledger import subscription

CHANNELS, SUBSCRIPTIONS, ON_A_PAGE = 60, 100, 10
BOSS = "3" * 18
#: what people call channels, as far as Discord lets them
NAMES = (
    "@everyone",
    "a" * 100,
    "\u202eevil\u202c-" + "x" * 60,
    "**bold**_it_~~no~~||no||",
    "研究" * 50,
    "אבג" * 33,
    "<#123456789012345678>",
    "e\u0301\u0302\u0303\u0304" * 20,
    "👩‍🔬" * 20,
    "`code`[click](https://evil.example)",
)
#: what people subscribe to
TOPICS = (
    "@everyone",
    '"' + "long words " * 10 + '"',
    "<@&123456789012345678> -survey",
    "title:[click](https://evil.example)",
    "\u202egnirts",
    "everything",
    "研究 " * 20,
    "agents OR robots OR video OR speech OR proteins OR chess OR vision OR audio",
    "10.1016/j.cell.2024.01.001" + "a" * 50,
)


@pytest.fixture
async def channels(here: Scene) -> list[Channel]:
    """Sixty channels with a hundred subscriptions, every seventh of which is paused."""
    world = here.local.world
    guild = world.guilds[here.channel.guild]
    made = [world.channel(guild, name) for name in islice(cycle(NAMES), CHANNELS)]
    for channel in made:
        await here.local.gateway.tell("CHANNEL_CREATE", channel.shown, channel.guild)
    details = [ChatDetails(Chat("discord", each.id), f"#{each.name}", each.guild) for each in made]
    await here.store.known_chats.put(details, here.now)
    later, topics = here.now + timedelta(days=1), cycle(read(topic, here.now).query or "" for topic in TOPICS)
    for number, channel in zip(range(SUBSCRIPTIONS), cycle(made), strict=False):
        chat = Chat("discord", channel.id)
        kept = await here.store.subscriptions.add(subscription(chat=chat, query=next(topics), next_at=later))
        if number % 7 == 0:
            reason = Pause.PLATFORM if number % 2 else Pause.PERSON
            await here.store.subscriptions.pause(kept.id, reason, here.now, "the channel was deleted")
    return made


def is_taken(seen: Seen) -> bool:
    """Whether Discord takes the message, and it mentions nobody."""
    mentions = seen.body.get("allowed_mentions", {}).get("parse") == []
    return bool(seen.text) and not fault(seen.body) and not heavy(seen.body) and mentions


@pytest.mark.parametrize("locale", ["en-US", "de"])
async def test_every_subscription_is_listed_on_pages_that_discord_takes(
    here: Scene, channels: list[Channel], locale: str
) -> None:
    boss = Person(here.local, here.channel, manages=True, id=BOSS, locale=locale)
    listed = await boss.type("subscriptions")
    choices: list[str] = []
    for page in range(1, SUBSCRIPTIONS // ON_A_PAGE + 1):
        listed = listed if page == 1 else await boss.press(listed, f"subscriptions all {page}")
        assert is_taken(listed)
        choices += listed.choices

    assert [each.partition(".")[0] for each in choices] == [str(number) for number in range(1, SUBSCRIPTIONS + 1)]


async def pressed(boss: Person, on: Seen, custom_id: CustomId) -> Seen:
    data: Json = {"custom_id": custom_id.id, "component_type": 2}
    return await boss.done(await boss.begin(3, data, on.message))


@pytest.mark.parametrize("locale", ["de"])
async def test_a_form_that_is_sent_as_it_was_opened_changes_nothing(
    here: Scene, channels: list[Channel], locale: str
) -> None:
    boss = Person(here.local, here.channel, manages=True, id=BOSS, locale=locale)
    listed = await boss.type("subscriptions")
    for channel in channels[: len(TOPICS)]:
        (before, *_) = await here.store.subscriptions.of(Chat("discord", channel.id))
        which = f"id:{before.id}"
        opened = await pressed(boss, listed, CustomId(command=f"subscriptions show {which}", channel=channel.id))
        exported = await pressed(boss, listed, CustomId(command=f"subscriptions export {which}", channel=channel.id))
        form = await pressed(boss, listed, CustomId(act=ButtonAction.MODAL, command=which, channel=channel.id))
        sent = await boss.submit(form)

        assert form.interaction.answered == FORM
        assert all(is_taken(each) for each in (opened, exported, sent))
        assert here.answered(sent, "subscriptions")
        (after, *_) = await here.store.subscriptions.of(Chat("discord", channel.id))
        assert after == before


@pytest.mark.parametrize("topic", ["!!!", "a" * 200, "top 5", '"' + "long words " * 40 + '"'])
async def test_a_topic_that_cannot_be_searched_for_does_not_become_all_papers(here: Scene, topic: str) -> None:
    boss = Person(here.local, here.channel, manages=True, id=BOSS)
    chat = Chat("discord", here.channel.id)
    kept = await here.store.subscriptions.add(subscription(chat=chat, query="agents"))
    opened = await boss.type("subscriptions")

    form = await boss.press(opened, ButtonAction.MODAL)
    by_form = await boss.submit(form, (), query=topic)
    typed = await boss.type("subscriptions", action="edit", number="1", changes=f"query:{topic}")

    assert [here.page(each).trouble for each in (by_form, typed)] == [Trouble.REFUSED] * 2
    assert await here.store.subscriptions.of(chat) == [kept]


async def test_a_hint_about_another_channel_is_about_that_channel(here: Scene, channels: list[Channel]) -> None:
    boss = Person(here.local, here.channel, manages=True, id=BOSS)
    named = channels[0]
    (kept, *_) = await here.store.subscriptions.of(Chat("discord", named.id))

    refused = await boss.type("pause", channels=(named,), number="99", channel=named.id)
    form = await pressed(boss, refused, CustomId(act=ButtonAction.MODAL, command="id:987654", channel=named.id))
    stale = await pressed(boss, refused, CustomId(act=ButtonAction.MODAL, command=f"id:{kept.id}", channel=named.id))
    await here.store.subscriptions.change(replace(kept, size=3))
    late = await boss.submit(stale)

    for seen in (refused, form, late):
        assert f"<#{named.id}>" in seen.text
