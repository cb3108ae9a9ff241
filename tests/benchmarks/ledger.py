"""How quickly digests are planned, claimed and sent, and what a worker needs for it.

    python -m tests.benchmarks.ledger [--rows 10000 100000 1000000] [--database sqlite postgresql] [--chunks 5 100]

One line of JSON for each figure. Every measurement is a process of its own: `cpu_ms_each` and `peak_mb` are its own,
without the database server's. The sink takes messages over a socket, in another process, as fast as it can.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import resource
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from itertools import product
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import sqlalchemy as sa

from bot.app.cli.working import settle
from bot.domain.deliveries import Delivery, DeliveryState
from bot.services.delivery.deliverer import Deliverer
from bot.services.delivery.worker_config import WorkerConfig
from bot.sources import sample
from bot.storage import Store, open_store
from bot.storage.delivery_progress import Sent, Start
from tests.benchmarks.sink import Sink, serving
from tests.databases import connected, running_postgres, sqlite_url

NOW = sample.AS_OF
LEASE = timedelta(seconds=90)
#: deliveries that are claimed and marked, or sent, to measure how quickly
MEASURED = 5_000
#: seconds between two looks at the event loop
_LOOK = 0.002

Figures = dict[str, float]

_SUBSCRIPTIONS = """
INSERT INTO subscriptions (surface, chat, thread, query, "at", zone, days, announced, size, threshold, empty, silent,
                           role, next_at, paused, created_at)
SELECT 'sink', CAST(n AS TEXT), '', {query}, '09:00:00.000000', 'Europe/Berlin', 127, {no}, 10, 0, 'note', {no},
       '', '{due}', '', '{due}'
FROM {numbers}
"""
_NUMBERS = {
    "sqlite": "(WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < {rows}) "
    "SELECT n FROM count) AS numbers",
    "postgresql": "generate_series(1, {rows}) AS numbers(n)",
}


def subscribe(url: str, rows: int) -> None:
    """So many chats wait for a digest of the same moment, one in ten with words of its own."""
    query = "CASE WHEN n % 10 = 0 THEN 'agents -survey' WHEN n % 10 = 5 THEN 'video' ELSE '' END"
    with connected(url) as connection:
        kind = connection.dialect.name
        numbers = _NUMBERS[kind].format(rows=rows)
        no = "0" if kind == "sqlite" else "false"
        due = f"{NOW:%Y-%m-%d %H:%M:%S}.000000" + ("" if kind == "sqlite" else "+00")
        connection.execute(sa.text(_SUBSCRIPTIONS.format(query=query, no=no, due=due, numbers=numbers)))
        connection.execute(sa.text("ANALYZE"))


class Lag:
    """How long, at the longest, the event loop let somebody wait who wanted to go on at once."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._watching = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        while True:
            before = perf_counter()
            await asyncio.sleep(_LOOK)
            self.longest = max(self.longest, perf_counter() - before - _LOOK)

    def end(self) -> Figures:
        """The figure."""
        self._watching.cancel()
        return {"longest_lag_ms": round(self.longest * 1000)}


async def planned(store: Store, rows: int) -> Figures:
    """Everything is due at once."""
    lag, longest, started, cpu = Lag(), 0.0, perf_counter(), process_time()
    while True:
        before = perf_counter()
        some = await store.deliveries.plan(NOW)
        longest = max(longest, perf_counter() - before)
        if not some:
            break
    seconds = perf_counter() - started
    return {
        "planned_per_second": round(rows / seconds),
        "cpu_ms_each": round((process_time() - cpu) / rows * 1000, 3),
        "longest_transaction_ms": round(longest * 1000),
        **lag.end(),
    }


