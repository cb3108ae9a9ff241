"""The connection is cut, refused, fed with nonsense; channels and servers come and go."""

from __future__ import annotations

import asyncio
import logging
import socket
from datetime import timedelta

import pytest

from adapters.discord.rest import Rest
from adapters.discord.schema import Application
from bot.domain.deliveries import DeliveryState
from bot.domain.errors import SettingsError
from bot.domain.requests import Chat, ChatDetails
from bot.domain.subscriptions import Pause
from bot.domain.supervisor import Supervisor
from bot.messages import trouble
from tests.adapters.discord.people import Person
from tests.adapters.discord.scene import Scene
from tests.adapters.discord.server import LocalDiscord
from tests.adapters.discord.troubles import refusal
from tests.adapters.discord.world import ENOUGH, Channel, Kind
from tests.storage.ledger import subscription


async def subscribed(here: Scene, *channels: Channel) -> None:
    """At nine in Berlin, every day."""
    ada = Person(here.local, here.channel, manages=True)
    for channel in channels:
        seen = await ada.type(
            "subscribe",
            channels=(channel,),
            query="video",
            at="9:00",
            timezone="Berlin",
            days="daily",
            channel=channel.id,
        )
        assert here.answered(await ada.press(seen, "subscribe save*"), "subscribe")


async def becomes(here: Scene, channel: Channel, paused: Pause | None) -> None:
    """Wait until the subscription of a channel is paused, with a reason for people, or runs."""

    async def settled() -> bool:
        (found,) = await here.store.subscriptions.at("discord", [channel.id])
        return found.paused is paused and bool(found.paused_detail) is bool(paused)

    await here.eventually(settled)


def facts(record: logging.LogRecord) -> dict[str, object]:
    """What a line of ours says beside its event."""
    found: dict[str, object] = record.__dict__.get("facts", {})
    return found


async def test_an_api_that_cannot_be_reached_is_named_and_is_no_bug() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        async with Rest(f"http://127.0.0.1:{nobody.getsockname()[1]}/api/v10", "token") as rest:
            failure = await Supervisor().attempt(
                "listener of discord", lambda: rest.get("/applications/@me", Application)
            )

    assert failure is not None
    assert failure.reason.startswith("can't reach Discord")


@pytest.mark.parametrize("how", ["abort", "op 7", "close 4000"])
async def test_a_session_that_is_cut_is_taken_up_again_and_nothing_is_missed(here: Scene, how: str) -> None:
    gateway, ada = here.local.gateway, Person(here.local, here.channel)
    match how:
        case "abort":
            gateway.abort()
        case "op 7":
            await gateway.frame({"op": 7, "d": None, "s": None, "t": None})
        case _:
            await gateway.close(4000)
    begun = await ada.begin(2, ada.command("help"))
    # the deadline counts from when the question was heard, not from when it was asked
    begun.at += 10
    await gateway.heard(resumed=1)

    assert here.answered(await ada.done(begun), "help")
    assert gateway.identified == 1


async def test_a_session_that_discord_has_forgotten_is_begun_anew(here: Scene) -> None:
    here.local.gateway.forget_all_but_the_sockets()

    await here.local.gateway.frame({"op": 9, "d": False, "s": None, "t": None})
    await here.local.gateway.heard(identified=2)

    assert await here.helped()


@pytest.mark.parametrize("nonsense", ['{"op": 0, "t": ', "[]", '{"op": 0, "t": "READY", "s": 1, "d": {}}'])
async def test_a_frame_that_is_none_never_leaves_the_bot_silent(here: Scene, nonsense: str) -> None:
    await here.local.gateway.frame(nonsense)
    await here.local.gateway.heard(identified=2)

    assert await here.helped()


EVENTS = (
    "GUILD_CREATE",
    "GUILD_DELETE",
    "GUILD_ROLE_UPDATE",
    "CHANNEL_UPDATE",
    "CHANNEL_DELETE",
    "THREAD_UPDATE",
    "THREAD_DELETE",
    "INTERACTION_CREATE",
    "NEVER_HEARD_OF",
)


