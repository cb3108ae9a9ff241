"""Digests on their way to Telegram: what arrives, what does not, and what the ledger says of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from adapters.telegram.surface import Telegram
from bot.domain.deliveries import DeliveryState
from bot.domain.errors import DeliveryError
from bot.domain.i18n import Translatable, tr
from bot.domain.pages import Page
from bot.domain.requests import Chat
from bot.domain.subscriptions import Pause, Subscription
from bot.services.delivery.deliverer import Deliverer
from bot.services.delivery.worker_config import WorkerConfig
from bot.storage import Store
from tests.adapters.telegram import pages
from tests.adapters.telegram.server import Fault, LocalTelegram
from tests.services.ledger import fill
from tests.storage.ledger import DUE, subscription

ADA = Chat("telegram", "7")
GROUP = Chat("telegram", "-1001000000001")


@pytest.fixture(autouse=True)
def _somebody(server: LocalTelegram) -> None:
    server.world.add_person("Ada", 7)
    server.world.add_place(int(GROUP.id), is_forum=True, topics={5: "open"})


async def sent(surface: Telegram, chat: Chat = ADA, page: Page | None = None, **wish: object) -> str:
    """The id of the message, or what was wrong."""
    wishes = {"nonce": "n", "silent": False, "role": ""} | wish
    return await surface.send(chat, page or pages.paper(), **wishes)  # type: ignore[arg-type]


async def trouble(surface: Telegram, chat: Chat = ADA) -> DeliveryError:
    with pytest.raises(DeliveryError) as raised:
        await sent(surface, chat)
    return raised.value


async def test_a_digest_arrives_in_its_topic_without_a_sound_and_mentions_whom_it_should(
    surface: Telegram, server: LocalTelegram
) -> None:
    topic = Chat("telegram", GROUP.id, "5")

    id = await sent(surface, topic, pages.full(2), silent=True, role="@readers_of_papers")

    (message,) = server.world.of(int(GROUP.id))
    assert (str(message.id), message.thread, message.silent) == (id, 5, True)
    assert message.text.startswith("@readers_of_papers\n")
    assert [line.partition(" ")[0] for line in message.lines[:4]] == ["why", "vote", "vote", "paper"]


@pytest.mark.parametrize(
    ("kind", "after", "ambiguous"),
    [
        ("reset", False, True),
        ("reset", True, True),
        ("truncated", True, True),
        ("502", False, True),
        ("500", True, True),
    ],
)
async def test_a_broken_connection_leaves_a_doubt_and_no_second_message(
    surface: Telegram, server: LocalTelegram, kind: str, after: bool, ambiguous: bool
) -> None:
    server.fail("sendMessage", Fault(kind, after=after))

    error = await trouble(surface)

    assert (error.ambiguous, error.permanent) == (ambiguous, False)
    assert len(server.world.of(7)) == int(after)
    assert server.count("sendMessage") == 1


async def test_a_server_that_never_answers_is_left_and_leaves_a_doubt(surface: Telegram, server: LocalTelegram) -> None:
    server.fail("sendMessage", Fault("hang", after=True))

    sending = asyncio.create_task(sent(surface))
    await server.until(lambda: len(server.world.of(7)) == 1)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending

    assert len(server.world.of(7)) == 1


async def test_a_server_that_is_not_there_has_taken_nothing(surface: Telegram, server: LocalTelegram) -> None:
    await server.__aexit__(None, None, None)

    error = await trouble(surface)

    assert (error.ambiguous, error.permanent, error.reason) == (False, False, "Telegram could not be reached")


async def test_one_hot_chat_is_left_alone_and_the_others_are_not_slowed(
    surface: Telegram, server: LocalTelegram
) -> None:
    server.floods.close(7, asyncio.get_running_loop().time() + 30)

    first = await trouble(surface)
    second = await trouble(surface)
    started = asyncio.get_running_loop().time()
    await sent(surface, GROUP)

    assert first.retry_after == timedelta(seconds=30)
    assert second.retry_after is not None
    assert timedelta(seconds=28) < second.retry_after <= timedelta(seconds=31)
    assert server.count("sendMessage") == 2
    # the hot chat is closed for 30 s
    assert asyncio.get_running_loop().time() - started < 15


@pytest.mark.parametrize("status", ["429", "403"])
async def test_a_wall_in_front_of_telegram_is_not_run_against(
    surface: Telegram, server: LocalTelegram, status: str
) -> None:
    server.fail("sendMessage", Fault(status))

    first, second = await trouble(surface), await trouble(surface, GROUP)

    assert first.retry_after == timedelta(minutes=2)
    assert second.retry_after is not None
    assert second.retry_after > timedelta(seconds=110)
    assert server.count("sendMessage") == 1


async def test_markup_that_is_not_understood_is_sent_once_more_without_it(
    surface: Telegram, server: LocalTelegram
) -> None:
    server.refuse("sendMessage", 400, "Bad Request: can't parse entities: Unsupported start tag")

    await sent(surface, page=pages.digest(2))

    (message,) = server.world.of(7)
    assert message.parse_mode == ""
    assert "1. Natural Gradients" in message.text
    assert server.count("sendMessage") == 2


@pytest.mark.parametrize("bot", ["kicked", "left"])
async def test_a_place_without_the_bot_is_given_up(surface: Telegram, server: LocalTelegram, bot: str) -> None:
    server.world.places[int(GROUP.id)].bot = bot

    error = await trouble(surface, GROUP)

    assert error.permanent
    assert isinstance(error.reason, Translatable)


async def test_a_topic_that_is_closed_or_deleted_is_given_up(surface: Telegram, server: LocalTelegram) -> None:
    server.world.places[int(GROUP.id)].topics[5] = "closed"

    closed, deleted = [await trouble(surface, Chat("telegram", GROUP.id, thread)) for thread in ("5", "6")]

    assert (closed.permanent, closed.reason) == (True, "the topic is closed")
    assert (deleted.permanent, deleted.reason) == (True, "the topic was deleted")


async def test_a_revoked_token_ends_no_subscription(surface: Telegram, server: LocalTelegram) -> None:
    server.revoked = True

    error = await trouble(surface)

    assert (error.permanent, error.retry_after) == (False, timedelta(minutes=5))


async def delivered(store: Store, surface: Telegram, *chats: Chat, rounds: int = 1) -> Sequence[Subscription]:
    """Each chat has a digest due; so many rounds are worked on it."""
    await fill(store)
    for chat in chats:
        await store.subscriptions.add(subscription(chat=chat, next_at=DUE))
    worker = Deliverer(store, {surface.name: surface}, owner="a", config=WorkerConfig())
    for number in range(rounds):
        await worker.round(DUE + timedelta(seconds=number))
    return [each for chat in chats for each in await store.subscriptions.of(chat)]


async def state(store: Store, chat: Chat) -> tuple[DeliveryState, str]:
    (delivery,) = await store.deliveries.of(chat, 9)
    return delivery.state, delivery.note


async def test_a_digest_of_which_nobody_knows_is_parked_and_not_sent_again(
    sqlite_store: Store, surface: Telegram, server: LocalTelegram
) -> None:
    server.fail("sendMessage", Fault("reset", after=True))

    await delivered(sqlite_store, surface, ADA, rounds=3)

    assert (await state(sqlite_store, ADA))[0] is DeliveryState.UNCERTAIN
    assert len(server.world.of(7)) == 1


async def test_a_person_who_blocked_the_bot_is_paused_with_the_reason(
    sqlite_store: Store, surface: Telegram, server: LocalTelegram
) -> None:
    server.world.places[7].bot = "kicked"

    (paused,) = await delivered(sqlite_store, surface, ADA, rounds=2)

    assert (paused.paused, paused.paused_detail) == (Pause.PLATFORM, tr("the bot was blocked"))
    assert server.count("sendMessage") == 1


async def test_a_refusal_that_nobody_knows_pauses_nobody(
    sqlite_store: Store, surface: Telegram, server: LocalTelegram
) -> None:
    server.refuse("sendMessage", 403, "Forbidden: a new kind of no")

    (running,) = await delivered(sqlite_store, surface, ADA)

    assert running.paused is None
    assert (await state(sqlite_store, ADA))[0] is DeliveryState.PLANNED


async def test_a_group_that_moved_gets_its_digest_once_where_it_is_now(
    sqlite_store: Store, surface: Telegram, server: LocalTelegram
) -> None:
    server.world.add_place(-4, kind="group", moved_to=int(GROUP.id))

    await delivered(sqlite_store, surface, Chat("telegram", "-4"), rounds=2)

    assert len(server.world.of(int(GROUP.id))) == 1
    assert (await state(sqlite_store, GROUP))[0] is DeliveryState.SENT
    assert [each.chat for each in await sqlite_store.subscriptions.of(GROUP)] == [GROUP]


@pytest.mark.parametrize("kind", ["502", "504", "reset"])
async def test_after_an_outage_the_chat_is_told_once_with_a_button(
    sqlite_store: Store, surface: Telegram, server: LocalTelegram, kind: str
) -> None:
    server.fail("sendMessage", Fault(kind))
    await delivered(sqlite_store, surface, ADA)
    worker = Deliverer(sqlite_store, {surface.name: surface}, owner="b", config=WorkerConfig())

    for minutes in (6, 10, 60):
        await worker.round(DUE + timedelta(minutes=minutes))

    (row,) = await sqlite_store.deliveries.of(ADA, 9)
    (notice,) = server.world.of(7)
    assert row.state is DeliveryState.UNCERTAIN
    assert notice.lines == [f"resend id:{row.id}", f"resend skip id:{row.id}"]


@pytest.mark.parametrize("resent", [True, False])
async def test_the_notice_says_what_became_of_the_digest_and_its_buttons_go(
    sqlite_store: Store, surface: Telegram, server: LocalTelegram, resent: bool
) -> None:
    server.fail("sendMessage", Fault("502"))
    await delivered(sqlite_store, surface, ADA)
    worker = Deliverer(sqlite_store, {surface.name: surface}, owner="b", config=WorkerConfig())
    await worker.round(DUE + timedelta(minutes=6))
    (notice,) = server.world.of(7)
    (row,) = await sqlite_store.deliveries.of(ADA, 9)

    change = sqlite_store.deliveries.resend if resent else sqlite_store.deliveries.leave_out
    assert await change(row.id, DUE + timedelta(minutes=9))
    for minutes in (10, 11, 12, 60):
        await worker.round(DUE + timedelta(minutes=minutes))

    assert (notice.edits, notice.keyboard) == (1, [])
    assert len(server.world.of(7)) == 1 + int(resent)
    sent_at = {each["unix_time"] for each in notice.entities if each["type"] == "date_time"}
    assert sent_at == ({int((DUE + timedelta(minutes=10)).timestamp())} if resent else set())


async def test_an_outage_that_goes_on_leaves_the_notice_for_later(
    sqlite_store: Store, surface: Telegram, server: LocalTelegram
) -> None:
    server.fail("sendMessage", *[Fault("502")] * 3)
    await delivered(sqlite_store, surface, ADA)
    worker = Deliverer(sqlite_store, {surface.name: surface}, owner="b", config=WorkerConfig())

    for minutes in range(6, 60, 6):
        await worker.round(DUE + timedelta(minutes=minutes))

    assert len(server.world.of(7)) == 1
    assert server.count("sendMessage") == 4