async def marked(store: Store, rows: int, chunk: int) -> Figures:
    """Claims, begins and marks some of all the rows that are due."""
    count = min(rows // 4, MEASURED)
    claims: list[float] = []
    started, cpu = perf_counter(), process_time()
    for _ in range(count // chunk):
        before = perf_counter()
        taken = await store.deliveries.claim("sink", "bench", NOW, LEASE, chunk)
        claims.append(perf_counter() - before)
        await store.deliveries.begin([_start(one) for one in taken], NOW)
        await store.deliveries.mark([_sent(one) for one in taken], NOW)
    seconds = perf_counter() - started
    return {
        "claimed_and_marked_per_second": round(count / seconds),
        "cpu_ms_each": round((process_time() - cpu) / count * 1000, 3),
        "claim_median_ms": round(median(claims) * 1000, 1),
    }


def _start(one: Delivery) -> Start:
    return Start(attempt=one.attempt, digest_id="d", composed_at=NOW, nonces=("nonce",))


def _sent(one: Delivery) -> Sent:
    return Sent(attempt=one.attempt, chat=one.chat, part=0, message_id="m", paper_ids=("2604.1",))


async def delivered(store: Store, rows: int, chunk: int, port: int) -> Figures:
    """Claims, composes, renders, sends and marks with two hands, as a worker does; planning was measured before."""
    sink = Sink(port)
    config = WorkerConfig(nonced_chunk=chunk)
    worker = Deliverer(store, {"sink": sink}, owner="bench", config=config)
    lag, count, started, cpu = Lag(), 0, perf_counter(), process_time()

    async def hand() -> None:
        nonlocal count
        while count < min(rows // 4, MEASURED) and (some := await worker.process_batch("sink", lambda: NOW)):
            count += some

    await asyncio.gather(hand(), hand())
    seconds, cpu_each = perf_counter() - started, (process_time() - cpu) / count * 1000
    sink.close()
    assert len(await store.deliveries.find(state=DeliveryState.SENT, limit=2 * MEASURED)) >= count
    return {"delivered_per_second": round(count / seconds), "cpu_ms_each": round(cpu_each, 3), **lag.end()}


def _measure(what: str, url: str, rows: int, chunk: int, port: int) -> Figures:
    async def run() -> Figures:
        async with open_store(url) as store:
            settle()
            match what:
                case "plan":
                    return await planned(store, rows)
                case "mark":
                    return await marked(store, rows, chunk)
                case _:
                    return await delivered(store, rows, chunk, port)

    figures = asyncio.run(run())
    return figures | {"peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)}


def measure(what: str, url: str, rows: int, chunk: int, port: int) -> Figures:
    """In a process of its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measure, what, url, rows, chunk, port).result()


@contextmanager
def database(kind: str) -> Iterator[str]:
    """An empty one, on the disk as it comes: a ledger is only worth what survives."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as directory:
            yield sqlite_url(Path(directory))
        return
    with running_postgres() as server, server.database() as url:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server.execute(f"ALTER SYSTEM SET {setting} = on")
        server.execute("SELECT pg_reload_conf()")
        yield url


async def fill(url: str) -> None:
    """The schema, and the bundled papers."""
    async with open_store(url) as store:
        await store.keep(sample.load())


def main() -> None:
    """Measures every size on every database."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--database", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    parser.add_argument("--chunks", type=int, nargs="+", default=[5, 100], help="deliveries that are claimed at once")
    asked = parser.parse_args()
    with serving() as port:
        for kind, rows in product(asked.database, asked.rows):
            with database(kind) as url:
                asyncio.run(fill(url))
                subscribe(url, rows)
                tell("plan", kind, rows, measure("plan", url, rows, 0, port))
                for chunk, what in product(asked.chunks, ("mark", "deliver")):
                    tell(what, kind, rows, {"chunk": chunk} | measure(what, url, rows, chunk, port))


def tell(what: str, kind: str, rows: int, figures: Figures) -> None:
    """One line."""
    print(json.dumps({"what": what, "database": kind, "rows": rows, **figures}), flush=True)


if __name__ == "__main__":
    main()