async def test_an_event_that_cannot_be_read_is_logged_with_a_reference_and_skipped(
    here: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    broken: tuple[object, ...] = (None, [], "x", 7, {}, {"id": []}, {"id": "x", "guild_id": {}, "channel_id": None})
    for data in broken:
        caplog.clear()
        for event in EVENTS:
            await here.local.gateway.frame({"op": 0, "t": event, "s": 99, "d": data})
        await here.local.gateway.frame({"op": 0, "t": ["GUILD_CREATE"], "s": 99, "d": {}})

        assert await here.helped()
        assert "event not read" in {record.message for record in caplog.records}
        assert all("reference" in facts(record) for record in caplog.records if record.levelname == "ERROR")
    assert here.local.gateway.identified == 1


async def test_who_does_something_that_cannot_be_read_is_answered_with_a_reference(here: Scene) -> None:
    ada = Person(here.local, here.channel)
    broken: tuple[dict[str, object], ...] = (
        {"channel": {"id": "x"}},
        {"data": {"name": 7, "options": "none"}},
        {"data": None},
        {"member": {"user": None}},
        {"version": None, "entitlements": 5},
        {"attachment_size_limit": []},
        {"authorizing_integration_owners": []},
    )
    for changed in broken:
        seen = await ada.done(await ada.begin(2, ada.command("trending"), changed=changed))

        # some of it is not needed, and the answer is a page
        known = seen.interaction.id in here.pages
        assert seen.title == (here.page(seen).title if known else trouble.our_fault("").title), changed
        assert seen.alone
    assert await here.helped()


async def test_digests_go_out_while_the_gateway_is_down(here: Scene) -> None:
    await subscribed(here, here.channel)
    here.local.gateway.refuse_with = 4000
    here.local.gateway.forget_all_but_the_sockets()
    await here.local.gateway.close(4009)

    await here.deliver(timedelta(hours=7))

    assert len(here.local.world.posted(here.channel)) == 1


@pytest.mark.parametrize("code", [4004, 4014])
async def test_what_the_operator_must_mend_is_said(here: Scene, code: int) -> None:
    here.listeners.cancel()
    await asyncio.gather(here.listeners, return_exceptions=True)
    here.local.gateway.refuse_with = code

    with pytest.raises(SettingsError):
        await asyncio.wait_for(here.discord.listen(here.service()), 10)


async def test_too_many_sessions_are_not_begun(here: Scene) -> None:
    here.listeners.cancel()
    await asyncio.gather(here.listeners, return_exceptions=True)
    here.local.starts_left = 3
    begun = here.local.gateway.identified

    with pytest.raises(SettingsError, match="only 3 more sessions"):
        await here.discord.listen(here.service())
    assert here.local.gateway.identified == begun


async def test_signs_of_life_are_left_only_while_somebody_is_heard(here: Scene) -> None:
    async with asyncio.timeout(10):
        while (noted := await here.store.notes.get("heartbeat discord")) is None:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.05)

    assert noted[0] == "servers: 1, shards: 1"


async def test_commands_are_registered_once_and_not_again_as_long_as_they_are_the_same(here: Scene) -> None:
    names = {command["name"]: command for command in here.local.world.commands}
    await here.restarted()
    assert here.local.world.registrations == 1

    here.local.world.commands.pop()
    await here.restarted()

    assert here.local.world.registrations == 2
    assert names["trending"]["contexts"] == [0, 1, 2]
    assert names["trending"]["integration_types"] == [0, 1]
    assert names["subscribe"]["contexts"] == [0]
    assert names["subscribe"]["default_member_permissions"] == "32"


async def test_a_bot_that_is_thrown_out_pauses_and_goes_on_when_it_is_invited_again(here: Scene) -> None:
    guild = here.local.world.guilds[here.channel.guild]
    thread = await here.another(Kind.THREAD, "reading", parent=here.channel.id)
    await subscribed(here, here.channel, thread)

    await here.local.kick(guild)
    for channel in (here.channel, thread):
        await becomes(here, channel, Pause.PLATFORM)
        assert await here.store.removed_chats.removed_at(Chat("discord", channel.id)) == here.now
    await here.local.invite(guild)
    for channel in (here.channel, thread):
        await becomes(here, channel, None)
        assert await here.store.removed_chats.removed_at(Chat("discord", channel.id)) is None


async def test_a_server_that_threw_the_bot_out_while_it_was_away_is_noticed(here: Scene) -> None:
    gone, stays = here.local.world.guild(), here.channel
    lost = here.local.world.channel(gone)
    await subscribed(here, stays)
    await here.store.subscriptions.add(subscription(chat=Chat("discord", lost.id)))
    details = [ChatDetails(Chat("discord", each.id), "papers", each.guild) for each in (stays, lost)]
    await here.store.known_chats.put(details, here.now)

    del here.local.world.guilds[gone.id]
    await here.restarted()

    async with asyncio.timeout(20):
        while await here.store.removed_chats.removed_at(Chat("discord", lost.id)) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert await here.store.removed_chats.removed_at(Chat("discord", stays.id)) is None


