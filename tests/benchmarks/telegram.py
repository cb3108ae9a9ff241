"""How quickly digests reach Telegram's chats, and answers the people who ask.

    python -m tests.benchmarks.telegram [--what fanout unlimited answers hot transport] [--latency 0.1] [--per-second 9]

One line of JSON for each figure. The real python-telegram-bot talks over sockets to a local Bot API server that
refuses more than 30 messages a second, one a second to a chat and 20 a minute to a group; where it is a process of its
own, the bot has a core for itself.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import random
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter, process_time

from adapters.telegram.allowance import ALLOWANCE
from adapters.telegram.surface import Telegram
from bot.app.cli.working import settle
from bot.commands import COMMANDS
from bot.domain.deliveries import DeliveryState
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Chat
from bot.services.delivery.deliverer import Deliverer
from bot.services.delivery.worker_config import WorkerConfig
from bot.sources import sample
from bot.storage import Store, open_store
from tests.adapters.telegram import pages
from tests.adapters.telegram.conftest import listening
from tests.adapters.telegram.floods import Floods
from tests.adapters.telegram.server import TOKEN, LocalTelegram
from tests.benchmarks.fan_out import deliver
from tests.databases import sqlite_url
from tests.storage.ledger import subscription

NOW = sample.AS_OF
#: ids of private chats begin here, those of groups here
_PERSON, _GROUP = 10_000, -1_001_000_000_000

Figures = dict[str, float]


def _chats(private: int, groups: int) -> list[Chat]:
    ids = [_PERSON + number for number in range(private)] + [_GROUP - number for number in range(groups)]
    return [Chat("telegram", str(id)) for id in ids]


def _serve(pipe: Connection, private: int, groups: int, limited: bool, latency: float) -> None:
    """A server in a process of its own; at the end it tells what it saw."""

    async def serve() -> None:
        floods = Floods() if limited else Floods(per_second=0, per_chat_second=0, per_group_minute=0)
        async with LocalTelegram(floods=floods) as server:
            server.latency = latency
            for number in range(private):
                server.world.add_person(f"Person {number}", _PERSON + number)
            for number in range(groups):
                server.world.add_place(_GROUP - number)
            settle()
            pipe.send(server.url)
            await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
            sent = sorted(message.sent_at for message in server.world.messages.values())
            pipe.send((len(sent), floods.refused, sent[-1] - sent[0], _densest(sent)))

    asyncio.run(serve())


def _densest(moments: Sequence[float]) -> int:
    """The most messages in any one second."""
    first, most = 0, 0
    for place, moment in enumerate(moments):
        while moments[first] <= moment - 1:
            first += 1
        most = max(most, place - first + 1)
    return most


@asynccontextmanager
async def _store(chats: Sequence[Chat] = ()) -> AsyncIterator[Store]:
    with tempfile.TemporaryDirectory() as directory:
        async with open_store(sqlite_url(Path(directory))) as store:
            await store.keep(sample.load())
            for chat in chats:
                await store.subscriptions.add(subscription(chat=chat, next_at=NOW - timedelta(minutes=1)))
            yield store


async def _fan_out(private: int, groups: int, allowance: Allowance, latency: float) -> Figures:
    """One process brings everybody their digest."""
    chats = _chats(private, groups)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    limited = bool(allowance.per_second)
    server = context.Process(target=_serve, args=(theirs, private, groups, limited, latency), daemon=True)
    server.start()
    url = await asyncio.to_thread(ours.recv)
    async with _store(chats) as store, Telegram(TOKEN, url, known=COMMANDS, allowance=allowance) as surface:
        worker = Deliverer(store, {"telegram": surface}, owner="bench", config=WorkerConfig())
        started, cpu = perf_counter(), process_time()
        await deliver(worker, store, NOW, len(chats))
        seconds, cpu = perf_counter() - started, process_time() - cpu
        states = await store.deliveries.counts((NOW - timedelta(days=2)).date())
    ours.send("enough")
    arrived, refused, span, densest = await asyncio.to_thread(ours.recv)
    server.join()
    return {
        "chats": len(chats),
        "arrived": arrived,
        "sent": states.get(DeliveryState.SENT, 0),
        "refused_429": refused,
        "seconds": round(seconds, 1),
        "per_second": round((arrived - 1) / span, 1),
        "most_in_a_second": densest,
        "cpu_ms_each": round(1000 * cpu / len(chats), 2),
    }


async def fan_out(latency: float) -> Figures:
    """1,000 private chats and 100 groups, within the limits."""
    return await _fan_out(1_000, 100, ALLOWANCE, latency)


async def unlimited(latency: float) -> Figures:
    """The same without a limit."""
    return await _fan_out(1_000, 100, Allowance(), latency)


async def answers(latency: float, *, per_second: int = 20, seconds: int = 30) -> Figures:
    """People ask at a steady rate; from a question's arrival at Telegram to the answer's."""
    async with LocalTelegram() as server, _store() as store:
        people = [server.world.add_person(f"Person {number}", _PERSON + number) for number in range(300)]
        async with (
            Telegram(TOKEN, server.url, known=COMMANDS) as surface,
            listening(surface, store),
        ):
            await server.until(lambda: server.count("getUpdates") > 0)
            asked: dict[tuple[int, int], float] = {}
            lines = ["/trending", "/papers agents", "/trending week", "/help", "language models", "/status"]
            started, cpu = perf_counter(), process_time()
            for number in range(per_second * seconds):
                await asyncio.sleep(max(0.0, started + number / per_second - perf_counter()))
                person = people[number % len(people)]
                asked[person.id, number // len(people)] = time.monotonic()
                await server.say(person, random.choice(lines))
            await server.until(lambda: len(server.world.messages) >= 2 * len(asked), within=60)
            cpu = process_time() - cpu
        times = _times(server, asked)
    return {
        "per_second": per_second,
        "asked": len(asked),
        "median_ms": round(1000 * times[len(times) // 2], 1),
        "p95_ms": round(1000 * times[int(0.95 * len(times))], 1),
        "p99_ms": round(1000 * times[int(0.99 * len(times))], 1),
        "refused_429": server.floods.refused,
        "cpu_ms_each": round(1000 * cpu / len(asked), 1),
    }


def _times(server: LocalTelegram, asked: dict[tuple[int, int], float]) -> list[float]:
    return sorted(server.world.of(person)[turn].sent_at - moment for (person, turn), moment in asked.items())


async def hot(latency: float) -> Figures:
    """One of 101 chats asks to be left alone for 30 s; how long the other hundred wait for their digests."""
    took = {}
    for closed in (False, True):
        async with LocalTelegram() as server, _store(_chats(100, 1)) as store:
            for number in range(100):
                server.world.add_person(f"Person {number}", _PERSON + number)
            server.world.add_place(_GROUP)
            if closed:
                server.floods.close(_GROUP, time.monotonic() + 30)
            async with Telegram(TOKEN, server.url, known=COMMANDS) as surface:
                worker = Deliverer(store, {"telegram": surface}, owner="bench", config=WorkerConfig())
                started = perf_counter()
                await deliver(worker, store, NOW, 100)
                took[closed] = perf_counter() - started
    return {"seconds_without": round(took[False], 2), "seconds_with_a_hot_chat": round(took[True], 2)}


async def transport(latency: float) -> Figures:
    """The library's client alone, ten calls at once, against the server in this process: its share is in there."""
    async with LocalTelegram(floods=Floods(per_second=0, per_chat_second=0, per_group_minute=0)) as server:
        server.world.add_person("Ada", _PERSON)
        async with Telegram(TOKEN, server.url) as surface:
            numbers, (page,) = count(), surface.parts(pages.why())
            started = perf_counter()

            async def send() -> None:
                while next(numbers) < 1_000:
                    await surface.send(Chat("telegram", str(_PERSON)), page, nonce="n", silent=False, role="")

            await asyncio.gather(*(send() for _ in range(10)))
            return {"per_second": round(1_000 / (perf_counter() - started))}


MEASURES: dict[str, Callable[[float], Coroutine[None, None, Figures]]] = {
    "fanout": fan_out,
    "unlimited": unlimited,
    "answers": answers,
    "hot": hot,
    "transport": transport,
}


def main() -> None:
    """Measures what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--what", nargs="+", choices=list(MEASURES), default=list(MEASURES))
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that the server takes over each call")
    parser.add_argument("--per-second", nargs="+", type=int, default=[20, 50], help="messages a second of the answers")
    asked = parser.parse_args()
    for what in asked.what:
        rates = asked.per_second if what == "answers" else [0]
        for rate in rates:
            figures = asyncio.run(answers(asked.latency, per_second=rate) if rate else MEASURES[what](asked.latency))
            print(json.dumps({"what": what, "latency": asked.latency, **figures}), flush=True)


if __name__ == "__main__":
    main()
