"""Somebody else locks the database while people ask and digests are due: everybody is served, or told why not."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.commands import Commands
from bot.commands.engine import Engine
from bot.deliver import serve
from bot.models import Chat, DeliveryState, Request
from bot.page import Page, Trouble
from bot.store import Store, open_store
from bot.store.admission import Waits
from bot.store.notes import ZONES
from tests.databases import Postgres, make_tables, sqlite_url
from tests.proofs.results import note
from tests.rounds.ledger import fill, worker
from tests.rounds.postbox import Postbox
from tests.store.ledger import subscription

PEOPLE, CHATS = 40, 10
#: a process of somebody else's, as a backup or an administrator would have it
_LOCKS_A_FILE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
"""
_LOCKS_A_TABLE = """
import psycopg, sys
with psycopg.connect(sys.argv[1]) as connection:
    connection.execute("lock table papers in access exclusive mode")
    print("locked", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def locked(program: str, argument: str) -> Iterator[None]:
    """Another process holds the lock for as long as the context lasts."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", program, argument], stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        yield
        process.communicate("enough\n", timeout=30)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What people were answered, how long the longest of them waited, and what arrived."""

    pages: list[Page]
    slowest: float
    arrived: Counter[str]
    states: Counter[DeliveryState]
    #: of the digests, how many had arrived while the lock was held
    meanwhile: int

    @property
    def told(self) -> str:
        served = sum(page.trouble is not Trouble.BUSY for page in self.pages)
        sent = self.states[DeliveryState.SENT]
        return (
            f"{served} of {len(self.pages)} people got their answer, the others a sentence; the slowest after "
            f"{self.slowest:.0f} s; {self.meanwhile} digests sent meanwhile, {sent} in the end"
        )

    def judge(self) -> None:
        """Nobody was forgotten."""
        assert len(self.pages) == PEOPLE
        for page in self.pages:
            assert page.trouble in (Trouble.NONE, Trouble.BUSY), page
        assert self.states == {DeliveryState.SENT: CHATS}
        assert self.arrived == {str(chat): 1 for chat in range(CHATS)}


async def under_lock(url: str, program: str, argument: str, seconds: float, waits: Waits) -> Outcome:
    """A worker that serves, people who ask for papers, and digests that become due, while somebody holds a lock."""
    box, stop = Postbox(nonced=False), asyncio.Event()
    async with open_store(url, waits) as store:
        await fill(store, at=now() - timedelta(hours=1))
        # else a start works out anew when they are due, and that was at nine
        await store.notes.put(ZONES, version("tzdata"), now())
        for chat in range(CHATS):
            due = now() + timedelta(seconds=seconds * (0.2 + 0.06 * chat))
            await store.subscriptions.add(subscription(chat=Chat("test", str(chat)), next_at=due))
        serving = asyncio.create_task(serve(worker(store, box), store, now, stop, tick_seconds=0.2))
        with locked(program, argument):
            until = time.monotonic() + seconds
            asking = [
                asyncio.create_task(ask(store, number, seconds * number / 2 / PEOPLE)) for number in range(PEOPLE)
            ]
            await asyncio.sleep(max(0.0, until - time.monotonic()))
            assert not serving.done(), "the worker ended"
            meanwhile = len(box.arrived)
        answered = await asyncio.gather(*asking)
        deadline = time.monotonic() + 120
        while len(await store.deliveries.find(state=DeliveryState.SENT)) < CHATS:
            assert not serving.done(), "the worker ended"
            assert time.monotonic() < deadline, [(each.state, each.note) for each in await store.deliveries.find()]
            await asyncio.sleep(0.1)
        stop.set()
        await serving
        states = Counter(each.state for each in await store.deliveries.find())
    return Outcome(
        [page for page, _ in answered],
        max(waited for _, waited in answered),
        Counter(message.chat.id for message in box.arrived),
        states,
        meanwhile,
    )


async def ask(store: Store, number: int, after: float) -> tuple[Page, float]:
    """Somebody wants papers, and waits for the answer."""
    await asyncio.sleep(after)
    began = time.monotonic()
    request = Request(chat=Chat("test", f"of {number}"), person=str(number), command="papers", argument="agents")
    return await Commands(Engine(store), now).handle(request), time.monotonic() - began


def now() -> datetime:
    return datetime.now(UTC)


def plain(url: str) -> str:
    """The address as the driver takes it."""
    return url.replace("postgresql+psycopg://", "postgresql://")


async def on_postgresql(postgres: Postgres, seconds: float, waits: Waits) -> Outcome:
    with postgres.database() as url:
        make_tables(url)
        return await under_lock(url, _LOCKS_A_TABLE, plain(url), seconds, waits)


async def on_sqlite(directory: Path, seconds: float, busy_seconds: float, waits: Waits) -> Outcome:
    url = sqlite_url(directory)
    make_tables(url)
    path = str(directory / "papers.db")
    return await under_lock(f"{url}?timeout={busy_seconds:g}", _LOCKS_A_FILE, path, seconds, waits)


HURRIED = Waits(lock=0.4, statement=5, people=0.6, ledger=1.0)


async def test_a_locked_table_is_survived_and_everybody_is_served_or_told(postgres: Postgres) -> None:
    outcome = await on_postgresql(postgres, 3, HURRIED)

    outcome.judge()
    assert [page for page in outcome.pages if page.trouble is Trouble.BUSY]


async def test_a_locked_file_is_survived_and_everybody_is_served_or_told(tmp_path: Path) -> None:
    outcome = await on_sqlite(tmp_path, 3, 0.4, HURRIED)

    outcome.judge()
    # who only asks needs nothing to be written
    assert not [page for page in outcome.pages if page.trouble is Trouble.BUSY]


@pytest.mark.proof
async def test_a_table_that_is_locked_for_75_s(postgres: Postgres) -> None:
    outcome = await on_postgresql(postgres, 75, Waits())

    note("`lock table papers in access exclusive mode` for 75 s", outcome.told)
    outcome.judge()


@pytest.mark.proof
async def test_a_file_that_is_locked_for_75_s(tmp_path: Path) -> None:
    outcome = await on_sqlite(tmp_path, 75, 20, Waits())

    note("`BEGIN EXCLUSIVE` by another process for 75 s", outcome.told)
    outcome.judge()
