"""A manager of a server sees, changes, moves and ends all subscriptions of the server from one place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from adapters.discord.custom_ids import ButtonAction
from adapters.discord.surface import Discord
from bot.commands.subscription_form import SubscriptionForm
from bot.domain.errors import StoreError
from bot.domain.pages import Layout, Page, Trouble
from bot.domain.requests import Chat, ChatDetails, Request
from bot.domain.subscriptions import EmptyDay, Pause, Subscription
from tests.adapters.discord.interactions import FORM, SAY
from tests.adapters.discord.people import Person, Seen, labels_of, read, standing_in
from tests.adapters.discord.scene import RecordingService, Scene
from tests.adapters.discord.world import ENOUGH, Channel, Kind, May
from tests.storage.ledger import subscription

MANY = 20
BOSS = "3" * 18


@dataclass(frozen=True, slots=True)
class Server:
    """A server with twenty channels, each with a subscription: three are paused, and one channel was deleted."""

    here: Scene
    channels: list[Channel]
    deleted: Channel
    paused: list[Channel]

    @property
    def boss(self) -> Person:
        return Person(self.here.local, self.here.channel, manages=True, id=BOSS)

    async def of(self, channel: Channel) -> list[Subscription]:
        return await self.here.store.subscriptions.of(Chat("discord", channel.id))

    async def all(self) -> list[Subscription]:
        ids = [each.id for each in (*self.channels, self.here.channel)]
        return await self.here.store.subscriptions.at("discord", ids)


async def subscribed(here: Scene, channel: Channel, **facts: object) -> Subscription:
    """A subscription of a channel whose name and server are known."""
    chat = Chat("discord", channel.id)
    await here.store.known_chats.put([ChatDetails(chat, f"#{channel.name}", channel.guild)], here.now)
    next_at = here.now + timedelta(days=1)
    return await here.store.subscriptions.add(subscription(chat=chat, next_at=next_at, **facts))


@pytest.fixture
async def server(here: Scene) -> Server:
    channels = [await here.another(name=f"papers-{number:02}") for number in range(1, MANY + 1)]
    for number, channel in enumerate(channels, 1):
        await subscribed(here, channel, query=f"topic{number}")
    paused = channels[4:7]
    for channel in paused:
        (kept,) = await here.store.subscriptions.of(Chat("discord", channel.id))
        await here.store.subscriptions.pause(kept.id, Pause.PERSON, here.now)
    deleted = channels[11]
    await here.local.delete(deleted)
    await here.eventually(lambda: is_lost(here, deleted))
    return Server(here, channels, deleted, paused)


async def is_lost(here: Scene, channel: Channel) -> bool:
    return any(each.paused is Pause.PLATFORM for each in await here.store.subscriptions.of(Chat("discord", channel.id)))


async def chosen(server: Server, which: str) -> Seen:
    """The page of a subscription whose line in the menu has these words, wherever it is."""
    seen = await server.boss.type("subscriptions")
    while not any(which in choice for choice in seen.choices):
        page = next(each for each in seen.buttons if each.startswith("▶"))
        seen = await server.boss.press(seen, f"subscriptions all {page.split()[1].split('/')[0]}")
    return await server.boss.choose(seen, f"*{which}")


async def test_the_whole_server_is_listed_with_what_needs_attention_first(server: Server) -> None:
    first = await server.boss.type("subscriptions")
    second = await server.boss.press(first, "subscriptions all 2")

    assert first.alone
    assert f"{MANY}" in first.title
    lines = first.text.splitlines()
    places = [
        lines.index(next(line for line in lines if f"#{each.name}" in line))
        for each in (server.deleted, *server.paused)
    ]
    assert places == sorted(places)
    assert places[0] < next(at for at, line in enumerate(lines) if line.startswith("#papers-01"))
    assert "the channel was deleted" in first.text
    assert len(first.choices) == len(second.choices) == MANY // 2
    assert len({*first.choices, *second.choices}) == MANY
    # the list is replaced in place, and nothing can be shown to everybody
    assert second.message is first.message
    assert not first.has(ButtonAction.SHARE)


async def test_the_list_of_a_deleted_channel_leads_to_moving_it(server: Server) -> None:
    target = await server.here.another(name="news")
    opened = await chosen(server, f"#{server.deleted.name}")
    form = await server.boss.press(opened, ButtonAction.MODAL)
    assert form.interaction.answered == FORM
    assert standing_in(form.interaction.data["components"][0]["component"]) == "topic12"

    asked = await server.boss.press(opened, "move id:*")
    moved = await server.boss.submit(asked, channels=(target,), to=target.id)

    assert server.here.answered(moved, "subscriptions")
    assert await server.of(server.deleted) == []
    (there,) = await server.of(target)
    assert (there.query, there.paused) == ("topic12", None)
    assert there.next_at is not None


async def test_a_form_shows_what_is_set_and_sets_what_is_sent(server: Server) -> None:
    channel = server.channels[0]
    (before,) = await server.of(channel)
    await server.here.store.subscriptions.change(
        replace(before, silent=True, threshold=20, layout=Layout.FULL, empty=EmptyDay.BEST, size=7)
    )
    opened = await chosen(server, f"#{channel.name}")

    form = await server.boss.press(opened, ButtonAction.MODAL)
    fields = {
        each["component"]["custom_id"]: standing_in(each["component"]) for each in form.interaction.data["components"]
    }
    unchanged = await server.boss.submit(form)
    (same,) = await server.of(channel)
    await server.boss.submit(form, (), query="robots -survey", count="3", **{"else": "repeat:30"})
    (after,) = await server.of(channel)

    assert (fields["query"], fields["count"], fields["empty"]) == ("topic1", "7", "best")
    assert set(fields["else"].split()) == {"silent:yes", "votes:>=20", "layout:full"}
    assert server.here.answered(unchanged, "subscriptions")
    assert same == replace(before, silent=True, threshold=20, layout=Layout.FULL, empty=EmptyDay.BEST, size=7)
    # what was taken out of the form has its default again
    assert after == replace(before, query="robots -survey", size=3, empty=EmptyDay.BEST, repeat_days=30)


async def test_of_two_managers_with_the_same_form_the_second_is_refused(server: Server) -> None:
    channel = server.channels[0]
    boss, other = server.boss, Person(server.here.local, server.here.channel, manages=True, id="5" * 18)
    opened = await chosen(server, f"#{channel.name}")
    first, second = await boss.press(opened, ButtonAction.MODAL), await other.press(opened, ButtonAction.MODAL)

    await boss.submit(first, (), query="robots -survey")
    refused = await other.submit(second, (), count="3")
    (kept,) = await server.of(channel)
    again = await other.submit(await other.press(opened, ButtonAction.MODAL), (), count="3")
    (after,) = await server.of(channel)

    assert server.here.page(refused).trouble is Trouble.REFUSED
    assert kept.query == "robots -survey"
    assert kept.size != 3
    assert server.here.answered(again, "subscriptions")
    assert (after.query, after.size) == ("robots -survey", 3)


async def test_a_form_of_a_subscription_that_has_ended_says_so(server: Server) -> None:
    channel, target = server.channels[:2]
    opened = await chosen(server, f"#{channel.name}")
    form, moving = await server.boss.press(opened, ButtonAction.MODAL), await server.boss.press(opened, "move id:*")
    await server.boss.press(opened, "unsubscribe *")

    refused = await server.boss.submit(form, (), count="3")
    stayed = await server.boss.submit(moving, channels=(target,), to=target.id)

    assert [server.here.page(seen).trouble for seen in (refused, stayed)] == [Trouble.REFUSED] * 2
    assert await server.of(channel) == []
    assert [each.query for each in await server.of(target)] == ["topic2"]


async def test_everything_is_ended_and_paused_and_resumed_from_one_place(server: Server) -> None:
    resumed = await chosen(server, f"#{server.paused[0].name}")
    await server.boss.press(resumed, "resume *")
    running = await chosen(server, f"#{server.channels[1].name}")
    await server.boss.press(running, "pause *")
    ended = await chosen(server, f"#{server.deleted.name}")
    await server.boss.press(ended, "unsubscribe *")
    exported = await server.boss.press(await chosen(server, f"#{server.channels[2].name}"), "subscriptions export *")

    assert [each.paused for each in await server.of(server.paused[0])] == [None]
    assert [each.paused for each in await server.of(server.channels[1])] == [Pause.PERSON]
    assert await server.of(server.deleted) == []
    assert "/import topic3" in exported.text
    assert len(await server.all()) == MANY - 1


async def test_a_result_leads_back_to_the_whole_list(server: Server) -> None:
    opened = await chosen(server, f"#{server.channels[3].name}")
    paused = await server.boss.press(opened, "pause *")
    back = await server.boss.press(paused, "subscriptions all")

    assert f"{MANY}" in back.title
    assert len(back.choices) == MANY // 2


async def test_one_channel_is_listed_where_it_is_named(server: Server) -> None:
    await subscribed(server.here, server.here.channel, query="robots")
    here = await server.boss.type("subscriptions", action="here")
    named = await server.boss.type("subscriptions", channels=(server.channels[0],), channel=server.channels[0].id)
    own = await server.boss.type("subscriptions", channels=(server.here.channel,), channel=server.here.channel.id)

    assert [("robots" in each.text, "topic1" in each.text) for each in (here, named, own)] == [
        (True, False),
        (False, True),
        (True, False),
    ]


@pytest.mark.parametrize("visiting", [False, True])
async def test_a_member_sees_only_the_channel(server: Server, visiting: bool) -> None:
    await subscribed(server.here, server.here.channel, query="robots")
    member = Person(server.here.local, server.here.channel, visiting=visiting)

    bare = await member.type("subscriptions")
    status = await member.type("status")

    for seen in (bare, status):
        assert "robots" in seen.text
        assert "papers-" not in seen.text
        assert "topic" not in seen.text


async def test_a_manager_of_another_server_learns_nothing(server: Server) -> None:
    elsewhere = server.here.local.world.channel(server.here.local.world.guild("other"), "general")
    await server.here.local.invite(server.here.local.world.guilds[elsewhere.guild])
    stranger = Person(server.here.local, elsewhere, manages=True, id="4" * 18)
    (lost,) = await server.of(server.deleted)
    opened = await chosen(server, f"#{server.deleted.name}")

    listed = await stranger.type("subscriptions")
    forged = await stranger.begin(3, _button(f"1|d|{server.deleted.id}||unsubscribe id:{lost.id}"), opened.message)
    form = await stranger.begin(3, _button(f"1|f|{server.deleted.id}||id:{lost.id}"), opened.message)

    assert "topic" not in listed.text
    for interaction in (forged, form):
        seen = await stranger.done(interaction)
        assert interaction.answered == SAY
        assert "topic" not in seen.text
    assert await server.of(server.deleted) == [lost]


def _button(custom_id: str) -> dict[str, object]:
    return {"custom_id": custom_id, "component_type": 2}


async def test_nothing_is_moved_to_where_the_bot_may_not_post(server: Server) -> None:
    mute = await server.here.another(name="mute")
    mute.may = May.VIEW
    opened = await chosen(server, f"#{server.channels[0].name}")

    refused = await server.boss.submit(await server.boss.press(opened, "move id:*"), channels=(mute,), to=mute.id)

    assert "#mute" in refused.text
    assert len(await server.of(server.channels[0])) == 1
    assert await server.of(mute) == []


async def test_a_subscription_is_moved_by_typing(server: Server) -> None:
    source, target = server.channels[0], await server.here.another(Kind.ANNOUNCEMENT, name="news")
    moved = await server.boss.fill(
        "subscriptions",
        {"action": "move", "number": "1", "channel": source.id, "to": target.id},
        source,
        target,
    )

    assert server.here.answered(moved, "subscriptions")
    assert [each.query for each in await server.of(target)] == ["topic1"]


async def test_other_channels_are_offered_where_none_was_named(server: Server) -> None:
    source, target = server.channels[0], server.channels[1]
    asked = await server.boss.type("subscriptions", channels=(source,), action="move", number="1", channel=source.id)
    moved = await server.boss.press(asked, f"subscriptions move id:* {target.id}")

    assert server.here.answered(moved, "subscriptions")
    assert await server.of(source) == []
    assert [each.query for each in await server.of(target)] == ["topic1", "topic2"]


async def test_the_status_of_the_server_says_what_waits_and_what_failed_today(server: Server) -> None:
    mute = server.channels[0]
    mute.may = May.VIEW
    for channel in server.channels[:3]:
        (each,) = await server.of(channel)
        await server.here.store.subscriptions.resume(each.id, server.here.now)
    await server.here.deliver()

    status = await server.boss.type("status")

    assert server.here.page(status).trouble is Trouble.NONE
    assert f"#{mute.name}" in status.text
    assert "topic1" in status.text
    # what was sent needs no line
    assert "topic2" not in status.text


async def test_names_of_channels_follow_from_events(here: Scene, discord: Discord) -> None:
    channel = await here.another(name="old-name")
    chat = Chat("discord", channel.id)
    await here.store.subscriptions.add(subscription(chat=chat))
    await here.restarted()
    await here.eventually(lambda: named(here, chat, "#old-name"))

    channel.name = "new-name"
    await here.local.gateway.tell("CHANNEL_UPDATE", channel.shown, channel.guild)

    await here.eventually(lambda: named(here, chat, "#new-name"))


async def named(here: Scene, chat: Chat, name: str) -> bool:
    return await here.store.known_chats.get(chat) == ChatDetails(chat, name, here.channel.guild)


async def test_who_subscribed_is_told_of_a_pause_and_of_its_end(here: Scene) -> None:
    boss = Person(here.local, here.channel, manages=True, id=BOSS)
    await boss.type("subscribe", query="agents", at="9:00", timezone="Berlin", days="daily", save="yes")
    here.channel.may = May.VIEW
    await here.deliver(timedelta(hours=7))
    await here.deliver(timedelta(minutes=1))
    private = here.local.world.private_with(BOSS)
    told = here.local.world.posted(private)

    here.channel.may = ENOUGH
    changed = here.channel.shown | {
        "permission_overwrites": [{"id": here.channel.guild, "type": 0, "allow": "0", "deny": "64"}]
    }
    await here.local.gateway.tell("CHANNEL_UPDATE", changed, here.channel.guild)
    await here.eventually(lambda: runs(here))
    for _ in range(3):
        await here.deliver(timedelta(minutes=1))
    again = here.local.world.posted(private)[len(told) :]

    assert (len(told), len(again)) == (1, 1)
    for message in (*told, *again):
        assert "#general" in read(message.body)
        # rights in a server cannot be checked in a private chat
        assert labels_of(message.body) == []


async def runs(here: Scene) -> bool:
    return not any(each.paused for each in await here.store.subscriptions.of(Chat("discord", here.channel.id)))


async def test_who_takes_no_private_messages_is_told_in_another_channel(server: Server) -> None:
    here = server.here
    here.local.world.private_with(BOSS).may = May(0)
    lost = server.channels[0]
    (one,) = await server.of(lost)
    await here.store.subscriptions.pause(one.id, Pause.PLATFORM, here.now, "the channel was deleted")
    await here.deliver(timedelta(minutes=1))

    (told,) = (each for channel in server.channels for each in here.local.world.posted(channel))

    assert told.channel not in (lost.id, server.deleted.id)
    assert lost.name not in read(told.body)
    assert labels_of(told.body)


class WithoutForms(RecordingService):
    """A service whose database does not respond when a form is to be filled in."""

    async def subscription_form(self, request: Request) -> SubscriptionForm | Page:
        raise StoreError("database is locked")


async def test_a_form_that_cannot_be_filled_in_changes_only_what_is_said(here: Scene) -> None:
    kept = await subscribed(here, here.channel, query="agents", silent=True)
    await here.restarted(service=WithoutForms)
    boss = Person(here.local, here.channel, manages=True, id=BOSS)

    form = await boss.press(await boss.type("subscriptions"), ButtonAction.MODAL)
    await boss.submit(form, (), count="3")

    (after,) = await here.store.subscriptions.of(kept.chat)
    assert after == replace(kept, size=3)
