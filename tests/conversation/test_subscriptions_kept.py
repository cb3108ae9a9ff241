from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from bot.domain.pages import Trouble
from bot.domain.requests import Chat, ChatDetails
from bot.domain.subscriptions import Pause
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


async def test_an_export_says_everything_in_words(rich: Say) -> None:
    assert (await rich("/export")).verbatim.splitlines() == [
        "/import agents -survey top:5 votes:>=20 empty:best weekdays at 09:00 Europe/Berlin",
        '/import "weekly planning" top:5 repeat:30 role:"@Reading group" silent:yes '
        "on announce not before 08:00 Asia/Tokyo paused",
        "/import everything top:5 monthly on the 31st at 18:30 America/New_York",
    ]


async def test_what_was_exported_and_imported_is_the_same(rich: Say, sample_store: Store) -> None:
    before = await rich("/export")
    await rich("/forget everything")

    await rich(before.verbatim)

    assert (await rich("/export")).verbatim == before.verbatim
    assert [each.paused for each in await sample_store.subscriptions.of(HERE)] == [None, Pause.PERSON, None]


async def test_what_is_here_already_is_not_imported_twice(rich: Say) -> None:
    before = await rich("/export")

    reply = await rich(before.verbatim)

    assert "3" in reply.page.intro
    assert (await rich("/export")).verbatim == before.verbatim


@pytest.mark.parametrize(
    ("settings", "facts"),
    [
        ("agents at 9:00 UTC; robots at 25:00 UTC", ("25:00", "23:00")),
        ("robots at 9:00 UTC; agents at 9:00", ("agents at 9:00", "/export")),
        ("", ("/export",)),
        (";\n".join(f"topic{number} at 9:00 UTC" for number in range(30_000)), ("25",)),
    ],
    ids=["no time", "no zone", "nothing", "too much"],
)
async def test_what_cannot_be_imported_imports_nothing(
    say: Say, sample_store: Store, settings: str, facts: Sequence[str]
) -> None:
    reply = await say(f"/import {settings}")

    assert reply.refused
    assert all(fact in reply for fact in facts)
    assert await sample_store.subscriptions.of(HERE) == []


async def test_nothing_is_exported_of_nothing(say: Say) -> None:
    assert (await say("/export")).verbatim == ""


async def test_to_forget_is_asked_about_first(rich: Say, sample_store: Store) -> None:
    reply = await rich("/forget")

    assert reply.commands == ["forget everything", "export"]
    assert "3" in reply.page.intro
    assert len(await sample_store.subscriptions.of(HERE)) == 3


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
    await say("/language de")
    for line in ("/taste more agents", "/taste mild", "/taste chat more agents", "/taste chat mild"):
        await say(line)
    await store.known_chats.put([ChatDetails(HERE, "Terminal")], sample.AS_OF)
    await store.known_chats.add_manager(HERE, "ada", sample.AS_OF)
    await store.greetings.claim(HERE, sample.AS_OF)
    await store.removed_chats.put(HERE.surface, [HERE.id], sample.AS_OF)
    named = [each.id for each in await store.deliveries.of(HERE, 9)]
    await store.sent_notices.add(HERE, "m", "n", named, sample.AS_OF)
    assert all(rows_about(store_url, HERE).values())

    forgotten = await say("/forget everything")
    again = await say("/forget everything")

    assert (forgotten.trouble, again.trouble) == (Trouble.NONE, Trouble.NONE)
    assert forgotten.page.title != again.page.title
    assert not any(rows_about(store_url, HERE).values())
