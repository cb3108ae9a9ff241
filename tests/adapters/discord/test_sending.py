"""What is posted, and what becomes of it when Discord stumbles, refuses or falls silent."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from adapters.discord.config import DiscordConfig
from adapters.discord.rest import MOST_REFUSED
from adapters.discord.surface import Discord
from bot.domain.errors import DeliveryError
from bot.domain.i18n import Message
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Chat
from tests.adapters.discord.bodies import CONTAINER, SILENT, TEXT, THUMBNAIL, V2, components, texts
from tests.adapters.discord.pages import digest, with_pictures
from tests.adapters.discord.server import LocalDiscord
from tests.adapters.discord.troubles import Fault, cloudflare, limited, refusal
from tests.adapters.discord.world import TOKEN, Channel, Kind, May
from tests.builders import NOON


async def send(discord: Discord, channel: Channel, nonce: str = "n1", *, silent: bool = False, role: str = "") -> str:
    chat = Chat("discord", channel.id)
    (part,) = discord.parts(digest())
    return await discord.send(chat, part, nonce=nonce, silent=silent, role=role)


async def failure(discord: Discord, channel: Channel, nonce: str = "n1") -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await send(discord, channel, nonce)
    return caught.value


async def test_a_digest_of_ten_papers_is_one_message(local: LocalDiscord, discord: Discord, channel: Channel) -> None:
    id = await send(discord, channel)

    (message,) = local.world.posted(channel)
    assert message.id == id
    assert message.body["flags"] == V2
    assert message.body["allowed_mentions"] == {"parse": []}
    assert sum(text.count("**[") or text.count(". [") for text in texts(message.body)) == 10


async def test_the_same_nonce_posts_nothing_new(local: LocalDiscord, discord: Discord, channel: Channel) -> None:
    first, again, other = [await send(discord, channel, nonce) for nonce in ("n1", "n1", "n2")]

    assert first == again != other
    assert len(local.world.posted(channel)) == 2


async def test_a_message_is_silent_and_mentions_a_role_only_when_that_was_chosen(
    local: LocalDiscord, discord: Discord, channel: Channel
) -> None:
    await send(discord, channel, silent=True, role="<@&42>")

    (message,) = local.world.posted(channel)
    assert message.body["flags"] == V2 | SILENT
    assert message.body["allowed_mentions"] == {"parse": [], "roles": ["42"]}
    above, container = message.body["components"]
    # phones show the text before the container in the notification, and nothing of what is in it
    assert above["type"] == TEXT
    assert above["content"].startswith("<@&42> ")
    assert "9" in above["content"]
    assert container["type"] == CONTAINER
    assert "<@&" not in str(container)


@pytest.mark.parametrize("form", ["embeds", "content"])
async def test_a_mention_in_the_other_forms_is_in_the_text_that_a_notification_shows(
    local: LocalDiscord, discord: Discord, channel: Channel, form: str
) -> None:
    local.faults = [refusal(400, 50035, "Invalid Form Body", times=1 if form == "embeds" else 2)]

    await send(discord, channel, role="<@&42>")

    (message,) = local.world.posted(channel)
    assert message.body[form]
    assert message.body["content"].startswith("<@&42> ")
    assert message.body["content"].count("<@&42>") == 1


async def test_where_a_picture_is_refused_the_same_message_is_sent_without_pictures(
    local: LocalDiscord, discord: Discord, channel: Channel
) -> None:
    page = with_pictures(digest())
    local.faults = [refusal(400, 50035, "Invalid Form Body", times=1)]

    await discord.send(Chat("discord", channel.id), page, nonce="n", silent=False, role="")

    (message,) = local.world.posted(channel)
    assert message.body["flags"] == V2
    assert not [each for each in components(message.body["components"]) if each["type"] == THUMBNAIL]
    assert sum(text.count("**[") or text.count(". [") for text in texts(message.body)) == 10


@pytest.mark.parametrize("form", ["embeds", "content"])
async def test_where_components_are_refused_the_next_form_is_taken(
    local: LocalDiscord, discord: Discord, channel: Channel, form: str
) -> None:
    local.faults = [refusal(400, 50035, "Invalid Form Body", times=1 if form == "embeds" else 2)]

    await send(discord, channel)

    (message,) = local.world.posted(channel)
    assert "components" not in message.body
    assert message.body[form]
    assert digest().title.partition(" · ")[0] in texts(message.body)[0]


@pytest.mark.parametrize("fault", ["reset", "truncated", "500", "503", "before"])
async def test_a_stumble_costs_no_second_message(
    local: LocalDiscord, discord: Discord, channel: Channel, fault: str
) -> None:
    local.faults = {
        "reset": [Fault(after=True, reset=True)],
        "truncated": [Fault(after=True, truncated=True)],
        "500": [Fault(after=True, status=500)],
        "503": [Fault(after=True, status=503)],
        "before": [Fault(reset=True)],
    }[fault]

    id = await send(discord, channel)

    assert [message.id for message in local.world.posted(channel)] == [id]
    assert len(local.asked("POST", "/messages")) == 2


async def test_a_server_that_stays_down_leaves_a_doubt(local: LocalDiscord, discord: Discord, channel: Channel) -> None:
    local.faults = [Fault(status=502, times=3)]

    error = await failure(discord, channel)

    assert error.ambiguous
    assert not error.permanent
    assert len({seen.body["nonce"] for seen in local.asked("POST", "/messages")}) == 1


async def test_silence_leaves_a_doubt_within_the_time_of_a_delivery(local: LocalDiscord, channel: Channel) -> None:
    local.faults = [Fault(after=True, hang=True, times=9)]
    started = asyncio.get_running_loop().time()

    async with Discord(DiscordConfig(token=TOKEN, api=local.url), waits=(0.1, 60.0), answer_seconds=0.3) as discord:
        error = await failure(discord, channel)

    assert error.ambiguous
    # far less than the second wait, for which there was no time
    assert asyncio.get_running_loop().time() - started < 30
    assert len(local.world.posted(channel)) == 1


async def test_who_cannot_be_reached_has_not_got_it() -> None:
    async with Discord(DiscordConfig(token=TOKEN, api="http://127.0.0.1:9/api/v10"), waits=()) as nobody:
        error = await failure(nobody, Channel(id="1", name="x"))

    assert not error.ambiguous
    assert not error.permanent


@pytest.mark.parametrize(
    ("status", "code"),
    [(404, 10003), (403, 50001), (403, 50013), (400, 160005), (400, 220001), (400, 50024)],
)
async def test_refusals_for_ever_are_permanent(
    local: LocalDiscord, discord: Discord, channel: Channel, status: int, code: int
) -> None:
    local.faults = [refusal(status, code, "No")]

    error = await failure(discord, channel)

    assert error.permanent
    assert isinstance(error.reason, Message)


@pytest.mark.parametrize(("status", "code"), [(400, 30046), (400, 20016), (429, 20028), (400, 160006)])
async def test_refusals_that_pass_are_waited_for(
    local: LocalDiscord, discord: Discord, channel: Channel, status: int, code: int
) -> None:
    local.faults = [refusal(status, code, "Not now")]

    error = await failure(discord, channel)

    assert error.retry_after is not None
    assert error.retry_after >= timedelta(minutes=10)


async def test_an_unknown_403_pauses_nobody(local: LocalDiscord, discord: Discord, channel: Channel) -> None:
    local.faults = [refusal(403, 40333, "internal network error")]

    error = await failure(discord, channel)

    assert (error.permanent, error.ambiguous, error.retry_after) == (False, False, None)


@pytest.mark.parametrize("seconds", [0.5, 65.0, 1337.0])
async def test_a_full_channel_is_left_alone_for_as_long_as_it_says_and_the_others_go_on(
    local: LocalDiscord, discord: Discord, channel: Channel, seconds: float
) -> None:
    local.faults = [limited(seconds)]
    other = local.world.channel(local.world.guild())

    error = await failure(discord, channel)
    await send(discord, other, "n2")

    assert error.retry_after == timedelta(seconds=seconds)
    assert len(local.world.posted(other)) == 1


async def test_the_limit_of_the_whole_bot_stops_everything_until_it_has_passed(
    local: LocalDiscord, discord: Discord, channel: Channel
) -> None:
    local.faults = [limited(0.3, everywhere=True)]
    await failure(discord, channel)
    asked = len(local.requests)

    error = await failure(discord, local.world.channel(local.world.guild()))
    assert error.retry_after is not None
    assert len(local.requests) == asked

    await asyncio.sleep(0.35)
    await send(discord, channel)
    assert len(local.world.posted(channel)) == 1


@pytest.mark.parametrize("status", [429, 403])
async def test_a_ban_by_whoever_stands_in_front_of_discord_ends_the_asking_for_minutes(
    local: LocalDiscord, discord: Discord, channel: Channel, status: int
) -> None:
    local.faults = [cloudflare(status=status)]

    first = await failure(discord, channel)
    second = await failure(discord, channel)

    assert first.retry_after == timedelta(minutes=10)
    assert second.retry_after is not None
    assert second.retry_after > timedelta(minutes=9)
    assert len(local.asked("POST", "/messages")) == 1


async def test_a_revoked_token_is_shown_once_and_pauses_nobody(local: LocalDiscord, channel: Channel) -> None:
    async with Discord(DiscordConfig(token=TOKEN[:-1], api=local.url)) as stale:
        errors = [await failure(stale, channel) for _ in range(3)]

    assert len(local.requests) == 1
    assert not any(error.permanent or error.ambiguous for error in errors)
    assert "PAPERBOY_DISCORD_TOKEN" in errors[-1].reason


async def test_we_stop_by_ourselves_long_before_discord_bans_us(local: LocalDiscord, channel: Channel) -> None:
    local.faults = [refusal(403, 50013, "Missing Permissions", times=10_000)]
    local.limits.everywhere = local.limits.a_channel = 0
    local.checked = False

    async with Discord(DiscordConfig(token=TOKEN, api=local.url), allowance=Allowance()) as discord:
        errors = [await failure(discord, channel) for _ in range(MOST_REFUSED + 5)]

    assert len(local.asked("POST", "/messages")) == MOST_REFUSED
    assert errors[-1].retry_after is not None
    assert not errors[-1].permanent


async def test_a_full_bucket_is_waited_for_without_being_refused(
    local: LocalDiscord, discord: Discord, channel: Channel
) -> None:
    local.limits.a_channel_seconds = 0.5

    for number in range(8):
        await send(discord, channel, f"n{number}")

    assert len(local.world.posted(channel)) == len(local.asked("POST", "/messages")) == 8


async def test_a_message_that_a_moderator_deleted_was_delivered(
    local: LocalDiscord, discord: Discord, channel: Channel
) -> None:
    await send(discord, channel)
    local.world.posted(channel)[0].deleted = True

    assert await send(discord, channel)
    assert local.world.posted(channel) == []


async def test_a_message_is_found_again_by_reading_back_and_another_one_is_not(
    local: LocalDiscord, discord: Discord, channel: Channel
) -> None:
    (part,) = discord.parts(digest())
    id = await send(discord, channel)
    chat = Chat("discord", channel.id)

    assert await discord.reread(chat, part, nonce="n1", since=NOON) == id
    assert await discord.reread(chat, part, nonce="n2", since=NOON) == ""
    channel.may &= ~May.HISTORY
    assert await discord.reread(chat, part, nonce="n1", since=NOON) is None


async def test_a_forum_gets_one_post_a_day_with_a_dated_title_and_a_tag(local: LocalDiscord, discord: Discord) -> None:
    tags = (("7", "news"), ("8", "Papers"))
    forum = local.world.channel(local.world.guild(), kind=Kind.FORUM, tags=tags, must_tag=True)

    for nonce in ("n1", "n1", "n2"):
        await send(discord, forum, nonce)

    (thread,) = [each for each in local.world.channels.values() if each.parent == forum.id]
    assert thread.name == digest().title
    assert [seen.body["applied_tags"] for seen in local.asked("POST", "/threads")] == [["8"]]
    assert len(local.world.posted(thread)) == 2


async def test_a_forum_post_whose_answer_was_lost_is_not_made_twice(local: LocalDiscord, discord: Discord) -> None:
    forum = local.world.channel(local.world.guild(), kind=Kind.FORUM)
    local.faults = [Fault(path="/threads", after=True, reset=True)]

    error = await failure(discord, forum)
    id = await send(discord, forum)

    assert error.ambiguous
    (thread,) = [each for each in local.world.channels.values() if each.parent == forum.id]
    assert [message.id for message in local.world.posted(thread)] == [id]


@pytest.mark.parametrize(("chosen", "kind"), [(True, Kind.ANNOUNCEMENT), (True, Kind.TEXT), (False, Kind.ANNOUNCEMENT)])
async def test_announcements_are_passed_on_where_that_was_chosen(local: LocalDiscord, chosen: bool, kind: Kind) -> None:
    channel = local.world.channel(local.world.guild(), kind=kind)
    async with Discord(DiscordConfig(token=TOKEN, api=local.url, crosspost=chosen)) as discord:
        await send(discord, channel)

    passed_on = chosen and kind is Kind.ANNOUNCEMENT
    assert [message.crossposted for message in local.world.posted(channel)] == [passed_on]


async def test_a_thread_is_a_place_like_others_until_it_is_locked(local: LocalDiscord, discord: Discord) -> None:
    guild = local.world.guild()
    thread = local.world.channel(guild, kind=Kind.THREAD, parent=local.world.channel(guild).id)
    await send(discord, thread)
    thread.locked = True

    locked = await failure(discord, thread, "n2")
    thread.may = May.VIEW
    muted = await failure(discord, thread, "n3")

    assert (locked.permanent, muted.permanent) == (True, True)
    assert locked.reason != muted.reason
