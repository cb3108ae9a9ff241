"""Run the tests against a changed copy of the checkout.

pytest and the libraries are imported once; each trial is a fork of this process, which imports the program and its
tests.
"""

from __future__ import annotations

import importlib
import os
import re
import signal
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path
from typing import NoReturn

import pytest

from tests.mutants.packages import ROOT

#: imported before the forks; they are most of the start of a test run
_LIBRARIES = (
    "aiosmtpd.controller aiosmtplib aiosqlite alembic.command apscheduler.schedulers.asyncio cryptography.x509 discord "
    "feedparser httpx hypothesis jinja2 jsonschema numpy prometheus_client prompt_toolkit psycopg pydantic_settings "
    "rich.console sqlalchemy.ext.asyncio stamina starlette.applications structlog tantivy telegram.ext uvicorn"
).split()
_OURS = ("bot", "adapters", "tests")
_OPTIONS = (
    *("-x", "-q", "--no-header", "--hypothesis-seed=0"),
    *(part for plugin in ("randomly", "cacheprovider", "xdist", "cov") for part in ("-p", f"no:{plugin}")),
    # the libraries of the tests were imported before pytest could rewrite what they assert
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)


_FAILED = re.compile(r"^(?:FAILED|ERROR) (tests/.+?)(?: - .*)?$", re.MULTILINE)
_NOT_IMPORTED = re.compile(r"while loading conftest|^ERROR tests/\S+ - ", re.MULTILINE)
#: the exit code where pytest itself could not be run
_BROKEN = 70


class Outcome(Enum):
    """What the tests said."""

    KILLED = "killed"
    #: the tests did not end; an endless loop is noticed by everybody
    TIMED_OUT = "timed out"
    LIVED = "lived"


def preload() -> None:
    """Import what every trial needs."""
    for name in _LIBRARIES:
        with suppress(ImportError):
            importlib.import_module(name)


@contextmanager
def changed(file: Path, code: str) -> Iterator[None]:
    """Put other text into a file of the copy for a while."""
    original = (ROOT / file).read_text(encoding="utf-8")
    (ROOT / file).write_text(code, encoding="utf-8")
    try:
        yield
    finally:
        (ROOT / file).write_text(original, encoding="utf-8")


def try_out(tests: Sequence[str], seconds: float) -> tuple[Outcome, str]:
    """Run tests until the first fails, and return what came of it, with the test that failed or what was printed."""
    output, wanted = ROOT.parent / "output", ROOT.parent / "tests"
    wanted.write_text("".join(f"{test}\n" for test in tests), encoding="utf-8")
    child = os.fork()
    if child == 0:
        _be_pytest(wanted, output)
    status = _waited(child, time.monotonic() + seconds)
    printed = output.read_text(encoding="utf-8", errors="replace")
    if status is None:
        return Outcome.TIMED_OUT, printed
    if status == pytest.ExitCode.OK:
        return Outcome.LIVED, printed
    failed = status in (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED) and re.search(_FAILED, printed)
    # a process that a signal has ended was killed by the change, too
    if failed or status < 0:
        return Outcome.KILLED, failed[1] if failed else f"signal {-status}"
    # what every test, or a test file, imports could not be imported
    if status == pytest.ExitCode.USAGE_ERROR and _NOT_IMPORTED.search(printed):
        return Outcome.KILLED, "import"
    raise RuntimeError(f"the tests could not be run, pytest ended with {status}:\n{printed}")


def _waited(child: int, until: float) -> int | None:
    """Return the exit code, or None if the child did not end in time and was killed with its children."""
    try:
        while time.monotonic() < until:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.02)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _be_pytest(wanted: Path, output: Path) -> NoReturn:
    """Be a process that was just started."""
    code = _BROKEN
    try:
        os.setsid()
        file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(file, stream)
        for name in [name for name in sys.modules if name.partition(".")[0] in _OURS]:
            del sys.modules[name]
        code = int(pytest.main([*_OPTIONS, f"@{wanted}"]))
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
