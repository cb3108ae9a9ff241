"""What is stored of the layout of digests, and the migration that brings its column."""

from __future__ import annotations

import sqlalchemy as sa

from bot.domain.pages import Layout
from bot.domain.subscriptions import Pause
from bot.storage import Store, open_store
from tests.databases import connected
from tests.storage.former import add_subscription, former_schema
from tests.storage.ledger import HERE, subscription

BEFORE = "0016"


async def test_a_subscription_keeps_its_layout(store: Store) -> None:
    kept = [await store.subscriptions.add(subscription(layout=each)) for each in Layout]

    assert [each.layout for each in await store.subscriptions.of(HERE)] == list(Layout)
    assert [each.layout for each in kept] == list(Layout)


async def test_a_subscription_in_an_unknown_layout_is_paused_with_a_reason(database_url: str) -> None:
    async with open_store(database_url) as store:
        await store.subscriptions.add(subscription())
        with connected(database_url) as connection:
            connection.execute(sa.text("UPDATE subscriptions SET layout = 'poster'"))
        (found,) = await store.subscriptions.of(HERE)

    assert found.paused is Pause.UNREADABLE
    assert "poster" in found.paused_detail


async def test_stored_subscriptions_keep_their_size_and_become_compact(database_url: str) -> None:
    with former_schema(database_url, BEFORE) as connection:
        add_subscription(connection)

    async with open_store(database_url) as store:
        (kept,) = await store.subscriptions.of(HERE)

    assert (kept.query, kept.size, kept.layout) == ("agents", 10, Layout.COMPACT)
