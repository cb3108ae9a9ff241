"""A fault in any one call costs at most what the call was for: nobody else loses an answer or a digest."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.workers import serve
from bot.commands import Commands
from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.pages import Page, Trouble
from bot.domain.requests import Chat, Request
from bot.domain.supervisor import Backoff, Supervisor
from bot.services.bundle import build_services
from bot.storage import Store, open_store
from tests.databases import Postgres, make_tables, sqlite_url
from tests.proofs.faults import Faults, FaultyPostbox, at_random, faulty, first_of_each, only
from tests.proofs.results import note
from tests.services.ledger import fill, worker
from tests.storage.ledger import subscription

CHATS = 6
#: what people ask meanwhile; each of them again and again
ASKED = (
    ("trending", ""),
    ("papers", "agents"),
    ("subscribe", "robots at 23:00 UTC save"),
    ("subscriptions", ""),
    ("status", ""),
    ("vote", "1 up"),
    ("save", "2"),
    ("saved", ""),
    ("pause", "1"),
    ("resume", "1"),
)
#: so many questions people ask without a pause; afterwards, while the worker waits, one now and then keeps up the load
EAGER = 2 * len(ASKED)
PAUSE_SECONDS = 0.2
#: longer than a worker ever waits before it tries to write again
QUIET_SECONDS = 0.7
#: nobody has in hand what was claimed before, however busy the machine is
HELD_SECONDS = 4.0
_OPEN = (DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.SENDING)
_OVER = (DeliveryState.SENT, DeliveryState.UNCERTAIN)


class JumpingClock:
    """The time of day, and what was jumped over: nobody waits for a lease."""

    def __init__(self) -> None:
        self._jumped = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._jumped

    def jump(self, over: timedelta) -> None:
        self._jumped += over


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of everybody in one run."""

    faults: Faults
    #: what people were answered
    pages: tuple[Page, ...]
    deliveries: tuple[Delivery, ...]
    #: by chat, how often its digest arrived
    arrived: Counter[str]
    #: by chat, how often it was told that its digest may be missing
    told: Counter[str]

    def judge(self, *, nonced: bool) -> None:
        """Nobody lost anything that no fault was put into."""
        raised = Counter(self.faults.raised)
        broken = [page for page in self.pages if page.trouble in (Trouble.FAULT, Trouble.BUSY)]
        assert len(broken) <= raised.total(), raised
        assert all(page.title for page in self.pages)
        states = Counter(each.state for each in self.deliveries)
        assert set(states) <= {*_OVER, DeliveryState.FAILED}, states
        uncertain = {each.chat.id for each in self.deliveries if each.state is not DeliveryState.SENT}
        wished = {str(chat) for chat in range(CHATS)}
        assert wished <= self.arrived.keys() | uncertain, (raised, states)
        # of what may have arrived nothing is sent twice, and only a fault of the very call leaves doubt
        assert max(self.arrived.values(), default=0) <= 1, (self.arrived, raised)
        assert max(self.told.values(), default=0) <= 1, (self.told, raised)
        assert self.told.keys() <= uncertain, (self.told, raised)
        doubtful = raised["adapter.send"] + raised["store.deliveries.mark"] + raised["store.deliveries.end"]
        assert nonced or states[DeliveryState.UNCERTAIN] <= doubtful, (raised, states)
        # three tries, each with a fault of its own
        assert states[DeliveryState.FAILED] <= raised.total() // 3, (raised, states)


async def run(url: str, faults: Faults, *, nonced: bool) -> Outcome:
    """Digests for some chats, beside people who ask all the time."""
    clock, stop = JumpingClock(), asyncio.Event()
    async with open_store(url) as store:
        await fill(store, at=clock() - timedelta(hours=1))
        for chat in range(CHATS):
            await store.subscriptions.add(subscription(chat=Chat("test", str(chat)), next_at=clock()))
        box, broken = FaultyPostbox(faults, nonced=nonced), faulty(store, faults)
        faults.armed = True
        supervisor = Supervisor(backoff=Backoff(first=0.01, longest=0.05))
        serving = asyncio.create_task(
            serve(worker(broken, box), broken, clock, stop, tick_seconds=0.1, supervisor=supervisor)
        )
        over = asyncio.Event()
        people = [asyncio.create_task(person(broken, clock, number, over)) for number in range(3)]
        try:
            async with asyncio.timeout(60):
                await until_over(store, clock, serving, faults)
        finally:
            over.set()
            stop.set()
        pages = tuple(page for asked in await asyncio.gather(*people) for page in asked)
        await serving
        faults.armed = False
        deliveries = tuple(each for each in await store.deliveries.find() if each.chat.id.isdecimal())
    # after a jump of minutes a chat is told of a digest in doubt, which is no digest itself
    notices = [each for each in box.arrived if any("resend" in action.command for action in each.page.actions)]
    arrived = Counter(message.chat.id for message in box.arrived if message not in notices)
    return Outcome(faults, pages, deliveries, arrived, Counter(message.chat.id for message in notices))


