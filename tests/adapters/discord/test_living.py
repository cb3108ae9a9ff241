"""Digests that change after they were posted, threads for their discussion, and forums with one post a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from adapters.discord.surface import Discord
from bot.domain.deliveries import DeliveryState
from bot.domain.errors import DeliveryError
from bot.domain.follow_ups import FollowUpKind, FollowUpState
from bot.domain.pages import Layout, Page
from bot.domain.papers import DeliveryReason
from bot.domain.requests import Chat, Tally
from bot.domain.standings import Doubt
from bot.messages import deliveries
from bot.query.subscriptions.parser import read
from bot.services.delivery.deliverer import Deliverer
from bot.services.subscriptions import blank
from tests.adapters.discord.bodies import texts
from tests.adapters.discord.pages import NOW, digest
from tests.adapters.discord.scene import Scene
from tests.adapters.discord.server import LocalDiscord
from tests.adapters.discord.troubles import Fault, refusal
from tests.adapters.discord.world import Channel, Kind, May, Message

DAY = date(2026, 4, 24)
NOTHING: Mapping[str, Tally] = {}


def of_day(query: str = "", day: date = DAY, language: str = "en") -> Page:
    return replace(digest(5, query), day=day, language=language)


def empty(day: date = DAY) -> Page:
    return Page(title="No new papers", intro="There were none.", day=day)


async def post(discord: Discord, channel: Channel, page: Page, nonce: str = "n1", role: str = "") -> str:
    return await discord.send(Chat("discord", channel.id), page, nonce=nonce, silent=False, role=role)


async def edit(
    discord: Discord, channel: Channel, id: str, page: Page, role: str = "", tallies: Mapping[str, Tally] = NOTHING
) -> None:
    await discord.edit(Chat("discord", channel.id), id, page, nonce="n1", role=role, tallies=tallies)


def posts(local: LocalDiscord, forum: Channel) -> list[Channel]:
    return [each for each in local.world.channels.values() if each.parent == forum.id]


def shown(message: Message) -> str:
    return "\n".join(texts(message.body))


async def test_an_edit_changes_the_message_and_pings_nobody(
    local: LocalDiscord, discord: Discord, channel: Channel
) -> None:
    id = await post(discord, channel, of_day(), role="<@&42>")
    changed = replace(of_day(), intro="Updated at noon")

    for _ in range(2):
        await edit(discord, channel, id, changed, role="<@&42>")

    (message,) = local.world.posted(channel)
    assert "Updated at noon" in shown(message)
    assert message.edits[0] == message.edits[1]
    assert message.edits[0]["allowed_mentions"] == {"parse": []}
    # whoever was mentioned still is
    assert "<@&42>" in shown(message)
    # the message is still found by its mark
    found = await discord.reread(Chat("discord", channel.id), changed, nonce="n1", since=NOW)
    assert found == id


async def test_an_edit_keeps_the_votes_that_were_counted_on_the_buttons(
    local: LocalDiscord, discord: Discord, channel: Channel
) -> None:
    page = replace(of_day(), layout=Layout.FULL)
    id = await post(discord, channel, page)
    first = page.cards[0].key

    await edit(discord, channel, id, page, tallies={first: Tally(3, 1)})

    assert "👍 3" in str(local.world.posted(channel)[0].body)


@pytest.mark.parametrize("why", ["too many", "deleted", "channel gone", "muted"])
async def test_a_message_that_discord_does_not_change_any_more_is_left_for_good(
    local: LocalDiscord, discord: Discord, channel: Channel, why: str
) -> None:
    id = await post(discord, channel, of_day())
    match why:
        case "too many":
            local.most_edits = 0
        case "deleted":
            local.world.posted(channel)[0].deleted = True
        case "channel gone":
            del local.world.channels[channel.id]
        case _:
            channel.may = May(0)

    with pytest.raises(DeliveryError) as raised:
        await edit(discord, channel, id, of_day())

    assert raised.value.permanent
    assert raised.value.reason


@pytest.mark.parametrize("fault", [Fault(method="PATCH", status=503), Fault(method="PATCH", reset=True, after=True)])
async def test_an_edit_that_was_not_confirmed_can_be_repeated(
    local: LocalDiscord, discord: Discord, channel: Channel, fault: Fault
) -> None:
    id = await post(discord, channel, of_day())
    local.faults = [replace(fault)]

    with pytest.raises(DeliveryError) as raised:
        await edit(discord, channel, id, of_day())
    await edit(discord, channel, id, of_day())

    assert not raised.value.permanent
    assert len(local.world.posted(channel)) == 1


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.ANNOUNCEMENT])
async def test_a_thread_begins_with_the_digest_once_and_is_archived_after_a_day(
    local: LocalDiscord, discord: Discord, kind: Kind
) -> None:
    channel = local.world.channel(local.world.guild(), kind=kind)
    id = await post(discord, channel, of_day())

    name, chat = "Papers @everyone " + "x" * 200, Chat("discord", channel.id)
    opened = [await discord.open_thread(chat, id, name) for _ in range(2)]

    (thread,) = posts(local, channel)
    assert opened == [True, True]
    assert thread.id == id
    assert len(thread.name) <= 100
    assert local.asked("POST", "/threads")[-1].body["auto_archive_duration"] == 1440


async def test_a_thread_that_was_opened_but_not_confirmed_is_not_opened_twice(
    local: LocalDiscord, discord: Discord, channel: Channel
) -> None:
    id = await post(discord, channel, of_day())
    local.faults = [Fault(path="/threads", after=True, reset=True)]

    with pytest.raises(DeliveryError) as raised:
        await discord.open_thread(Chat("discord", channel.id), id, "Papers")
    again = await discord.open_thread(Chat("discord", channel.id), id, "Papers")

    assert (raised.value.permanent, again, len(posts(local, channel))) == (False, True, 1)


async def test_a_missing_permission_for_threads_is_a_refusal_for_people(
    local: LocalDiscord, discord: Discord, channel: Channel
) -> None:
    channel.may &= ~May.CREATE_THREADS
    id = await post(discord, channel, of_day())

    with pytest.raises(DeliveryError) as raised:
        await discord.open_thread(Chat("discord", channel.id), id, "Papers")

    assert raised.value.permanent
    assert "Create Public Threads" in raised.value.reason


@pytest.mark.parametrize("kind", [Kind.FORUM, Kind.THREAD, Kind.DM])
async def test_where_messages_have_no_threads_nothing_is_asked(
    local: LocalDiscord, discord: Discord, kind: Kind
) -> None:
    guild = local.world.guild()
    parent = local.world.channel(guild).id if kind is Kind.THREAD else ""
    channel = local.world.channel(guild if kind is not Kind.DM else None, kind=kind, parent=parent)

    assert not await discord.open_thread(Chat("discord", channel.id), "1", "Papers")
    assert local.asked("POST", "/threads") == []


async def test_all_digests_of_a_day_go_into_one_post_of_the_forum(local: LocalDiscord, discord: Discord) -> None:
    forum = local.world.channel(local.world.guild(), kind=Kind.FORUM)

    first = await post(discord, forum, of_day(), "n1")
    second = await post(discord, forum, of_day("video"), "n2")
    # somebody closed the post, and the chat has another language now
    posts(local, forum)[0].archived = True
    third = await post(discord, forum, of_day("agents", language="de"), "n3")
    note = await post(discord, forum, empty(), "n4")
    await edit(discord, forum, first, replace(of_day(), intro="Updated at noon"))
    await edit(discord, forum, second, replace(of_day("video"), intro="Updated at one"))

    (thread,) = posts(local, forum)
    assert [each.id for each in local.world.posted(thread)] == [first, second, third, note]
    assert "24" in thread.name
    assert "2026" in thread.name
    assert ["Updated" in shown(each) for each in local.world.posted(thread)] == [True, True, False, False]


async def test_each_day_has_its_own_post(local: LocalDiscord, discord: Discord) -> None:
    forum = local.world.channel(local.world.guild(), kind=Kind.FORUM)

    for number in (1, 2, 3):
        await post(discord, forum, of_day(day=date(2026, 4, number)), f"n{number}")

    assert len({each.name for each in posts(local, forum)}) == 3


async def test_a_day_without_papers_opens_no_post(local: LocalDiscord, discord: Discord) -> None:
    forum = local.world.channel(local.world.guild(), kind=Kind.FORUM)

    with pytest.raises(DeliveryError) as raised:
        await post(discord, forum, empty())

    assert (raised.value.unneeded, raised.value.permanent) == (True, False)
    assert posts(local, forum) == []


async def test_where_archived_posts_cannot_be_read_a_digest_still_comes(local: LocalDiscord, discord: Discord) -> None:
    forum = local.world.channel(local.world.guild(), kind=Kind.FORUM)
    forum.may &= ~May.HISTORY

    await post(discord, forum, of_day())

    assert len(posts(local, forum)) == 1


async def test_a_refused_form_of_an_edit_is_followed_by_the_next(
    local: LocalDiscord, discord: Discord, channel: Channel
) -> None:
    id = await post(discord, channel, of_day())
    fault = refusal(400, 50035, "Invalid Form Body")
    local.faults = [replace(fault, method="PATCH")]

    await edit(discord, channel, id, of_day())

    assert "embeds" in local.world.posted(channel)[0].edits[-1]


async def sent_by_a_worker(here: Scene, channel: Channel, *words: str) -> Deliverer:
    """Subscriptions of a channel whose digests of a day were sent."""
    for query in words:
        # no other one is due for a week, as an edit would wait for it
        spec = read(f"{query} at 2:00 Berlin sat top 5", here.now)
        wish = spec.over(blank(Chat("discord", channel.id), "Europe/Berlin", here.now - timedelta(days=3)))
        await here.store.subscriptions.add(
            replace(wish, next_at=here.now.replace(hour=0, minute=0, second=0), person="2" * 18)
        )
    deliverer = Deliverer(here.store, {"discord": here.discord}, owner="w")
    await deliverer.round(here.now)
    return deliverer


async def test_two_subscriptions_of_a_forum_share_the_post_of_the_day(here: Scene) -> None:
    forum = here.local.world.channel(here.local.world.guilds[here.channel.guild], "papers", Kind.FORUM)

    await sent_by_a_worker(here, forum, "everything", "video living:yes", "zzzzqqq empty:note")

    (thread,) = posts(here.local, forum)
    assert len(here.local.world.posted(thread)) == 3
    assert {each.state for each in await here.ledger(forum)} == {DeliveryState.SENT}


async def test_a_subscription_without_papers_opens_no_post_and_is_not_paused(here: Scene) -> None:
    forum = here.local.world.channel(here.local.world.guilds[here.channel.guild], "papers", Kind.FORUM)

    await sent_by_a_worker(here, forum, "zzzzqqq")

    (delivery,) = await here.ledger(forum)
    assert (delivery.state, delivery.reason) == (DeliveryState.SKIPPED, DeliveryReason.EMPTY)
    assert posts(here.local, forum) == []
    (running,) = await here.store.subscriptions.of(delivery.chat)
    assert running.paused is None


@pytest.mark.parametrize("gone", [False, True])
async def test_a_notice_says_what_became_of_its_digest_and_loses_its_buttons(here: Scene, gone: bool) -> None:
    deliverer = await sent_by_a_worker(here, here.channel, "everything")
    (delivery,) = await here.ledger()
    notice = deliveries.missing([Doubt(1, delivery, None)])
    id = await post(here.discord, here.channel, notice, nonce="notice")
    await here.store.sent_notices.add(delivery.chat, id, "notice", [delivery.id], here.now)
    if gone:
        here.local.world.posted(here.channel)[-1].deleted = True

    for _ in range(3):
        here.now += timedelta(minutes=1)
        await deliverer.round(here.now)

    edited = [each for each in here.local.world.posted(here.channel) if each.id == id]
    assert [len(each.edits) for each in edited] == ([] if gone else [1])
    assert not any("resend" in str(each.edits[-1]) for each in edited)
    later = here.now + timedelta(days=30)
    assert await here.store.sent_notices.claim("discord", later, timedelta(hours=1), later, 9) == []


async def test_a_digest_lives_and_is_discussed_on_discord(here: Scene) -> None:
    deliverer = await sent_by_a_worker(here, here.channel, "everything living:yes thread:yes")
    (message,) = here.local.world.posted(here.channel)
    here.local.most_edits = 1

    for _ in range(6):
        here.now += timedelta(hours=4)
        await deliverer.follow_up_batch("discord", lambda: here.now)

    assert [each.id for each in posts(here.local, here.channel)] == [message.id]
    assert len(message.edits) == 1
    (delivery,) = await here.ledger()
    followed = await here.store.follow_ups.of(delivery.id)
    assert [each.state for each in followed if each.kind is FollowUpKind.EDIT][:2] == [
        FollowUpState.DONE,
        FollowUpState.FROZEN,
    ]


async def test_who_subscribed_is_told_once_of_a_missing_permission(here: Scene) -> None:
    here.channel.may &= ~May.CREATE_THREADS

    await sent_by_a_worker(here, here.channel, "everything thread:yes", "video thread:yes")

    private = here.local.world.private_with("2" * 18)
    assert len(here.local.world.posted(here.channel)) == 2
    told = [shown(each) for each in here.local.world.posted(private)]
    assert len(told) == 2
    assert all("Create Public Threads" in each for each in told)
