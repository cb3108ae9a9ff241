"""How long it takes to delete the data of many chats that removed the bot, and how long others wait meanwhile.

python -m tests.benchmarks.retention [--chats 10000] [--database sqlite postgresql]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.services.retention import RetentionService
from bot.storage import Store, open_store
from bot.storage.address import parse
from bot.storage.database import open_database
from bot.storage.schema import deliveries, removed_chats, shown_papers, subscriptions
from tests.builders import NOON
from tests.databases import running_postgres, sqlite_url
from tests.storage.ledger import DAY, subscription

#: deliveries of each chat
_DAYS = 5
_AFTER = 90 * DAY


@contextmanager
def database(kind: str) -> Iterator[str]:
    """An empty database on disk."""
    with tempfile.TemporaryDirectory() as home:
        if kind == "sqlite":
            yield sqlite_url(Path(home))
            return
        with running_postgres() as server, server.database() as url:
            yield url


async def fill(url: str, chats: int) -> None:
    """Each chat has a subscription, some deliveries and the papers shown in them."""
    async with open_store(url) as store:
        await store.subscriptions.add(subscription())
        await store.deliveries.plan(NOON)
    async with open_database(parse(url)) as opened, opened.write() as connection:
        like = {
            table: {name: value for name, value in row.items() if name != "id"}
            for table in (subscriptions, deliveries)
            for row in [(await connection.execute(sa.select(table))).mappings().first()]
            if row
        }
        names = [str(number) for number in range(2, chats + 2)]
        await connection.execute(sa.insert(subscriptions), [like[subscriptions] | {"chat": name} for name in names])
        for day in range(_DAYS):
            facts = {"local_date": date(2026, 1, 1) + timedelta(days=day), "state": "sent"}
            rows = [like[deliveries] | facts | {"chat": name, "subscription_id": int(name)} for name in names]
            await connection.execute(sa.insert(deliveries), rows)
            shown = {"surface": "test", "thread": "", "delivery_id": day, "paper_ids": ("a", "b"), "shown_at": NOON}
            await connection.execute(sa.insert(shown_papers), [shown | {"chat": name} for name in names])
        removed = {"surface": "test", "thread": "", "removed_at": NOON}
        await connection.execute(sa.insert(removed_chats), [removed | {"chat": name} for name in names])


async def _wait_of_others(store: Store, done: asyncio.Event) -> list[float]:
    """Return how long each of many small writes took."""
    waits = []
    while not done.is_set():
        began = time.monotonic()
        await store.notes.put("ping", "", NOON)
        waits.append(time.monotonic() - began)
        await asyncio.sleep(0.01)
    return sorted(waits)


async def measure(url: str, chats: int) -> dict[str, float]:
    """Delete everything while another connection writes."""
    await fill(url, chats)
    done = asyncio.Event()
    async with open_store(url) as store:
        others = asyncio.create_task(_wait_of_others(store, done))
        began = time.monotonic()
        deleted = await RetentionService(store, _AFTER).run(NOON + _AFTER + DAY)
        seconds = time.monotonic() - began
        done.set()
        waits = await others
    return {
        "chats": deleted,
        "seconds": round(seconds, 1),
        "write_p50_ms": round(waits[len(waits) // 2] * 1000, 1),
        "write_p99_ms": round(waits[int(len(waits) * 0.99)] * 1000, 1),
        "write_max_ms": round(waits[-1] * 1000, 1),
    }


def main() -> None:
    """Read from the command line what to measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.retention", description=__doc__)
    parser.add_argument("--chats", type=int, default=10_000)
    parser.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    asked = parser.parse_args()
    for kind in asked.database:
        with database(kind) as url:
            figures = asyncio.run(measure(url, asked.chats))
        print(json.dumps({"database": kind, **figures}))


if __name__ == "__main__":
    main()