async def person(store: Store, clock: Callable[[], datetime], number: int, over: asyncio.Event) -> list[Page]:
    """Somebody who asks one thing after the other, each at least once."""
    commands = Commands(build_services(store), clock)
    chat, pages = Chat("test", f"of person {number}"), []
    for command, argument in itertools.cycle(ASKED):
        request = Request(chat=chat, person=str(number), may_manage=True, command=command, argument=argument)
        pages.append(await commands.handle(request))
        await asyncio.sleep(0 if len(pages) < EAGER else PAUSE_SECONDS)
        if over.is_set() and len(pages) >= len(ASKED):
            return pages
    raise AssertionError


async def until_over(store: Store, clock: JumpingClock, serving: asyncio.Task[None], faults: Faults) -> None:
    """Jump to the next moment at which something is due, until nothing is."""
    loop, seen, since = asyncio.get_running_loop(), set[object](), 0.0
    while True:
        assert not serving.done(), "a fault ended the worker"
        rows = [each for each in await store.deliveries.find() if each.chat.id.isdecimal()]
        waiting = {(each.id, each.state, each.visible_at) for each in rows if each.state in _OPEN}
        if len(rows) == CHATS and not waiting:
            return
        if waiting != seen:
            seen, since = set(waiting), loop.time()
        # what is in flight must have ended; the rest waits for a lease, or for the next try
        held = any(state is not DeliveryState.PLANNED for _, state, _ in waiting)
        quiet = HELD_SECONDS if held else QUIET_SECONDS
        unchanged = loop.time() - since > quiet and faults.quiet_for(quiet)
        next_at = min((visible_at for _, _, visible_at in waiting), default=clock())
        if len(rows) == CHATS and unchanged and next_at > clock() + timedelta(seconds=2):
            clock.jump(next_at - clock() + timedelta(seconds=0.01))
        await asyncio.sleep(0.1)


async def names(directory: Path) -> list[str]:
    """Every call that a run makes."""
    faults = Faults(lambda name, times: False)
    await run(sqlite_url(directory), faults, nonced=False)
    return sorted(faults.calls)


async def test_a_run_without_faults_makes_calls_of_every_kind(tmp_path: Path) -> None:
    made = await names(tmp_path)

    assert {"store.deliveries.plan", "store.deliveries.claim", "store.deliveries.briefs", "store.deliveries.begin"} < {
        *made
    }
    assert {"store.deliveries.mark", "store.rates.take_each", "store.notes.put", "adapter.parts", "adapter.send"} < {
        *made
    }
    assert {"store.votes.put", "store.subscriptions.pause", "store.histories", "store.inspect"} < {*made}


@pytest.mark.parametrize("after", [False, pytest.param(True, marks=pytest.mark.proof)], ids=["before", "after"])
async def test_every_call_fails_once_and_nobody_else_loses_anything(store_url: str, *, after: bool) -> None:
    outcome = await run(store_url, Faults(first_of_each, after=after), nonced=False)

    outcome.judge(nonced=False)
    assert len(outcome.faults.raised) > 20


async def test_one_call_in_twelve_fails_at_random(store_url: str) -> None:
    # SQLite meets faults that nobody foresaw, PostgreSQL a database that is away
    faults = Faults(at_random(7, 1 / 12), expected=store_url.startswith("postgresql"))

    outcome = await run(store_url, faults, nonced=True)

    outcome.judge(nonced=True)


#: before or after the call, foreseen or not, with nonces or without
WAYS = tuple(
    (after, expected, nonced) for after in (False, True) for expected in (False, True) for nonced in (False, True)
)


@pytest.mark.proof
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_each_call_fails_by_itself(kind: str, postgres: Postgres, tmp_path: Path) -> None:
    runs = 0
    for place, name in enumerate(await names(fresh(tmp_path))):
        # every name in four of the eight ways, every way with every other name
        for after, expected, nonced in WAYS[place % 2 :: 2]:
            faults = Faults(only(name, 1 + place % 2), after=after, expected=expected)
            outcome = await one(kind, postgres, tmp_path, faults, nonced=nonced)
            outcome.judge(nonced=nonced)
            runs += 1
    note(f"a fault in each call of the store and the adapter, {kind}", f"{runs} runs, nobody else lost anything")


@pytest.mark.proof
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_calls_fail_at_random(kind: str, postgres: Postgres, tmp_path: Path) -> None:
    raised = runs = 0
    for seed, (after, expected, nonced) in itertools.product(range(6), WAYS):
        faults = Faults(at_random(seed, 0.02 * (1 + seed)), after=after, expected=expected)
        outcome = await one(kind, postgres, tmp_path, faults, nonced=nonced)
        outcome.judge(nonced=nonced)
        raised, runs = raised + len(faults.raised), runs + 1
    note(f"faults at random, {kind}", f"{raised} faults in {runs} runs, nobody else lost anything")


async def one(kind: str, postgres: Postgres, directory: Path, faults: Faults, *, nonced: bool) -> Outcome:
    """A run on a database of its own."""
    if kind == "sqlite":
        return await run(sqlite_url(fresh(directory)), faults, nonced=nonced)
    with postgres.schema() as url:
        make_tables(url)
        return await run(url, faults, nonced=nonced)


def fresh(directory: Path) -> Path:
    """A directory that nothing is in."""
    return Path(tempfile.mkdtemp(dir=directory))
