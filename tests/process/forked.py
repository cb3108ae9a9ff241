"""Processes that are forked from one that has imported the program."""

from __future__ import annotations

import atexit
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Job:
    """A module to run as a program."""

    module: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    directory: Path
    #: for standard input, output and errors
    files: tuple[Path, Path, Path]

    def line(self) -> bytes:
        """Return what the preloaded process is sent."""
        told = {
            "module": self.module,
            "arguments": self.arguments,
            "environment": dict(self.environment),
            "directory": str(self.directory),
            "files": [str(file) for file in self.files],
        }
        return json.dumps(told).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended, and what it said."""

    code: int
    out: str
    err: str


class Forked:
    """A running job; as much of `subprocess.Popen` as the tests need."""

    def __init__(self, job: Job) -> None:
        self._told = socket.socket(socket.AF_UNIX)
        self._told.connect(preloaded())
        self._told.sendall(job.line())
        self._lines = self._told.makefile("rb", buffering=0)
        self.pid = int(self._lines.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        return self._look(0)

    def wait(self, timeout: float) -> int:
        """Return the exit code. Raise `TimeoutError` if it does not end in so many seconds."""
        code = self._look(timeout)
        if code is None:
            raise TimeoutError(f"process {self.pid} did not end within {timeout} s")
        return code

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal, if it is still there."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it with no word of warning."""
        self.send_signal(signal.SIGKILL)

    def _look(self, seconds: float) -> int | None:
        if self.returncode is None and select.select([self._told], [], [], seconds)[0]:
            self.returncode = int(self._lines.readline())
            self._lines.close()
            self._told.close()
        return self.returncode


class Program:
    """A running Python program with files for what it reads and prints. Its standard input stays open."""

    def __init__(self, program: str, arguments: tuple[str, ...], place: Path) -> None:
        self._out, self._err = place / "out", place / "err"
        for file in (self._out, self._err):
            file.touch()
        os.mkfifo(place / "in")
        # open for reading, too, so that neither side waits for the other one
        self._in = os.open(place / "in", os.O_RDWR)
        environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
        files = (place / "in", self._out, self._err)
        self._child = Forked(Job("tests.process.script", (program, *arguments), environment, _ROOT, files))

    def tell(self, line: str) -> None:
        """Write a line to its standard input."""
        os.write(self._in, f"{line}\n".encode())

    def wait_for_line(self, seconds: float = 60) -> None:
        """Wait until it has printed a line. Raise `TimeoutError`, or `EOFError` if it ended without one."""
        deadline = time.monotonic() + seconds
        while not self._out.read_bytes().endswith(b"\n"):
            if self._child.poll() is not None:
                raise EOFError(self._err.read_text(errors="replace"))
            if time.monotonic() > deadline:
                raise TimeoutError(f"no line within {seconds} s")
            time.sleep(0.01)

    def wait(self, seconds: float = 60) -> Ended:
        """Return how it ended and what it printed. Raise `TimeoutError`."""
        code = self._child.wait(seconds)
        return Ended(code, *(file.read_text(errors="replace") for file in (self._out, self._err)))

    def close(self) -> None:
        """Kill it if it is still running."""
        self._child.kill()
        self._child.wait(10)
        os.close(self._in)


@contextmanager
def running_program(program: str, *arguments: str) -> Iterator[Program]:
    """Run a Python program in a process of its own; it is killed at the end of the block."""
    with tempfile.TemporaryDirectory(prefix="paperboy-") as place:
        running = Program(program, arguments, Path(place))
        try:
            yield running
        finally:
            running.close()


def run_program(program: str, *arguments: str, seconds: float = 60) -> Ended:
    """Run a Python program in a process of its own, to its end."""
    with running_program(program, *arguments) as running:
        return running.wait(seconds)


@cache
def preloaded() -> str:
    """The socket of the preloaded process, which is started with the first command and ends with the tests."""
    place = tempfile.mkdtemp(prefix="paperboy-")
    path = f"{place}/commands"
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.process.preloaded", path],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        cwd=_ROOT,
    )

    def end() -> None:
        child.kill()
        child.wait()
        shutil.rmtree(place, ignore_errors=True)

    atexit.register(end)
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    child.stdout.close()
    return path
