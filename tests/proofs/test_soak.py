"""A soak test: one process answers, delivers, collects and serves pages for 20 minutes, with faults, and does not grow.

`SOAK_SECONDS=120 make proof` is shorter. Memory, open files and threads are read from /proc while the load lasts; the
first quarter, in which caches fill, does not count.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import socket
import statistics
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from adapters.kit.tls import trusted
from bot.domain.deliveries import DeliveryState
from bot.domain.requests import Chat
from bot.storage import Store, open_store
from tests.adapters.telegram.server import TOKEN, Fault, LocalTelegram
from tests.adapters.telegram.world import Person
from tests.databases import sqlite_url
from tests.local_http import Asked, LocalHttp, Reply, json_reply
from tests.process.shipped import Paperboy
from tests.proofs.results import note
from tests.services.ledger import fill
from tests.sources.bodies import item
from tests.storage.ledger import subscription

SECONDS = float(os.environ.get("SOAK_SECONDS", "1200"))
PEOPLE = 60
#: seconds between two commands, two pages of the site, and two new subscriptions that are due
_COMMANDS, _PAGES, _DUE = 0.25, 0.2, 1.0
_SAMPLES = 5.0
WORDS = "agents diffusion reasoning video policy language robot memory protein audio graph attention".split()
LINES = (
    "/trending", "/trending week {word}", "/papers {word} {other}", "/papers {word} -{other} since 2026-01", "more",
    "{word} with code", "/why 1", "/paper 2", "/similar 1", "/bibtex 1", "/vote 1 up", "/vote 1 none", "/save 2",
    "/saved", "/subscribe {word} at 9:00 Berlin", "/subscriptions", "/status", "/help", "/nonsense {word}", "thanks",
)  # fmt: skip
PATHS = (
    "/", "/search?q={word}+{other}", "/trending/week", "/feed.xml",
    "/healthz", "/nothing-here", f"/search?q={900 * 'x'}",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sample:
    """What a process has of the machine."""

    resident_mib: float
    files: int
    threads: int

    @classmethod
    def of(cls, pid: int) -> Sample:
        """Return the sample of a process that runs."""
        status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
        return cls(int(status["VmRSS"].split()[0]) / 1024, files, int(status["Threads"]))


@pytest.mark.proof
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
async def test_a_process_under_load_does_not_grow(tmp_path: Path) -> None:
    chance = random.Random(7)
    async with (
        LocalTelegram() as telegram,
        LocalHttp(_source(chance)) as source,
        open_store(sqlite_url(tmp_path)) as store,
    ):
        await fill(store, 200, at=datetime.now(UTC) - timedelta(hours=1))
        people = [telegram.world.add_person(f"Person {number}", number) for number in range(1, PEOPLE + 1)]
        async with _running(tmp_path, telegram, source) as (child, site):
            samples = await _loaded(
                child.pid,
                _talk(telegram, people, chance),
                _read(site, chance),
                _subscribe(store),
                _break(telegram, chance),
            )
            assert child.returncode is None, "the process ended under load"
            await _answers(telegram, people[0])
            states = await _settled(store)
    _judge(samples)
    assert set(states) <= {DeliveryState.SENT, DeliveryState.UNCERTAIN}, states
    first, last = samples[len(samples) // 4], samples[-1]
    digests = ", ".join(f"{count} {state.value}" for state, count in states.items())
    note(
        "soak",
        f"{SECONDS / 60:.0f} min, {len(telegram.calls)} calls of the API, digests: {digests}; "
        f"resident {first.resident_mib:.0f} to {last.resident_mib:.0f} MiB, "
        f"files {first.files} to {last.files}, threads {first.threads} to {last.threads}",
    )


async def _loaded(pid: int, *load: Coroutine[None, None, None]) -> list[Sample]:
    """Return the samples of a process while the load lasts. A part of the load that ends by itself is a failure."""
    tasks = [asyncio.create_task(each) for each in load]
    samples = [sample async for sample in _samples(pid)]
    ended = [task for task in tasks if task.done()]
    for task in tasks:
        task.cancel()
    assert not ended, [task.exception() for task in ended]
    return samples


def _judge(samples: list[Sample]) -> None:
    """Compare the second quarter with the last one."""
    quarter = len(samples) // 4
    second, last = samples[quarter : 2 * quarter], samples[-quarter:]
    memory = [statistics.median(each.resident_mib for each in part) for part in (second, last)]
    files = [statistics.median(each.files for each in part) for part in (second, last)]
    threads = [max(each.threads for each in part) for part in (second, last)]
    assert memory[1] <= memory[0] * 1.10 + 5, memory
    assert files[1] <= files[0] + 5, files
    assert threads[1] <= threads[0] + 2, threads


async def _samples(pid: int) -> AsyncIterator[Sample]:
    loop = asyncio.get_running_loop()
    end = loop.time() + SECONDS
    while loop.time() < end:
        await asyncio.sleep(min(_SAMPLES, SECONDS / 40))
        yield Sample.of(pid)


def _line(template: str, chance: random.Random) -> str:
    word, other = chance.sample(WORDS, 2)
    return template.format(word=word, other=other)


async def _talk(telegram: LocalTelegram, people: list[Person], chance: random.Random) -> None:
    for person in itertools.cycle(people):
        await telegram.say(person, _line(chance.choice(LINES), chance))
        await asyncio.sleep(_COMMANDS)


async def _read(site: str, chance: random.Random) -> None:
    async with httpx.AsyncClient(base_url=site, timeout=30, verify=trusted()) as client:
        while True:
            answer = await client.get(_line(chance.choice(PATHS), chance))
            assert answer.status_code < 500 or answer.status_code == 503, answer.request.url
            await asyncio.sleep(_PAGES)


async def _subscribe(store: Store) -> None:
    for number in itertools.count(1000):
        await asyncio.sleep(_DUE)
        now = datetime.now(UTC)
        chat = Chat("telegram", str(number % PEOPLE + 1))
        await store.subscriptions.add(subscription(chat=chat, query="", next_at=now, created_at=now))


async def _break(telegram: LocalTelegram, chance: random.Random) -> None:
    """Let one call in a while fail."""
    while True:
        await asyncio.sleep(3)
        method = chance.choice(["sendMessage", "getUpdates", "answerCallbackQuery"])
        telegram.fail(method, Fault(chance.choice(["502", "reset", "truncated"])))


def _source(chance: random.Random):  # type: ignore[no-untyped-def]
    """Return a source of daily lists that fails now and then, and has other votes each time."""

    def answer(asked: Asked) -> Reply:
        fate = chance.random()
        if fate < 0.1:
            return Reply(status=chance.choice([429, 500, 502]), headers={"Retry-After": "1"})
        if fate < 0.15:
            return Reply(body=b"[{", headers={"Content-Type": "application/json"})
        listed = [item(f"2604.{number:05}", upvotes=chance.randrange(200)) for number in range(1, 60)]
        return json_reply(listed if "daily" in asked.path else [])

    return answer


@asynccontextmanager
async def _running(
    home: Path, telegram: LocalTelegram, source: LocalHttp
) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings = {
        "PAPERBOY_DATABASE_URL": sqlite_url(home),
        "PAPERBOY_TELEGRAM_TOKEN": TOKEN,
        "PAPERBOY_TELEGRAM_API_URL": telegram.url,
        "PAPERBOY_HUGGINGFACE_URL": source.url,
        "PAPERBOY_ARXIV_URL": source.url,
        "PAPERBOY_OFFLINE": "0",
        "PAPERBOY_WEB_ADDRESS": f"127.0.0.1:{port}",
        "PAPERBOY_WEB_PAGES_PER_SECOND": "0",
    }
    environment = Paperboy(home).environment(settings)
    with (home / "log").open("wb") as log:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "run",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
        )
    site = f"http://127.0.0.1:{port}"
    try:
        await _up(site)
        yield child, site
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()
        faults = [line for line in (home / "log").read_text().splitlines() if "Traceback" in line]
        print(json.dumps({"tracebacks": len(faults)}))


async def _up(site: str) -> None:
    async with asyncio.timeout(60), httpx.AsyncClient(verify=trusted()) as client:
        while True:
            try:
                await client.get(f"{site}/robots.txt")
            except httpx.TransportError:
                await asyncio.sleep(0.2)
            else:
                return


async def _answers(telegram: LocalTelegram, person: Person) -> None:
    """Check that somebody who asks now is answered."""
    await asyncio.sleep(5)
    before = telegram.count("sendMessage")
    await telegram.say(person, "/help")
    await telegram.until(lambda: telegram.count("sendMessage") > before, within=30)


async def _settled(store: Store) -> dict[DeliveryState, int]:
    """Return the digests by state, once none is on its way any more."""
    since = datetime.now(UTC).date() - timedelta(days=2)
    async with asyncio.timeout(120):
        while True:
            states = {state: count for state, count in (await store.deliveries.counts(since)).items() if count}
            if set(states).isdisjoint({DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.SENDING}):
                return states
            await asyncio.sleep(1)
