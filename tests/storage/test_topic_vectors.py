"""Embeddings of topics in the store, and the migration that brings their table."""

from __future__ import annotations

from datetime import timedelta

from bot.storage import Store, open_store
from bot.storage.topic_vectors import TopicVector
from tests.builders import NOON
from tests.storage.former import add_subscription, former_schema
from tests.storage.ledger import HERE, subscription

#: the newest schema without the table
BEFORE = "0022"
MADE = TopicVector(b"\0\1", 0.25, 0.1, 100)


async def test_a_topic_has_one_vector_for_each_encoder(store: Store) -> None:
    long, newer = "many names, " * 500, TopicVector(b"\0\2", 0.3, 0.2, 200)
    await store.topic_vectors.put("one", long, MADE, NOON)
    await store.topic_vectors.put("other", long, MADE, NOON)
    await store.topic_vectors.put("other", long, newer, NOON)

    assert await store.topic_vectors.of("one", [long, "agents"]) == {long: MADE}
    assert await store.topic_vectors.of("other", [long]) == {long: newer}
    assert await store.topic_vectors.of("one", []) == {}


async def test_old_vectors_of_topics_that_nobody_follows_are_dropped(store: Store) -> None:
    for text, moment in (("followed", NOON), ("old", NOON), ("new", NOON + timedelta(days=2))):
        await store.topic_vectors.put("one", text, MADE, moment)

    await store.topic_vectors.keep_only(["followed"], NOON + timedelta(days=1))

    assert (await store.topic_vectors.of("one", ["followed", "old", "new"])).keys() == {"followed", "new"}


async def test_the_queries_of_subscriptions_are_told_once(store: Store) -> None:
    for query in ("agents", "agents", "robots"):
        await store.subscriptions.add(subscription(query=query))

    assert sorted(await store.subscriptions.queries()) == ["agents", "robots"]


async def test_a_populated_database_gets_the_table_and_keeps_the_rest(database_url: str) -> None:
    with former_schema(database_url, BEFORE) as connection:
        add_subscription(connection)

    async with open_store(database_url) as store:
        await store.topic_vectors.put("one", "agents", MADE, NOON)
        assert await store.topic_vectors.of("one", ["agents"]) == {"agents": MADE}
        assert [each.query for each in await store.subscriptions.of(HERE)] == ["agents"]
