"""A database full of subscriptions that are due, a platform, workers, and the judgement in the end."""

from __future__ import annotations

import asyncio
import json
import random
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

import sqlalchemy as sa

from bot.domain.deliveries import DeliveryState
from bot.domain.requests import Chat
from bot.domain.schedule import EVERY_DAY, Schedule
from bot.domain.sources import FetchResult
from bot.domain.subscriptions import Subscription
from bot.storage import open_store
from bot.storage.address import parse
from bot.storage.database import open_database
from bot.storage.schema import subscriptions
from tests.builders import listing, observation, paper
from tests.databases import connected
from tests.proofs.children import Child, Children, children, wait_until
from tests.proofs.crew import Crew
from tests.proofs.platform import Message, Record, Rules
from tests.proofs.surface import NAME
from tests.proofs.surface import Platform as Known
from tests.storage.harvests import harvest

#: papers of the day that every digest is made of, so unlike each other that all of them come
PAPERS = 6
_SUBJECTS = ("Geometry", "Memory", "Robots", "Proteins", "Weather", "Music")
_OPEN = ("planned", "claimed", "sending")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What readers got, as the platform tells it, and what the ledger knows of the rest."""

    #: chats that lack a message and are not listed as uncertain
    lost: frozenset[str]
    #: chats that have a message twice
    doubled: frozenset[str]
    #: chats whose delivery is uncertain, by the ledger
    uncertain: frozenset[str]
    states: Mapping[str, int]
    record: Record

    @property
    def never_left(self) -> frozenset[str]:
        """Chats whose delivery is uncertain although the platform got nothing of it."""
        return self.uncertain - {message.chat for message in self.record.messages}

    @property
    def told(self) -> str:
        """One line for the table of the results."""
        return (
            f"{len(self.lost)} lost, {len(self.doubled)} doubled, {len(self.uncertain)} uncertain "
            f"({len(self.never_left)} of them never left), "
            f"{self.record.repeats} repeats dropped, {self.record.refused} refused, "
            f"at most {self.record.busiest} in any second, {dict(self.states)}"
        )


class Scene:
    """One run."""

    def __init__(self, url: str, children: Children, rules: Rules, crew: Crew) -> None:
        self.url = url
        self._children = children
        self._rules = rules
        self._crew = crew
        self.platform = self._platform()
        self.workers: list[Child] = []

    def _platform(self) -> Known:
        port_file = self._children.directory / f"platform.{len(self._children.started)}"
        child = self._children.start(
            "tests.proofs.platform", str(port_file), "--rules", json.dumps(asdict(self._rules))
        )
        wait_until(lambda: port_file.exists() or not child.alive, 30, "the platform")
        return Known(
            url=port_file.read_text(),
            nonced=self._rules.nonced,
            per_second=self._crew.per_second,
            taken_per_second=self._rules.limit,
            cards=self._crew.cards,
        )

    def work(self, *, crash_at: str = "", clock: Path | None = None, once: bool = False) -> Child:
        """Start one more worker."""
        options = [f"--platform={json.dumps(asdict(self.platform))}", f"--crew={json.dumps(asdict(self._crew))}"]
        options += [f"--clock={clock}"] * bool(clock) + ["--once"] * once
        settings = {"PAPERBOY_DATABASE_URL": self.url} | ({"PAPERBOY_CRASH_AT": crash_at} if crash_at else {})
        worker = self._children.start("tests.proofs.worker", *options, environment=settings)
        self.workers.append(worker)
        return worker

    def kill_one(self, chance: random.Random) -> Child:
        """Kill -9 one of the workers that are alive, and start another in its place."""
        victim = chance.choice([worker for worker in self.workers if worker.alive])
        victim.kill()
        return self.work()

    def record(self) -> Record:
        """What the platform has got so far."""
        with urllib.request.urlopen(f"{self.platform.url}/record", timeout=30) as answer:  # noqa: S310 - our own server
            told = json.load(answer)
        return Record(**told | {"messages": tuple(Message(**message) for message in told["messages"])})

    def states(self) -> Counter[str]:
        """How many deliveries there are of each state."""
        return Counter(state for _, state in self._deliveries())

    def changes(self) -> int:
        """How many changes of deliveries the ledger knows."""
        with connected(self.url) as database:
            return int(database.execute(sa.text("SELECT count(*) FROM delivery_changes")).scalar_one())

    def over(self, count: int) -> bool:
        """Whether so many deliveries came to an end."""
        states = self.states()
        return states.total() >= count and not any(states[state] for state in _OPEN)

    def until_sent(self, count: int, within_seconds: float = 120) -> None:
        """Wait until the ledger knows that so many were sent."""
        wait_until(lambda: self.states()["sent"] >= count, within_seconds, f"{count} deliveries")

    def until_over(self, count: int, within_seconds: float = 120, every_seconds: float = 0.1) -> None:
        """Wait until all of so many have come to an end; says what the workers said where they do not."""
        try:
            wait_until(lambda: self.over(count), within_seconds, "the end", every_seconds)
        except TimeoutError as error:
            error.add_note(f"{self.states()}\n" + "\n".join(worker.said[-2000:] for worker in self.workers))
            raise

    def judge(self, count: int, parts: int = 1) -> Judgement:
        """Compare what the chats 1 to `count` got with what they wished for: a digest each, of so many parts."""
        record = self.record()
        seen = Counter(message.chat for message in record.messages)
        each = Counter((message.chat, message.part) for message in record.messages)
        rows = self._deliveries()
        uncertain = frozenset(chat for chat, state in rows if state == DeliveryState.UNCERTAIN)
        wished = {str(number) for number in range(1, count + 1)}
        return Judgement(
            lost=frozenset(chat for chat in wished - uncertain if seen[chat] < parts),
            doubled=frozenset(chat for (chat, _), times in each.items() if times > 1),
            uncertain=uncertain,
            states=Counter(state for _, state in rows),
            record=record,
        )

    def _deliveries(self) -> list[tuple[str, str]]:
        with connected(self.url) as database:
            rows = database.execute(sa.text("SELECT chat, state FROM deliveries")).all()
        return [(row.chat, row.state) for row in rows]


@contextmanager
def scene(url: str, directory: Path, count: int, rules: Rules = Rules(), crew: Crew = Crew()) -> Iterator[Scene]:  # noqa: B008
    """A database in which `count` chats, 1 to `count`, wait for a digest that was due a minute ago."""
    asyncio.run(seed(url, count, datetime.now(UTC)))
    with children(directory) as all:
        yield Scene(url, all, rules, crew)


async def seed(url: str, count: int, now: datetime) -> None:
    """Papers of today, and one subscription for each chat."""
    due = now - timedelta(minutes=1)
    schedule = Schedule(at=clock_time(due.hour, due.minute), zone="UTC", days=EVERY_DAY)
    first = Subscription(
        chat=Chat(NAME, "1"), schedule=schedule, next_at=schedule.previous_at_or_before(now), created_at=now
    )
    async with open_store(url) as store:
        await store.keep(papers(now))
        await store.subscriptions.add(first)
    async with open_database(parse(url)) as database, database.write() as connection:
        row = (await connection.execute(sa.select(subscriptions))).mappings().one()
        like = {name: value for name, value in row.items() if name != "id"}
        others = [{**like, "chat": str(number)} for number in range(2, count + 1)]
        if others:
            await connection.execute(sa.insert(subscriptions), others)


def papers(now: datetime) -> FetchResult:
    """What the source listed today, seen an hour ago."""
    ids = [f"2604.{number:05}" for number in range(1, PAPERS + 1)]
    seen_at = now - timedelta(hours=1)
    return harvest(
        *(paper(id, title=f"{word} of {id}") for id, word in zip(ids, _SUBJECTS, strict=True)),
        *(listing(id, day) for id in ids for day in (now.date(), now.date() - timedelta(days=1))),
        *(observation(id, votes=10 + place, seen_at=seen_at) for place, id in enumerate(ids)),
        seen_at=seen_at,
        day=now.date(),
    )
