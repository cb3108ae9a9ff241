"""How fast digests go out on Discord, how soon people are answered, and what ten thousand servers weigh.

    python -m tests.benchmarks.discord [fan-out] [answers] [memory] [servers] [--per-second 20 50]

The local Discord runs in a process of its own; the times are those that it sees.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy.ext.asyncio import create_async_engine

from adapters.discord.config import DiscordConfig
from adapters.discord.surface import ALLOWANCE, Discord
from bot.app.cli.working import settle
from bot.app.listeners import listening
from bot.commands.facade import BotService
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Chat
from bot.services.bundle import build_services
from bot.services.delivery.deliverer import Deliverer
from bot.sources import sample
from bot.storage import Store, open_store
from bot.storage.subscriptions import add_subscription
from tests.adapters.discord.people import Person
from tests.adapters.discord.server import LocalDiscord
from tests.adapters.discord.world import TOKEN, Json
from tests.benchmarks.fan_out import deliver
from tests.databases import sqlite_url
from tests.storage.ledger import subscription

_CHANNELS, _SECONDS = 1_000, 30
_SERVERS, _EACH = 10_000, 20
#: of the servers whose channels have a subscription each
_SUBSCRIBED = 10
#: commands that are asked for in turn, with their options
_LINES: Mapping[str, tuple[tuple[str, dict[str, str]], ...]] = {
    "people": (("trending", {}), ("papers", {"query": "video"})),
    "managers": (("help", {}), ("subscriptions", {})),
}


def _serve(pipe: Connection, servers: int, channels: int, *, limited: bool) -> None:
    asyncio.run(_served(pipe, servers, channels, limited=limited))


async def _served(pipe: Connection, servers: int, channels: int, *, limited: bool) -> None:
    """A local Discord, which tells its address and channels, does what it is told, and tells what it saw."""
    async with LocalDiscord(checked=False) as local:
        local.limits.everywhere = 50 if limited else 0
        for _ in range(servers):
            guild = local.world.guild()
            for _ in range(channels):
                local.world.channel(guild)
        settle()
        pipe.send((local.url, list(local.world.channels)))
        while (told := await asyncio.to_thread(pipe.recv)) != "end":
            who, _, per_second = told.partition(" ")
            pipe.send(await _people(local, who, int(per_second)) if per_second else _seen(local))


def _seen(local: LocalDiscord) -> Json:
    moments = [seen.at for seen in local.asked("POST", "/messages")]
    arrived = len(local.world.messages)
    span = max(moments) - min(moments)
    return {"messages": arrived, "refused": len(moments) - arrived, "seconds": span, "a_second": (arrived - 1) / span}


async def _people(local: LocalDiscord, who: str, per_second: int) -> Json:
    """So many commands a second for so long, by as many people."""
    channels, lines = list(local.world.channels.values()), _LINES[who]
    loop = asyncio.get_running_loop()
    await local.gateway.heard()
    began, asked = loop.time(), []
    for number in range(per_second * _SECONDS):
        await asyncio.sleep(max(0.0, began + number / per_second - loop.time()))
        # a stride that is prime to the number of channels, so that the servers differ, too
        channel = channels[number * 7919 % len(channels)]
        person = Person(local, channel, manages=who == "managers", id=str(10_000 + number))
        name, fields = lines[number % 2]
        asked.append((name, await person.begin(2, person.command(name, **fields))))
    await asyncio.sleep(4)
    figures: Json = {}
    for name, _ in lines:
        times = sorted(each.took for kind, each in asked if kind == name and each.answered)
        figures[name] = {"p50": statistics.median(times), "p99": times[int(len(times) * 0.99)], "worst": times[-1]}
    return figures | {"answered": sum(bool(each.answered) for _, each in asked), "asked": len(asked)}


@contextmanager
def elsewhere(servers: int, channels: int, *, limited: bool = True) -> Iterator[tuple[Connection, str, list[str]]]:
    """A local Discord in a process of its own."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_serve, args=(theirs, servers, channels), kwargs={"limited": limited}, daemon=True)
    child.start()
    url, ids = ours.recv()
    try:
        yield ours, url, ids
    finally:
        ours.send("end")
        child.join(5)
        child.terminate()


@contextmanager
def directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


async def fan_out(*, limited: bool) -> Json:
    """A digest to each of 1,000 channels."""
    with elsewhere(_CHANNELS, 1, limited=limited) as (pipe, url, ids), directory() as home:
        access, allowance = DiscordConfig(token=TOKEN, api=url), ALLOWANCE if limited else Allowance()
        async with open_store(sqlite_url(home)) as store, Discord(access, allowance=allowance) as discord:
            await store.keep(sample.load())
            now = sample.AS_OF
            for id in ids:
                await store.subscriptions.add(
                    subscription(chat=Chat("discord", id), next_at=now - timedelta(minutes=1))
                )
            worker = Deliverer(store, {"discord": discord}, owner="a")
            cpu, began = time.process_time(), time.monotonic()
            await deliver(worker, store, now, _CHANNELS)
            share = (time.process_time() - cpu) / (time.monotonic() - began)
        await asyncio.to_thread(pipe.send, "seen")
        return {"limited": limited, "cpu_share": share, **await asyncio.to_thread(pipe.recv)}


