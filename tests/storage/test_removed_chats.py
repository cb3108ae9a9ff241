"""Data of chats that removed the bot: deleted after the promised time, kept if the bot comes back before."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.requests import Chat
from bot.services.retention import RetentionService
from bot.storage import Store, migrate, open_store
from bot.storage.chats import OF_A_CHAT
from bot.storage.conversations import Conversation
from bot.storage.schema import removed_chats, subscriptions, taste_words
from tests.builders import NOON
from tests.databases import connected
from tests.storage.former import add_subscription, former_schema
from tests.storage.ledger import DAY, DUE, HOUR, claimed, sent, start, subscription

AFTER = 90 * DAY
GONE, TOPIC, STAYS = Chat("test", "1"), Chat("test", "1", "7"), Chat("test", "2")


def keeping(store: Store, owner: str = "a") -> RetentionService:
    return RetentionService(store, AFTER, owner)


async def fill(store: Store, *chats: Chat) -> None:
    """Each chat has subscriptions, deliveries, shown papers, a language, a vote and a conversation."""
    for chat in chats:
        await store.subscriptions.add(subscription(chat=chat))
        await store.languages.choose_for_chat(chat, "de", NOON)
        await store.votes.put(chat, "ada", "2604.00001", 1, NOON)
        await store.conversations.put(chat, Conversation(command="trending"), NOON)
        await store.shown.remember(chat, ["2604.00001"], NOON)
        await store.drafts.put(chat, "agents at 9", NOON)
    await store.deliveries.plan(DUE)
    for delivery in await store.deliveries.claim("test", "a", DUE, timedelta(minutes=1), 99):
        await store.deliveries.begin([start(delivery)], DUE)
        await store.deliveries.mark([sent(delivery, "2604.00001")], DUE)


def rows(url: str, chat: Chat) -> int:
    """The number of rows of a chat, in all of its threads."""
    with connected(url) as connection:
        return sum(
            connection.scalar(
                sa.select(sa.func.count())
                .select_from(table)
                .where(table.c.surface == chat.surface, table.c.chat == chat.id)
            )
            or 0
            for table in OF_A_CHAT
        )


async def test_everything_about_a_chat_is_deleted_when_its_time_is_over(store_url: str) -> None:
    async with open_store(store_url) as store:
        await fill(store, GONE, TOPIC, STAYS)
        before = rows(store_url, STAYS)
        await store.removed_chats.put("test", ["1"], NOON)

        assert await keeping(store).run(NOON + AFTER) == 0
        assert rows(store_url, GONE) > 2 * before
        assert await keeping(store).run(NOON + AFTER + timedelta(seconds=1)) == 1

        assert (rows(store_url, GONE), rows(store_url, STAYS)) == (0, before)
        assert await store.removed_chats.removed_at(GONE) is None


async def test_a_topic_that_is_gone_takes_nothing_of_its_group_along(store_url: str) -> None:
    async with open_store(store_url) as store:
        await fill(store, GONE, TOPIC)
        half = rows(store_url, GONE) // 2
        row = {"surface": "test", "chat": "1", "thread": "7", "removed_at": NOON}
        with connected(store_url) as connection:
            connection.execute(sa.insert(removed_chats).values(row))

        assert await keeping(store).run(NOON + AFTER + HOUR) == 1

        assert rows(store_url, GONE) == half
        assert await store.subscriptions.of(TOPIC) == []
        assert len(await store.subscriptions.of(GONE)) == 1


async def test_a_chat_that_comes_back_in_time_keeps_everything(store_url: str) -> None:
    async with open_store(store_url) as store:
        await fill(store, GONE)
        before = rows(store_url, GONE)
        await store.removed_chats.put("test", ["1"], NOON)

        await store.removed_chats.drop("test", ["1"])

        assert await keeping(store).run(NOON + 10 * AFTER) == 0
        assert rows(store_url, GONE) == before


async def test_the_first_removal_counts_and_chats_without_data_are_not_recorded(store: Store) -> None:
    await fill(store, GONE)

    await store.removed_chats.put("test", ["1", "unknown", ""], NOON)
    await store.removed_chats.put("test", ["1"], NOON + 50 * DAY)

    assert await store.removed_chats.removed_at(TOPIC) == NOON
    assert await store.removed_chats.removed_at(Chat("test", "unknown")) is None


async def test_use_of_the_bot_lets_the_time_begin_again(store: Store) -> None:
    await fill(store, GONE)
    await store.removed_chats.put("test", ["1"], NOON)

    await store.conversations.put(GONE, Conversation(command="papers"), NOON + 80 * DAY)

    assert await keeping(store).run(NOON + AFTER + DAY) == 0
    assert await store.removed_chats.removed_at(GONE) == NOON + 80 * DAY


async def test_a_subscription_that_is_resumed_or_added_ends_the_removal(store: Store) -> None:
    await fill(store, GONE)
    (mine,) = await store.subscriptions.of(GONE)
    await store.removed_chats.put("test", ["1"], NOON)
    await store.subscriptions.resume(mine.id, DUE + DAY)
    assert await store.removed_chats.removed_at(GONE) is None

    await store.removed_chats.put("test", ["1"], NOON)
    await store.subscriptions.add(subscription(chat=GONE, query="agents"))
    assert await store.removed_chats.removed_at(GONE) is None


@pytest.mark.parametrize("removed", [True, False])
async def test_a_delivery_that_is_refused_as_the_bot_was_removed_records_it(store: Store, removed: bool) -> None:
    await store.subscriptions.add(subscription())
    delivery = await claimed(store)

    chat = delivery.chat if removed else None
    await store.deliveries.refuse(delivery.attempt, delivery.subscription_id, "the bot was blocked", DUE, chat)

    assert await store.removed_chats.removed_at(delivery.chat) == (DUE if removed else None)


async def test_a_group_that_moves_takes_its_removal_along(store: Store) -> None:
    await fill(store, GONE)
    await store.removed_chats.put("test", ["1"], NOON)

    await store.chats.move(GONE, Chat("test", "-100"))

    assert await store.removed_chats.removed_at(Chat("test", "-100")) == NOON


async def test_a_private_chat_takes_the_taste_of_its_person_along(store_url: str) -> None:
    async with open_store(store_url) as store:
        await fill(store, GONE)
        for person in ("1", "ada"):
            await _say(store_url, person, NOON)
        await store.removed_chats.put("test", ["1"], NOON)

        await keeping(store).run(NOON + AFTER + DAY)

    with connected(store_url) as connection:
        assert connection.scalars(sa.select(taste_words.c.person)).all() == ["ada"]


async def _say(url: str, person: str, now: datetime) -> None:
    owner = {"surface": "test", "chat": "", "thread": "", "person": person}
    with connected(url) as connection:
        connection.execute(
            sa.insert(taste_words).values(owner | {"word": "agents", "value": 1, "times": 1, "said_at": now})
        )


async def test_one_process_of_several_does_it_once_a_day(store_url: str) -> None:
    now = NOON + AFTER + DAY
    async with open_store(store_url) as first, open_store(store_url) as second:
        await fill(first, GONE, STAYS)
        await first.removed_chats.put("test", ["1"], NOON)
        assert [await keeping(each, name).run_daily(now) for each, name in ((first, "a"), (second, "b"))] == [1, 0]

        await first.removed_chats.put("test", ["2"], NOON)
        assert [await keeping(each).run_daily(now + 23 * HOUR) for each in (first, second)] == [0, 0]
        assert [await keeping(each).run_daily(now + 25 * HOUR) for each in (second, first)] == [1, 0]


async def test_a_clock_that_was_set_back_does_not_end_the_daily_job(store: Store) -> None:
    assert await store.notes.take_turn("job", "a", NOON + 400 * DAY, DAY)

    assert await store.notes.take_turn("job", "a", NOON, DAY)
    assert not await store.notes.take_turn("job", "a", NOON + HOUR, DAY)


async def test_many_chats_are_deleted_in_short_transactions(store_url: str) -> None:
    count = 300
    async with open_store(store_url) as store, open_store(store_url) as other:
        with connected(store_url) as connection:
            values = [_row(number) for number in range(count)]
            connection.execute(sa.insert(subscriptions), values)
            connection.execute(
                sa.insert(removed_chats),
                [{"surface": "test", "chat": str(n), "thread": "", "removed_at": NOON} for n in range(count)],
            )
        transactions = 0

        def stop() -> bool:
            nonlocal transactions
            transactions += 1
            return False

        assert await keeping(store).run(NOON + AFTER + DAY, should_stop=stop) == count

        assert transactions > count // 20
        assert await other.subscriptions.count() == 0


async def test_a_process_that_stops_leaves_the_rest(store: Store) -> None:
    await fill(store, GONE)
    await store.removed_chats.put("test", ["1"], NOON)

    assert await keeping(store).run(NOON + AFTER + DAY, should_stop=lambda: True) == 0
    assert await store.removed_chats.removed_at(GONE) == NOON


def _row(number: int) -> dict[str, object]:
    return {
        "surface": "test",
        "chat": str(number),
        "thread": "",
        "query": "",
        "zone": "UTC",
        "days": 127,
        "announced": False,
        "size": 5,
        "threshold": 0,
        "empty": "note",
        "silent": False,
        "role": "",
        "paused": "platform",
        "created_at": NOON,
    }


async def test_chats_that_were_removed_before_the_upgrade_are_recorded_from_then_on(database_url: str) -> None:
    given = (
        ("1", "", "platform", "the bot was removed from the chat"),
        ("1", "7", "platform", "the bot was removed from the chat"),
        ("2", "7", "platform", "the topic was deleted"),
        ("3", "", "platform", "the bot isn't allowed to write there"),
        ("4", "", "person", ""),
        ("5", "", "", ""),
    )
    with former_schema(database_url, "0025") as connection:
        for chat, thread, paused, detail in given:
            add_subscription(connection, chat=chat, thread=thread, paused=paused, paused_detail=detail)

        migrate.upgrade(connection)

        found = connection.execute(sa.select(removed_chats.c.chat, removed_chats.c.thread, removed_chats.c.removed_at))
        recorded = {(row.chat, row.thread): row.removed_at for row in found}
    assert recorded.keys() == {("1", ""), ("2", "7")}
    async with open_store(database_url) as store:
        assert await store.subscriptions.count() == len(given)
        assert await keeping(store).run(min(recorded.values()) + AFTER - HOUR) == 0
        assert await keeping(store).run(max(recorded.values()) + AFTER + HOUR) == 2
        assert await store.subscriptions.count() == 3
