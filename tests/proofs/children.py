"""Processes of a test: started, wounded, and ended by their ids when the test is over."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.process.forked import Forked, Job

ROOT = Path(__file__).resolve().parents[2]


def wait_until(true: Callable[[], bool], within_seconds: float, what: str, every_seconds: float = 0.05) -> None:
    """Look again and again. Raises `TimeoutError`, which says what did not come."""
    deadline = time.monotonic() + within_seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come within {within_seconds} s")
        time.sleep(every_seconds)


@dataclass(frozen=True, slots=True)
class Child:
    """One process."""

    process: Forked
    log: Path

    @property
    def pid(self) -> int:
        """The system's number of it."""
        return self.process.pid

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    @property
    def said(self) -> str:
        """What it wrote, on either output."""
        return self.log.read_text(errors="replace")

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it is still there."""
        self.process.send_signal(number)

    def kill(self) -> None:
        """End it with no word of warning."""
        self.process.kill()
        self.process.wait(10)

    def ended(self, within_seconds: float = 60) -> int:
        """The exit code, once it has ended by itself."""
        return self.process.wait(within_seconds)


@dataclass(slots=True)
class Children:
    """All processes of a test."""

    directory: Path
    started: list[Child] = field(default_factory=list)

    def start(self, module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Child:
        """Run a module of this checkout."""
        log = self.directory / f"{len(self.started)}.{module}.log"
        log.touch()
        files = (Path(os.devnull), log, log)
        child = Child(Forked(Job(module, arguments, _environment(environment or {}), self.directory, files)), log)
        self.started.append(child)
        return child


@contextmanager
def children(directory: Path) -> Iterator[Children]:
    """Whatever happens, every one of them has ended afterwards."""
    all = Children(directory)
    try:
        yield all
    finally:
        for child in all.started:
            child.kill()


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This one's, without the settings of whoever runs the tests."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PAPERBOY_", "COV_"))}
    return {**inherited, "PYTHONPATH": str(ROOT), "PAPERBOY_OFFLINE": "1", "PAPERBOY_LOG_LEVEL": "info", **settings}