async def answers(per_second: int) -> Json:
    """Commands as they are asked all day, in a busy minute."""
    with elsewhere(100, 1) as (pipe, url, _), directory() as home:
        async with open_store(sqlite_url(home)) as store, Discord(DiscordConfig(token=TOKEN, api=url)) as discord:
            await store.keep(sample.load())
            async with listening([discord], _desk(store)):
                await asyncio.sleep(3)
                cpu, began = time.process_time(), time.monotonic()
                await asyncio.to_thread(pipe.send, f"people {per_second}")
                figures = await asyncio.to_thread(pipe.recv)
                share = (time.process_time() - cpu) / (time.monotonic() - began)
        return {"per_second": per_second, "cpu_share": share, **figures}


def _resident() -> int:
    """Bytes of memory that this process has now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _desk(store: Store) -> BotService:
    began = datetime.now(UTC)
    return BotService(build_services(store), lambda: sample.AS_OF + (datetime.now(UTC) - began))


async def memory() -> Json:
    """Somebody who is in 10,000 servers of 20 channels."""
    with elsewhere(_SERVERS, _EACH) as (_, url, _ids), directory() as home:
        async with open_store(sqlite_url(home)) as store, Discord(DiscordConfig(token=TOKEN, api=url)) as discord:
            before = _resident()
            async with listening([discord], _desk(store)):
                began = time.monotonic()
                while await store.notes.get("heartbeat discord") is None:  # noqa: ASYNC110 - the database tells nobody
                    await asyncio.sleep(0.2)
                ready = time.monotonic() - began
                after = _resident()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"before_mb": before / 2**20, "after_mb": after / 2**20, "peak_mb": peak / 2**20, "ready_seconds": ready}


async def servers(per_second: int) -> Json:
    """A subscription in each of ten channels of 10,000 servers; their managers ask for help and for the overview."""
    with elsewhere(_SERVERS, _SUBSCRIBED) as (pipe, url, ids), directory() as home:
        async with open_store(sqlite_url(home)) as store, Discord(DiscordConfig(token=TOKEN, api=url)) as discord:
            await store.keep(sample.load())
            await _subscribe(home, ids)
            before = _resident()
            async with listening([discord], _desk(store)):
                began = time.monotonic()
                while await store.notes.get("heartbeat discord") is None:  # noqa: ASYNC110 - the database tells nobody
                    await asyncio.sleep(0.2)
                ready = time.monotonic() - began
                while not await _are_named(store, ids):  # noqa: ASYNC110 - the database tells nobody
                    await asyncio.sleep(2)
                named, after = time.monotonic() - began, _resident()
                await asyncio.to_thread(pipe.send, f"managers {per_second}")
                figures = await asyncio.to_thread(pipe.recv)
    memory_mb = {"before_mb": before / 2**20, "after_mb": after / 2**20}
    return {"per_second": per_second, "ready_seconds": ready, "named_seconds": named, **memory_mb, **figures}


async def _subscribe(home: Path, ids: Sequence[str]) -> None:
    """A subscription in each channel, all in one transaction."""
    engine = create_async_engine(sqlite_url(home).replace("sqlite:", "sqlite+aiosqlite:"))
    later = sample.AS_OF + timedelta(days=1)
    async with engine.begin() as connection:
        for id in ids:
            await add_subscription(connection, subscription(chat=Chat("discord", id), query="video", next_at=later))
    await engine.dispose()


async def _are_named(store: Store, ids: Sequence[str]) -> bool:
    """Whether the names of channels are known, looked up for few of them so that looking takes no time."""
    few = ids[::997]
    return len(await store.known_chats.of("discord", few)) == len(few)


def main() -> None:
    """Measures what is asked for, or all of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    every = ["fan-out", "answers", "memory", "servers"]
    parser.add_argument("what", nargs="*", choices=[*every, []], default=[])
    parser.add_argument("--per-second", nargs="+", type=int, default=[20, 50], help="commands a second of the answers")
    asked = parser.parse_args()
    what = asked.what or every
    if "fan-out" in what:
        print(json.dumps({"what": "fan-out", **asyncio.run(fan_out(limited=True))}), flush=True)
        print(json.dumps({"what": "fan-out", **asyncio.run(fan_out(limited=False))}), flush=True)
    if "answers" in what:
        for per_second in asked.per_second:
            print(json.dumps({"what": "answers", **asyncio.run(answers(per_second))}), flush=True)
    if "memory" in what:
        print(json.dumps({"what": "memory", **asyncio.run(memory())}), flush=True)
    if "servers" in what:
        print(json.dumps({"what": "servers", **asyncio.run(servers(min(asked.per_second)))}), flush=True)


if __name__ == "__main__":
    main()
