"""What a server reads when it adds the bot: one greeting, where the bot may write, with two buttons that work."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.discord.custom_ids import CustomId, parse_custom_id
from bot.domain.requests import Chat
from bot.storage.metadata import heartbeat
from tests.adapters.discord.bodies import BUTTON, components
from tests.adapters.discord.people import Person
from tests.adapters.discord.scene import Scene
from tests.adapters.discord.world import Channel, Guild, Kind, May, Message


def server(here: Scene, *names: str, locale: str = "en-US") -> tuple[Guild, list[Channel]]:
    """A server with these channels that has not added the bot yet."""
    guild = here.local.world.guild("lab", locale)
    channels = [here.local.world.channel(guild, name) for name in names]
    del here.local.world.guilds[guild.id]
    return guild, channels


async def greetings(here: Scene, channels: list[Channel]) -> list[list[Message]]:
    """What stands in each of the channels after everything said so far has been dealt with."""
    assert await here.helped()
    return [here.local.world.posted(each) for each in channels]


async def added(here: Scene, guild: Guild) -> None:
    """The server adds the bot, which is listening."""

    async def ready() -> bool:
        return await here.store.notes.get(heartbeat("discord")) is not None

    # discord.py takes a server that comes while it connects for one that was there before
    await here.eventually(ready)
    await here.local.invite(guild)


def buttons(message: Message) -> list[str]:
    every = [each for each in components(message.body["components"]) if each["type"] == BUTTON]
    return [(parse_custom_id(each["custom_id"]) or CustomId()).command for each in every]


async def greeted(here: Scene, channel: Channel) -> Message:
    await here.settled(lambda: bool(here.local.world.posted(channel)))
    return here.local.world.posted(channel)[0]


async def test_a_new_server_is_greeted_once_in_its_system_channel(here: Scene) -> None:
    guild, channels = server(here, "rules", "welcome")
    guild.system = channels[1].id

    await added(here, guild)
    message = await greeted(here, channels[1])
    await here.local.kick(guild)
    here.now += timedelta(hours=23)
    await added(here, guild)
    await here.restarted()

    assert [len(each) for each in await greetings(here, channels)] == [0, 1]
    assert buttons(message) == ["subscribe at 9:00", "trending"]


async def test_a_server_that_comes_back_after_days_is_greeted_again(here: Scene) -> None:
    guild, channels = server(here, "welcome")
    await added(here, guild)
    await greeted(here, channels[0])
    await here.local.kick(guild)
    here.now += timedelta(days=2)
    here.local.ahead += 3600

    await added(here, guild)

    await here.settled(lambda: len(here.local.world.posted(channels[0])) == 2)


@pytest.mark.parametrize("which", ["mute system channel", "no system channel"])
async def test_without_a_system_channel_the_first_writable_text_channel_is_taken(here: Scene, which: str) -> None:
    guild, channels = server(here, "silent", "open", "other")
    here.local.world.channel(guild, "questions", Kind.FORUM)
    channels[0].denied = May.SEND
    if which == "mute system channel":
        guild.system = channels[0].id

    await added(here, guild)
    await greeted(here, channels[1])

    assert [len(each) for each in await greetings(here, channels)] == [0, 1, 0]


async def test_where_the_bot_may_write_nowhere_it_says_nothing(here: Scene) -> None:
    guild, channels = server(here, "silent")
    channels[0].denied = May.SEND

    await added(here, guild)

    assert await greetings(here, channels) == [[]]


async def test_the_buttons_of_the_greeting_work(here: Scene) -> None:
    guild, (channel,) = server(here, "welcome", locale="de")
    await added(here, guild)
    message = await greeted(here, channel)
    manager = Person(here.local, channel, id="2" * 18, manages=True)
    member = Person(here.local, channel, id="3" * 18)

    asked = await manager.press(message, "subscribe at 9:00*")
    refused = await member.press(message, "subscribe at 9:00*")
    today = await member.press(message, "trending*")

    assert here.answered(asked, "subscribe")
    assert here.page(refused).refused
    assert here.answered(today, "trending")
    # one stays as it is for everybody
    assert here.local.world.posted(channel)[0].edits == []
    assert await here.store.subscriptions.of(Chat("discord", channel.id)) == []
