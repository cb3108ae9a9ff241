"""A disk that is full, a file that is gone, locked or damaged: nothing is sent without a claim, and words say why."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.databases import Postgres, connected, sqlite_url
from tests.proofs.children import Child, wait_until
from tests.proofs.crew import Crew
from tests.proofs.platform import Rules
from tests.proofs.results import note
from tests.proofs.scene import Scene, scene

resource = pytest.importorskip("resource", reason="limits on the size of files are a thing of Unix")

#: without nonces, so that every message that is sent twice is seen twice
COUNT, RULES = 30, Rules(latency=0.05)
#: one process, that waits half a second for another one that writes
CREW = Crew(lease=10, timeout=2, nonced_chunk=5)


@contextmanager
def at_work(directory: Path, sent: int, timeout: float = 0.5) -> Iterator[tuple[Scene, Child]]:
    """A worker that has sent some of its deliveries."""
    url = f"{sqlite_url(directory)}?timeout={timeout}"
    with scene(url, directory, COUNT, RULES, CREW) as run:
        worker = run.work()
        run.until_sent(sent)
        yield run, worker


def says(worker: Child, words: str) -> None:
    """Wait for the words in the log."""
    wait_until(lambda: words in worker.said or not worker.alive, 40, words)
    assert words in worker.said


def quiet(run: Scene, seconds: float) -> bool:
    """Whether nothing was sent for a while, after what was in flight has arrived."""
    time.sleep(1)
    before = len(run.record().messages)
    time.sleep(seconds)
    return len(run.record().messages) == before


def all_came_once(run: Scene) -> None:
    run.until_over(COUNT)
    judgement = run.judge(COUNT)
    assert not judgement.lost, judgement.told
    assert not judgement.doubled, judgement.told
    assert judgement.states == {"sent": COUNT}, judgement.told


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Another process writes, and does not come to an end."""
    with closing(sqlite3.connect(directory / "papers.db", timeout=20, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


def test_a_full_disk_stops_sending_and_all_goes_on_when_there_is_room(tmp_path: Path) -> None:
    with at_work(tmp_path, sent=5) as (run, worker):
        _, most = resource.prlimit(worker.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (65_536, most))
        says(worker, "disk")
        assert quiet(run, seconds=1)
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (most, most))

        all_came_once(run)


def test_a_file_that_is_locked_by_another_process_is_waited_for(tmp_path: Path) -> None:
    with at_work(tmp_path, sent=5) as (run, worker):
        with locked(tmp_path):
            says(worker, "locked by another process")
            assert quiet(run, seconds=0.5)

        all_came_once(run)


@pytest.mark.proof
def test_a_damaged_file_is_told_and_nothing_is_sent(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    with scene(url, tmp_path, COUNT, RULES, CREW) as run:
        with closing(sqlite3.connect(tmp_path / "papers.db")) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        whole = (tmp_path / "papers.db").read_bytes()
        (tmp_path / "papers.db").write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
        worker = run.work()

        says(worker, "is damaged")
        assert not run.record().messages

        worker.kill()
        (tmp_path / "papers.db").write_bytes(whole)
        run.work()
        all_came_once(run)


@pytest.mark.proof
def test_a_file_that_is_deleted_is_missed_and_nothing_more_is_sent(tmp_path: Path) -> None:
    with at_work(tmp_path, sent=5) as (run, worker):
        for file in tmp_path.glob("papers.db*"):
            file.unlink()

        assert quiet(run, seconds=1)
        assert "papers.db" in worker.said
        assert len(run.record().messages) < COUNT


@pytest.mark.proof
def test_a_file_that_is_locked_for_30_seconds(tmp_path: Path) -> None:
    with at_work(tmp_path, sent=5, timeout=5) as (run, _):
        with locked(tmp_path):
            time.sleep(30)
        all_came_once(run)
        note("SQLite locked for 30 s", run.judge(COUNT).told)


@pytest.mark.proof
def test_a_postgresql_where_nobody_may_write_for_a_while(postgres: Postgres, tmp_path: Path) -> None:
    with postgres.database() as url, scene(url, tmp_path, COUNT, RULES, CREW) as run:
        worker = run.work()
        run.until_sent(5)
        read_only(url, "on")
        says(worker, "is read-only at the moment")
        assert quiet(run, seconds=1)
        read_only(url, "off")

        all_came_once(run)
        note("PostgreSQL where nobody may write", run.judge(COUNT).told)


def read_only(url: str, on: str) -> None:
    """Of the whole database, also for those who are connected."""
    with connected(url) as database:
        name = database.exec_driver_sql("SELECT current_database()").scalar_one()
        database.exec_driver_sql("SET default_transaction_read_only = off")
        database.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = {on}")
        database.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()"
        )
