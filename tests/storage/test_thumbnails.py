"""What is stored of the pictures of papers, and the migration that brings their columns."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.domain.subscriptions import Pause
from bot.storage import Store, open_store
from tests.builders import NOON, paper
from tests.databases import connected, sqlite_url
from tests.storage.former import CREATED, add_row, add_subscription, former_schema
from tests.storage.harvests import harvest
from tests.storage.ledger import HERE, subscription

BEFORE = "0021"
PICTURE = "https://pictures.example.org/2604.00001.png"


async def test_a_subscription_keeps_whether_it_shows_pictures(store: Store) -> None:
    for shown in (True, False):
        await store.subscriptions.add(subscription(thumbnails=shown))

    assert [each.thumbnails for each in await store.subscriptions.of(HERE)] == [True, False]


async def test_another_source_without_a_picture_does_not_erase_it(store: Store) -> None:
    bare = paper("2604.00001")
    await store.keep(harvest(replace(bare, thumbnail_url=PICTURE)))

    await store.keep(harvest(bare, seen_at=NOON + timedelta(hours=1)))

    (kept,) = await store.papers.many(["2604.00001"])
    assert kept.thumbnail_url == PICTURE


async def test_an_unreadable_choice_of_pictures_pauses_with_a_reason(tmp_path: Path) -> None:
    # PostgreSQL has a type for it
    url = sqlite_url(tmp_path)
    async with open_store(url) as store:
        await store.subscriptions.add(subscription())
        with connected(url) as connection:
            connection.execute(sa.text("UPDATE subscriptions SET thumbnails = 'perhaps'"))
        (found,) = await store.subscriptions.of(HERE)

    assert found.paused is Pause.UNREADABLE
    assert "thumbnails" in found.paused_detail


async def test_stored_papers_and_subscriptions_stay_as_they_were(database_url: str) -> None:
    with former_schema(database_url, BEFORE) as connection:
        add_row(
            connection,
            "papers",
            id="2604.00001",
            title="Engines",
            abstract="",
            summary="",
            summary_by="",
            authors="[]",
            organization="",
            categories="[]",
            keywords="[]",
            code_url="",
            project_url="",
            first_seen_at=CREATED,
            last_seen_at=CREATED,
        )
        add_subscription(connection, layout="full")

    async with open_store(database_url) as store:
        (kept,) = await store.subscriptions.of(HERE)
        (known,) = await store.papers.many(["2604.00001"])
        await store.keep(harvest(replace(known, thumbnail_url=PICTURE), seen_at=NOON))
        (pictured,) = await store.papers.many(["2604.00001"])

    assert (kept.query, kept.size, str(kept.layout), kept.thumbnails) == ("agents", 10, "full", True)
    assert (known.title, known.thumbnail_url) == ("Engines", "")
    assert pictured.thumbnail_url == PICTURE
