"""How quickly digests are planned, claimed and sent, and what a worker needs for it.

    python -m tests.benchmarks.ledger [--rows 10000 100000 1000000] [--database sqlite postgresql]

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
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import perf_counter, process_time

import sqlalchemy as sa

from bot.deliver import Deliverer
from bot.models import Chat, DeliveryState
from bot.page import Page
from bot.plain import plain
from bot.rates import Allowance
from bot.sources import sample
from bot.store import Store, open_store
from bot.store.planning import Plan
from bot.store.sending import Sent, Start
from tests.databases import connected, running_postgres, sqlite_url

NOW = sample.AS_OF
LEASE = timedelta(seconds=90)
#: deliveries that are claimed and marked, or sent, to measure how quickly
MEASURED = 10_000

Figures = dict[str, float | str]
Measure = Callable[[Store, int], "asyncio.Future[Figures]"]

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


async def planned(store: Store, rows: int) -> Figures:
    """Everything is due at once."""
    longest, started, cpu = 0.0, perf_counter(), process_time()
    while True:
        before = perf_counter()
        some = await store.deliveries.plan(NOW, _PLAN)
        longest = max(longest, perf_counter() - before)
        if not some:
            break
    seconds = perf_counter() - started
    return {
        "planned_per_second": round(rows / seconds),
        "cpu_ms_each": round((process_time() - cpu) / rows * 1000, 3),
        "longest_transaction_ms": round(longest * 1000),
    }


async def marked(store: Store, rows: int) -> Figures:
    """Claims, begins and marks, fifty at a time, among all rows that are due."""
    count = min(rows // 2, MEASURED)
    claims: list[float] = []
    started = perf_counter()
    for _ in range(count // 50):
        before = perf_counter()
        taken = await store.deliveries.claim("sink", "bench", NOW, LEASE, 50)
        claims.append(perf_counter() - before)
        nonces = ("nonce",)
        await store.deliveries.begin(
            [Start(attempt=one.attempt, digest_id="d", composed_at=NOW, nonces=nonces) for one in taken], NOW
        )
        sent = [
            Sent(attempt=one.attempt, chat=one.chat, part=0, message_id="m", paper_ids=("2604.1",)) for one in taken
        ]
        await store.deliveries.mark(sent, NOW)
    seconds = perf_counter() - started
    return {
        "claimed_and_marked_per_second": round(count / seconds),
        "claim_median_ms": round(sorted(claims)[len(claims) // 2] * 1000, 1),
    }


class Sink:
    """A platform without limits, over a socket; it drops doubles, as Discord does."""

    name = "sink"
    nonced = True
    allowance = Allowance()

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._rendered: dict[int, tuple[Page, bytes]] = {}

    def parts(self, page: Page) -> Sequence[Page]:
        return [page]

    async def send(self, chat: Chat, part: Page, *, nonce: str, silent: bool, role: str) -> str:
        connection = self._free.pop() if self._free else await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = connection
        # a page that many chats get is rendered once; keeping it keeps its number from being another's
        if id(part) not in self._rendered:
            self._rendered[id(part)] = (part, plain(part).encode())
        _, body = self._rendered[id(part)]
        writer.write(f"{chat.id} {nonce} {len(body)}\n".encode() + body)
        message_id = await reader.readline()
        self._free.append(connection)
        return message_id.decode().strip()

    def close(self) -> None:
        for _, writer in self._free:
            writer.close()


async def delivered(store: Store, rows: int, port: int) -> Figures:
    """Claims, composes, renders, sends and marks; the planner's share is added from its own measurement."""
    sink = Sink(port)
    worker = Deliverer(store, {"sink": sink}, owner="bench")
    count, started, cpu = 0, perf_counter(), process_time()
    while count < min(rows // 2, MEASURED) and (some := await worker.some("sink", lambda: NOW)):
        count += some
    seconds, cpu_each = perf_counter() - started, (process_time() - cpu) / count * 1000
    sink.close()
    assert len(await store.deliveries.find(state=DeliveryState.SENT, limit=2 * MEASURED)) >= count
    return {"delivered_per_second": round(count / seconds), "cpu_ms_each": round(cpu_each, 3)}


async def _sink(port: multiprocessing.Queue[int]) -> None:
    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readline():
            await reader.readexactly(int(head.split()[2]))
            writer.write(b"1\n")

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    port.put(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def _serve_sink(port: multiprocessing.Queue[int]) -> None:
    asyncio.run(_sink(port))


_PLAN = Plan()


def _measure(what: str, url: str, rows: int, port: int) -> Figures:
    async def run() -> Figures:
        async with open_store(url) as store:
            match what:
                case "plan":
                    return await planned(store, rows)
                case "mark":
                    return await marked(store, rows)
                case _:
                    return await delivered(store, rows, port)

    figures = asyncio.run(run())
    return figures | {"peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)}


def measure(what: str, url: str, rows: int, port: int) -> Figures:
    """In a process of its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measure, what, url, rows, port).result()


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
    asked = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    ports: multiprocessing.Queue[int] = context.Queue()
    sink = context.Process(target=_serve_sink, args=(ports,), daemon=True)
    sink.start()
    port = ports.get()
    for kind in asked.database:
        for rows in asked.rows:
            with database(kind) as url:
                asyncio.run(fill(url))
                subscribe(url, rows)
                for what in ("plan", "mark", "deliver"):
                    figures = measure(what, url, rows, port)
                    print(json.dumps({"what": what, "database": kind, "rows": rows, **figures}), flush=True)
    sink.terminate()


if __name__ == "__main__":
    main()
