from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from bot.domain.requests import Chat
from bot.sources import sample
from bot.storage import Store
from bot.storage.schema import metadata
from tests.conversation.conftest import Say, talk
from tests.conversation.ledger import sent
from tests.databases import connected

HERE = Chat("console", "terminal")
MONDAY_NINE = datetime(2026, 4, 27, 7, tzinfo=UTC)
LINES = [
    "agents -survey at 9:00 Europe/Berlin weekdays top 5 votes:>=20 empty:best",
    '"weekly planning" on announce not before 8:00 Asia/Tokyo repeat:30 role:"@Reading group" silent',
    "everything monthly on the 31st 18:30 America/New_York",
]


@pytest.fixture
async def rich(say: Say) -> Say:
    """A chat with three different subscriptions, one of them paused."""
    await say("/import " + "; ".join(LINES))
    await say("/pause 2")
    return say


def lines_of(export: str) -> str:
    """What a person copies: from the first line to import on; the terminal folds long ones."""
    return export[export.index("/import") :].strip()


async def test_an_export_says_everything_in_words(rich: Say) -> None:
    reply = " ".join((await rich("/export")).split())

    assert "/import agents -survey top:5 votes:>=20 empty:best weekdays at 09:00 Europe/Berlin" in reply
    assert (
        '/import "weekly planning" top:10 repeat:30 role:"@Reading group" silent:yes '
        "on announce not before 08:00 Asia/Tokyo paused" in reply
    )
    assert "/import everything top:10 monthly on the 31st at 18:30 America/New_York" in reply


async def test_what_was_exported_and_imported_is_the_same(rich: Say) -> None:
    before = await rich("/export")
    await rich("/forget everything")

    reply = await rich(lines_of(before))

    assert "3 subscriptions imported" in reply
    assert await rich("/export") == before
    assert "paused: by hand" in " ".join((await rich("/subscriptions")).split())


async def test_what_is_here_already_is_not_imported_twice(rich: Say) -> None:
    before = await rich("/export")

    reply = await rich(lines_of(before))

    assert "0 subscriptions imported" in reply
    assert "3 subscriptions were here already." in reply
    assert await rich("/export") == before


async def test_one_line_that_cannot_be_read_imports_nothing(say: Say) -> None:
    reply = await say("/import agents at 9:00 UTC; robots at 25:00 UTC")

    assert "25:00 is no time of day; did you mean 23:00?" in reply
    assert "Nothing was imported." in reply
    assert "No subscriptions yet" in await say("/subscriptions")


async def test_an_import_needs_its_zones(say: Say) -> None:
    assert "“agents at 9:00” says no time zone." in await say("/import agents at 9:00")


async def test_an_import_of_nothing_is_asked_about(say: Say) -> None:
    assert "Import what?" in await say("/import")


async def test_an_import_of_too_much_is_refused(say: Say) -> None:
    many = ";\n".join(f"topic{number} at 9:00 UTC" for number in range(30_000))

    assert "A chat has at most 25 subscriptions" in await say(f"/import {many}")


async def test_nothing_is_exported_of_nothing(say: Say) -> None:
    assert "Nothing to export" in await say("/export")


async def test_to_forget_is_asked_about_first(rich: Say) -> None:
    reply = await rich("/forget")

    assert "Delete everything that is kept of this chat?" in reply
    assert "3 subscriptions" in reply
    assert "/export" in reply
    assert "3 subscriptions\n" in await rich("/subscriptions")


def rows_about(url: str, chat: Chat) -> dict[str, int]:
    """How many rows of each table tell of a chat; those below a delivery are counted whole."""
    counts = {}
    with connected(url) as connection:
        for table in metadata.sorted_tables:
            query = sa.select(sa.func.count()).select_from(table)
            if "chat" in table.c:
                query = query.where(table.c.surface == chat.surface)
            elif not table.name.startswith("delivery_"):
                continue
            counts[table.name] = connection.scalar(query) or 0
    return counts


async def test_to_forget_deletes_every_row_about_the_chat(store_url: str, store: Store) -> None:
    await store.keep(sample.load())
    say = talk(store, sample.AS_OF)
    await say(f"/subscribe {LINES[0]} save")
    await sent(store, MONDAY_NINE, "2604.20796")
    await say("/subscribe robots at 9:00 UTC")
    await say("/trending")
    await say("/vote 1")
    assert all(rows_about(store_url, HERE).values())

    reply = await say("/forget everything")

    assert "Everything about this chat is deleted" in reply
    assert not any(rows_about(store_url, HERE).values())
    assert "Nothing was kept of this chat" in await say("/forget everything")
