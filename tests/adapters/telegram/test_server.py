"""The local server is a Telegram server, as far as the real library can tell."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter
from telegram.request import HTTPXRequest

from adapters.kit.tls import trusted
from tests.adapters.telegram.formatting import needs_tdjson
from tests.adapters.telegram.server import TOKEN, Fault, LocalTelegram


@pytest.fixture(autouse=True)
def _times_are_timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def server() -> AsyncIterator[LocalTelegram]:
    async with LocalTelegram() as running:
        running.world.add_person("Ada", 7)
        yield running


def client(server: LocalTelegram, token: str = TOKEN) -> Bot:
    """A bot of the library; it would load the certificates of the system for each of its two connections."""
    request, polling = (HTTPXRequest(httpx_kwargs={"verify": trusted()}) for _ in range(2))
    return Bot(token, base_url=f"{server.url}/bot", request=request, get_updates_request=polling)


@pytest.fixture
async def bot(server: LocalTelegram) -> AsyncIterator[Bot]:
    async with client(server) as opened:
        yield opened


@needs_tdjson
async def test_a_message_is_parsed_as_telegram_parses_it(server: LocalTelegram, bot: Bot) -> None:
    sent = await bot.send_message(7, "<b>1 &lt; 2</b>", parse_mode="HTML")

    assert (sent.text, sent.entities[0].type) == ("1 < 2", "bold")
    with pytest.raises(BadRequest, match="unsupported start tag"):
        await bot.send_message(7, "<p>no</p>", parse_mode="HTML")


async def test_updates_are_given_until_they_are_confirmed(server: LocalTelegram, bot: Bot) -> None:
    await server.say(server.world.people[7], "/start")

    first = await bot.get_updates()
    again = await bot.get_updates()
    after = await bot.get_updates(offset=first[0].update_id + 1)

    assert [each.update_id for each in again] == [each.update_id for each in first]
    assert first[0].message is not None
    assert first[0].message.text == "/start"
    assert after == ()


async def test_a_second_poller_ends_the_first(server: LocalTelegram, bot: Bot) -> None:
    async with client(server) as other:
        first = asyncio.create_task(bot.get_updates(timeout=timedelta(seconds=5)))
        await server.until(lambda: server.count("getUpdates") == 1)
        await other.get_updates(timeout=timedelta(0))

        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first


async def test_refusals_are_in_the_servers_words(server: LocalTelegram, bot: Bot) -> None:
    world = server.world
    world.add_person("Bob", 8, started=False)
    world.add_person("Eve", 9, deactivated=True)
    world.places[7].bot = "kicked"
    world.add_place(-1001, bot="kicked")
    world.add_place(-1002, kind="channel", bot_may_post=False)
    world.add_place(-1003, is_forum=True, topics={5: "closed"})
    world.add_place(-4, kind="group", moved_to=-1004)

    for chat, error, words in (
        (7, Forbidden, "bot was blocked by the user"),
        (8, Forbidden, "bot can't initiate conversation with a user"),
        (9, Forbidden, "user is deactivated"),
        (99, BadRequest, "Chat not found"),
        (-1001, Forbidden, "bot was kicked from the supergroup chat"),
        (-1002, BadRequest, "Need administrator rights in the channel chat"),
        (-4, ChatMigrated, "-1004"),
    ):
        with pytest.raises(error, match=words):
            await bot.send_message(chat, "hello")
    for thread, words in ((5, "Topic_closed"), (6, "Message thread not found")):
        with pytest.raises(BadRequest, match=words):
            await bot.send_message(-1003, "hello", message_thread_id=thread)


async def test_a_flood_is_refused_with_the_time_to_wait(server: LocalTelegram, bot: Bot) -> None:
    for _ in range(3):
        await bot.send_message(7, "hello")

    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(7, "hello")

    assert refused.value.retry_after == timedelta(seconds=3)


async def test_an_edit_that_changes_nothing_is_refused(server: LocalTelegram, bot: Bot) -> None:
    sent = await bot.send_message(7, "hello")

    await bot.edit_message_text("bye", 7, sent.message_id)
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("bye", 7, sent.message_id)


async def test_buttons_carry_64_bytes(server: LocalTelegram, bot: Bot) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data="x" * 65)]])

    with pytest.raises(BadRequest, match="Button_data_invalid"):
        await bot.send_message(7, "hello", reply_markup=markup)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("kind", ["reset", "truncated", "502"])
async def test_a_fault_comes_before_or_after_the_effect(
    server: LocalTelegram, bot: Bot, kind: str, after: bool
) -> None:
    server.fail("sendMessage", Fault(kind, after=after))

    with pytest.raises(NetworkError):
        await bot.send_message(7, "hello")

    assert len(server.world.of(7)) == int(after)


async def test_a_call_that_the_api_does_not_know_is_complained_of(bot: Bot, server: LocalTelegram) -> None:
    await bot.send_message(7, "hello", api_kwargs={"surprise": 1})

    assert server.complaints in ([], ["sendMessage has no field surprise"])
    server.complaints.clear()


async def test_another_token_is_refused(server: LocalTelegram) -> None:
    with pytest.raises(InvalidToken):
        async with client(server, "42:other"):
            pass
