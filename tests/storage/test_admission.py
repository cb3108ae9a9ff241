"""Who may use the database when many want to: people never take what the ledger needs, and nobody waits for ever."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import AsyncExitStack

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

from bot.domain.errors import StoreError
from bot.storage.address import parse
from bot.storage.admission import AT_ONCE, RESERVED, Connections, Full, Waits, WriteTurns, for_ledger
from bot.storage.database import Database, open_database
from bot.storage.errors import explain

SOON = Waits(people=0.05, ledger=0.05, lock=0.1)
PATIENT = Waits(people=20, ledger=20)


async def held(connections: Connections, stack: AsyncExitStack, count: int) -> None:
    """So many transactions stay open."""
    for _ in range(count):
        await stack.enter_async_context(connections.one())


async def test_people_never_take_what_is_kept_for_the_ledger() -> None:
    connections = Connections(SOON, at_once=5, reserved=2)

    async with AsyncExitStack() as stack:
        await held(connections, stack, 3)
        with pytest.raises(Full):
            await held(connections, stack, 1)
        with for_ledger():
            await held(connections, stack, 2)
            with pytest.raises(Full):
                await held(connections, stack, 1)

    async with AsyncExitStack() as stack:
        await held(connections, stack, 3)


async def test_who_has_waited_in_vain_leaves_nothing_taken() -> None:
    connections = Connections(Waits(people=5), at_once=2, reserved=1)

    async with AsyncExitStack() as stack:
        await held(connections, stack, 1)
        waiting = [asyncio.create_task(held(connections, AsyncExitStack(), 1)) for _ in range(3)]
        await asyncio.sleep(0)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    async with AsyncExitStack() as stack, asyncio.timeout(30):
        await held(connections, stack, 1)


async def written(turns: WriteTurns, order: list[str], name: str) -> None:
    async with turns.one():
        order.append(name)
        await asyncio.sleep(0)


async def test_the_ledger_and_people_take_turns_to_write() -> None:
    turns, order = WriteTurns(PATIENT), list[str]()

    async with turns.one():
        tasks = [asyncio.create_task(written(turns, order, f"person {number}")) for number in range(4)]
        with for_ledger():
            tasks += [asyncio.create_task(written(turns, order, f"ledger {number}")) for number in range(3)]
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)

    assert order == ["ledger 0", "person 0", "ledger 1", "person 1", "ledger 2", "person 2", "person 3"]


async def test_a_turn_to_write_is_given_up_after_a_while_and_passed_on() -> None:
    turns, order = WriteTurns(SOON), list[str]()

    async with turns.one():
        with pytest.raises(Full):
            await written(turns, order, "in vain")
        cancelled = asyncio.create_task(written(turns, order, "cancelled"))
        await asyncio.sleep(0)
    # the turn is theirs already, and they never come to know
    cancelled.cancel()
    await asyncio.gather(cancelled, return_exceptions=True)
    await written(turns, order, "the next")

    assert order == ["the next"]


@pytest.fixture
async def database(store_url: str) -> Database:  # type: ignore[misc]
    async with open_database(parse(store_url), waits=SOON) as opened:
        yield opened


async def test_a_crowd_leaves_connections_to_the_ledger(database: Database) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(AT_ONCE - RESERVED):
            await stack.enter_async_context(database.read())
        with pytest.raises(StoreError, match=r"is busy: no connection became available in time\. Try again"):
            await count(database)
        with for_ledger():
            assert await count(database) == 0
            async with database.write() as connection:
                assert await connection.scalar(sa.text("SELECT 1")) == 1


async def test_a_hundred_at_once_are_served_in_turn(store_url: str) -> None:
    async with open_database(parse(store_url), waits=PATIENT) as database:
        counted = await asyncio.gather(*(count(database) for _ in range(100)))

    assert counted == [0] * 100


async def count(database: Database) -> int:
    async with database.read() as connection:
        return await connection.scalar(sa.text("SELECT count(*) FROM papers")) or 0


@pytest.mark.parametrize("url", ["sqlite:////var/papers.db", "postgresql://me:s3cret@db/papers"])
@pytest.mark.parametrize(
    "error",
    [
        exc.TimeoutError("QueuePool limit"),
        exc.DisconnectionError("gone"),
        exc.ResourceClosedError("This Connection is closed"),
        exc.PendingRollbackError("Can't reconnect until invalid transaction is rolled back"),
        exc.InterfaceError("SELECT 1", {}, Exception("connection already closed")),
        exc.OperationalError("SELECT 1", {}, sqlite3.OperationalError("unable to do anything")),
        exc.InternalError("SELECT 1", {}, Exception("something of its own")),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_trouble_of_the_database_is_a_sentence(url: str, error: Exception) -> None:
    sentence = explain(error, parse(url))

    assert sentence
    assert "Try again" in sentence or "Check that the server is running" in sentence
    assert "s3cret" not in sentence
    assert "SELECT" not in sentence


@pytest.mark.parametrize(
    "error",
    [
        exc.IntegrityError("INSERT", {}, Exception("NOT NULL constraint failed")),
        exc.ProgrammingError("SELEC", {}, Exception("syntax error")),
        exc.ArgumentError("no such column"),
        exc.CompileError("cannot compile"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_fault_in_our_own_statements_is_none_of_the_databases(error: Exception) -> None:
    assert explain(error, parse("sqlite:////var/papers.db")) is None
