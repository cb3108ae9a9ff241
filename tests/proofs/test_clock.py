"""Clocks that jump, hours of downtime, the edges of summer time: each digest once on each local date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.domain.deliveries import Delivery
from bot.domain.requests import Chat
from bot.domain.schedule import EVERY_DAY, Schedule
from bot.domain.subscriptions import Subscription
from bot.storage import Store
from tests.databases import Postgres, sqlite_url
from tests.proofs.children import children, wait_until
from tests.proofs.crew import Crew
from tests.proofs.here import deliverer
from tests.proofs.platform import Rules
from tests.proofs.results import note
from tests.proofs.scene import Scene, scene
from tests.proofs.surface import NAME

#: a Wednesday
DAY = date(2026, 4, 22)
CHAT = Chat(NAME, "1")
#: zone, local time, and the date on which clocks there do something that day
EDGES = (
    ("Europe/Berlin", time(2, 30), date(2026, 3, 29)),
    ("Europe/Berlin", time(2, 30), date(2026, 10, 25)),
    ("Africa/Cairo", time(0, 0), date(2026, 4, 24)),
    ("America/Santiago", time(0, 0), date(2026, 9, 6)),
    ("Australia/Lord_Howe", time(2, 15), date(2026, 10, 4)),
    ("Australia/Lord_Howe", time(1, 45), date(2026, 4, 5)),
)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Scene]:
    with ExitStack() as stack:
        yield Scene(sqlite_url(tmp_path), stack.enter_context(children(tmp_path)), Rules(nonced=True), Crew())


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    return datetime.combine(day, time(hour, minute), UTC)


async def subscribe(store: Store, local: time, zone: str, since: datetime) -> None:
    schedule = Schedule(at=local, zone=zone, days=EVERY_DAY)
    wish = Subscription(chat=CHAT, schedule=schedule, next_at=schedule.next_after(since), created_at=since)
    await store.subscriptions.add(wish)


async def rounds(store: Store, run: Scene, moments: Iterable[datetime]) -> list[Delivery]:
    """A round as of each of the moments, and the ledger afterwards, the oldest row first."""
    async with deliverer(store, run.platform, "a worker") as worker:
        for moment in moments:
            await worker.round(moment)
    return (await store.deliveries.of(CHAT, 100))[::-1]


def messages(run: Scene) -> int:
    return len(run.record().messages)


async def test_a_clock_that_jumps_two_hours_ahead_and_one_back_doubles_nothing(sqlite_store: Store, run: Scene) -> None:
    await subscribe(sqlite_store, time(9, 0), "UTC", at(8))
    await subscribe(sqlite_store, time(10, 30), "UTC", at(8))

    jumps = [at(8, 59), at(9), at(11), at(10), at(10, 30), at(11), at(11, 30)]
    ledger = await rounds(sqlite_store, run, jumps)

    assert [(row.due_at, row.state, row.note) for row in ledger] == [
        (at(9), "sent", ""),
        (at(10, 30), "sent", "late"),
    ]
    assert messages(run) == 2


async def test_a_tick_that_is_a_minute_late_is_no_late_digest(sqlite_store: Store, run: Scene) -> None:
    await subscribe(sqlite_store, time(9, 0), "UTC", at(8))

    ledger = await rounds(sqlite_store, run, [at(8, 59), at(9, 1)])

    assert [(row.state, row.note) for row in ledger] == [("sent", "")]
    assert messages(run) == 1


async def test_26_hours_of_downtime_bring_one_late_digest_and_a_reason(sqlite_store: Store, run: Scene) -> None:
    await subscribe(sqlite_store, time(9, 0), "UTC", at(8))
    back = at(8) + timedelta(hours=26)

    missed, late = await rounds(sqlite_store, run, [at(8), back, back + timedelta(minutes=1)])

    assert (missed.local_date, missed.state) == (DAY, "skipped")
    assert "was not running" in missed.note
    assert (late.due_at, late.state, late.note) == (at(9) + timedelta(days=1), "sent", "late")
    assert messages(run) == 1


async def test_what_was_missed_by_more_than_the_grace_is_skipped_with_a_reason(sqlite_store: Store, run: Scene) -> None:
    await subscribe(sqlite_store, time(9, 0), "UTC", at(8))

    (row,) = await rounds(sqlite_store, run, [at(8), at(15, 1)])

    assert row.state == "skipped"
    assert "too late" in row.note
    assert messages(run) == 0


@pytest.mark.parametrize("hours", [3, pytest.param(1, marks=pytest.mark.proof)])
@pytest.mark.parametrize(("zone", "local", "edge"), EDGES, ids=[f"{zone} {edge}" for zone, _, edge in EDGES])
async def test_at_the_edge_of_summer_time_a_digest_comes_once_on_each_local_date(
    sqlite_store: Store, run: Scene, zone: str, local: time, edge: date, hours: int
) -> None:
    first = at(0, day=edge) - timedelta(days=1, hours=14)
    await subscribe(sqlite_store, local, zone, first)

    ledger = await rounds(sqlite_store, run, (first + timedelta(hours=tick) for tick in range(0, 72, hours)))

    gaps = [later.due_at - earlier.due_at for earlier, later in pairwise(ledger)]
    assert edge in {row.local_date for row in ledger}
    assert max(Counter(row.local_date for row in ledger).values()) == 1
    assert all(timedelta(hours=20) <= gap <= timedelta(hours=28) for gap in gaps)
    assert messages(run) == len(ledger) == 3


@pytest.mark.proof
def test_three_workers_whose_clock_jumps_while_they_send(postgres: Postgres, tmp_path: Path) -> None:
    clock = tmp_path / "jumps"
    clock.write_text("0")
    with postgres.database() as url, scene(url, tmp_path, 2000, Rules(nonced=True)) as run:
        for _ in range(3):
            run.work(clock=clock)
        for share, seconds in ((4, 7200), (2, 3600), (1.5, 0)):
            run.until_sent(int(2000 / share))
            clock.write_text(str(seconds))
        wait_until(lambda: run.over(2000), 120, "the end")
        judgement = run.judge(2000)

    note("clock set 2 h ahead and 1 h back twice, three workers", judgement.told)
    assert (judgement.lost, judgement.doubled) == (frozenset(), frozenset())
