"""What is stored of the layout of digests, and the migration that brings its column."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command

from bot.domain.pages import Layout
from bot.domain.subscriptions import Pause
from bot.storage import Store, migrate, open_store
from bot.storage.schema import metadata
from tests.databases import connected
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
    with connected(database_url) as connection:
        migrate.create(connection)
        metadata.drop_all(connection)
        migrate.version_table.drop(connection)
        migrate.version_table.create(connection)
        command.upgrade(migrate.alembic_config(connection), BEFORE)
        connection.execute(
            sa.text(
                "INSERT INTO subscriptions (surface, chat, thread, query, zone, days, announced, size, threshold,"
                " empty, silent, role, paused, created_at, at) VALUES ('test', '1', '', 'agents', 'UTC', 127, false,"
                " 10, 0, 'note', false, '', '', '2026-04-01 00:00:00+00:00', '09:00:00')"
            )
        )

    async with open_store(database_url) as store:
        (kept,) = await store.subscriptions.of(HERE)

    assert (kept.query, kept.size, kept.layout) == ("agents", 10, Layout.COMPACT)