async def test_a_channel_and_a_thread_that_are_deleted_pause_only_their_own(here: Scene) -> None:
    papers = await here.another()
    thread = await here.another(Kind.THREAD, "reading", parent=here.channel.id)
    await subscribed(here, here.channel, papers, thread)

    await here.local.delete(papers)
    await here.local.delete(thread)

    await becomes(here, papers, Pause.PLATFORM)
    await becomes(here, thread, Pause.PLATFORM)
    await becomes(here, here.channel, None)
    gone = [
        await here.store.removed_chats.removed_at(Chat("discord", each.id)) for each in (papers, thread, here.channel)
    ]
    assert gone == [here.now, here.now, None]


async def test_channels_that_were_deleted_while_the_bot_was_away_are_noticed_once(here: Scene) -> None:
    papers, hidden = await here.another(name="papers"), await here.another(name="hidden")
    deleted, archived = [await here.another(Kind.THREAD, name, parent=papers.id) for name in ("deleted", "archived")]
    await subscribed(here, here.channel, papers, hidden, deleted, archived)
    here.listeners.cancel()
    await asyncio.gather(here.listeners, return_exceptions=True)
    channels = here.local.world.channels
    del channels[papers.id], channels[deleted.id]
    hidden.listed = archived.listed = False
    refused = refusal(403, 50001, "Missing Access")
    refused.method, refused.path = "GET", f"/channels/{hidden.id}"
    here.local.faults.append(refused)

    await here.restarted()
    for channel in (papers, deleted):
        await becomes(here, channel, Pause.PLATFORM)
    await here.settled(lambda: not refused.times)
    await here.settled(lambda: bool(here.local.asked("GET", f"/channels/{archived.id}")))
    await here.restarted()
    await here.settled(lambda: len(here.local.asked("GET", f"/channels/{archived.id}")) > 1)

    for channel in (here.channel, hidden, archived):
        await becomes(here, channel, None)
    assert len(here.local.asked("GET", f"/channels/{papers.id}")) == 1


async def test_nothing_is_known_of_the_channels_of_a_server_that_is_unavailable(here: Scene) -> None:
    papers = await here.another(name="papers")
    await subscribed(here, papers)
    del here.local.world.channels[papers.id]
    here.local.world.guilds[here.channel.guild].unavailable = True

    await here.restarted()
    assert await here.helped()

    await becomes(here, papers, None)
    assert not here.local.asked("GET", f"/channels/{papers.id}")


async def test_a_locked_thread_rests_until_it_is_open_again(here: Scene) -> None:
    thread = await here.another(Kind.THREAD, "reading", parent=here.channel.id)
    await subscribed(here, thread)

    thread.locked = True
    await here.local.gateway.tell("THREAD_UPDATE", thread.shown, thread.guild)
    await becomes(here, thread, Pause.PLATFORM)
    thread.locked = False
    await here.local.gateway.tell("THREAD_UPDATE", thread.shown, thread.guild)
    await becomes(here, thread, None)


async def test_a_permission_that_was_taken_pauses_and_comes_back(here: Scene) -> None:
    await subscribed(here, here.channel)
    here.channel.may &= ~here.channel.may.SEND
    await here.deliver(timedelta(hours=7))
    await becomes(here, here.channel, Pause.PLATFORM)
    assert [each.state for each in await here.ledger()] == [DeliveryState.FAILED]

    here.channel.may = ENOUGH
    everyone = {"type": 0, "id": here.channel.guild, "allow": "2048", "deny": "0"}
    update = here.channel.shown | {"permission_overwrites": [everyone]}
    await here.local.gateway.tell("CHANNEL_UPDATE", update, here.channel.guild)
    await becomes(here, here.channel, None)


@pytest.mark.proof
async def test_as_many_shards_are_heard_as_discord_wants(local: LocalDiscord, here: Scene) -> None:
    here.listeners.cancel()
    await asyncio.gather(here.listeners, return_exceptions=True)
    local.shards = 2
    local.gateway.forget()

    await here.restarted(sessions=2)

    assert sorted(session.shard for session in local.gateway.sessions.values()) == [0, 1]
    assert {session.shards for session in local.gateway.sessions.values()} == {2}
    assert {session.intents for session in local.gateway.sessions.values()} == {1}
