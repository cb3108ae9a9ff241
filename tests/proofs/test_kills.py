"""Workers that are killed at any moment: nothing is lost, nothing comes twice, and what nobody can know is listed."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.databases import Postgres, sqlite_url
from tests.proofs.crew import Crew
from tests.proofs.platform import Rules
from tests.proofs.results import note
from tests.proofs.scene import Judgement, Scene, scene

NONCED, PLAIN = Rules(nonced=True), Rules()
SLOW, SLOW_AND_PLAIN = Rules(nonced=True, latency=0.04), Rules(latency=0.04)
#: so few at once that there is always something left for the others
HURRY = Crew(lease=3, timeout=2, nonced_chunk=5)
#: as many in flight as shipped
SHIPPED = Crew()


def killing(scene: Scene, count: int, *, workers: int, kills: int, seed: int) -> Judgement:
    """Workers share the deliveries; at random moments one of them is killed and another starts in its place."""
    chance = random.Random(seed)
    for _ in range(workers):
        scene.work()
    for number in range(kills):
        scene.until_sent(int(count * (number + chance.random()) / (kills + 1)))
        time.sleep(chance.uniform(0, 0.05))
        scene.kill_one(chance)
    scene.until_over(count, within_seconds=300 + count / 10)
    return scene.judge(count)


def test_three_workers_that_are_killed_lose_nothing_and_double_nothing(postgres: Postgres, tmp_path: Path) -> None:
    with postgres.database() as url, scene(url, tmp_path, 60, SLOW, HURRY) as run:
        judgement = killing(run, 60, workers=3, kills=2, seed=1)

    assert not judgement.lost, judgement.told
    assert not judgement.doubled, judgement.told
    assert judgement.states == {"sent": 60}


@pytest.mark.proof
def test_one_process_that_is_killed_and_started_again_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    with scene(sqlite_url(tmp_path), tmp_path, 40, SLOW, HURRY) as run:
        judgement = killing(run, 40, workers=1, kills=1, seed=2)

    assert not judgement.lost, judgement.told
    assert not judgement.doubled, judgement.told
    assert judgement.states == {"sent": 40}


def test_without_nonces_a_kill_leaves_at_most_what_was_in_flight_uncertain(postgres: Postgres, tmp_path: Path) -> None:
    with postgres.database() as url, scene(url, tmp_path, 60, SLOW_AND_PLAIN, HURRY) as run:
        judgement = killing(run, 60, workers=2, kills=1, seed=3)

    assert not judgement.lost, judgement.told
    assert not judgement.doubled, judgement.told
    assert len(judgement.uncertain) <= HURRY.chunk
    assert judgement.states["sent"] + judgement.states["uncertain"] == 60


@pytest.mark.proof
@pytest.mark.parametrize("turn", range(3))
def test_kills_of_workers_that_wait_for_their_turns_most_of_the_time(
    postgres: Postgres, tmp_path: Path, turn: int
) -> None:
    crew = Crew(lease=8, timeout=2, per_second=28)
    with postgres.database() as url, scene(url, tmp_path, 300, SLOW_AND_PLAIN, crew) as run:
        judgement = killing(run, 300, workers=2, kills=5, seed=400 + turn)

    note(f"kills, no nonces, 28 a second, round {turn + 1}", judgement.told)
    assert (judgement.lost, judgement.doubled) == (frozenset(), frozenset())
    assert len(judgement.uncertain) <= 5 * crew.chunk
    # what waits for its turn is not in doubt: two at most are between their intent and their first byte
    assert len(judgement.never_left) <= 5 * 2
    assert judgement.states["sent"] + judgement.states["uncertain"] == 300


@pytest.mark.proof
@pytest.mark.parametrize("turn", range(20))
def test_2000_deliveries_and_three_kills(postgres: Postgres, tmp_path: Path, turn: int) -> None:
    with postgres.database() as url, scene(url, tmp_path, 2000, NONCED, SHIPPED) as run:
        judgement = killing(run, 2000, workers=3, kills=3, seed=100 + turn)

    note(f"kills, PostgreSQL, 2,000, round {turn + 1}", judgement.told)
    assert (judgement.lost, judgement.doubled) == (frozenset(), frozenset())
    assert judgement.states == {"sent": 2000}


@pytest.mark.proof
def test_10000_deliveries_and_ten_kills(postgres: Postgres, tmp_path: Path) -> None:
    with postgres.database() as url, scene(url, tmp_path, 10_000, NONCED, SHIPPED) as run:
        judgement = killing(run, 10_000, workers=3, kills=10, seed=10_000)

    note("kills, PostgreSQL, 10,000", judgement.told)
    assert (judgement.lost, judgement.doubled) == (frozenset(), frozenset())
    assert judgement.states == {"sent": 10_000}


@pytest.mark.proof
@pytest.mark.parametrize("turn", range(3))
def test_2000_deliveries_of_one_process_that_is_started_again(tmp_path: Path, turn: int) -> None:
    with scene(sqlite_url(tmp_path), tmp_path, 2000, NONCED, SHIPPED) as run:
        judgement = killing(run, 2000, workers=1, kills=5, seed=200 + turn)

    note(f"kills, SQLite, 2,000, round {turn + 1}", judgement.told)
    assert (judgement.lost, judgement.doubled) == (frozenset(), frozenset())
    assert judgement.states == {"sent": 2000}


@pytest.mark.proof
@pytest.mark.parametrize("turn", range(3))
def test_2000_deliveries_to_a_platform_without_nonces(postgres: Postgres, tmp_path: Path, turn: int) -> None:
    with postgres.database() as url, scene(url, tmp_path, 2000, PLAIN, HURRY) as run:
        judgement = killing(run, 2000, workers=3, kills=5, seed=300 + turn)

    note(f"kills, no nonces, 2,000, round {turn + 1}", judgement.told)
    assert (judgement.lost, judgement.doubled) == (frozenset(), frozenset())
    assert len(judgement.uncertain) <= 5 * HURRY.chunk
    assert judgement.states["sent"] + judgement.states["uncertain"] == 2000
