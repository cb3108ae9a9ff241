"""Run the tests against a changed copy of the checkout.

pytest and the libraries are imported once; each trial is a fork of this process, which imports the program and its tests
from the copy. Nothing is ever changed in the checkout itself.
"""

from __future__ import annotations

import compileall
import importlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path
from py_compile import PycInvalidationMode
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
_LEFT_OUT = (".*", "build", "dist", "__pycache__", "*.egg-info", "htmlcov")
_OPTIONS = ("-x", "-q", "--no-header", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov")


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
def copied(home: Path) -> Iterator[Path]:
    """Yield a copy of the checkout, with its data beside it as they lie beside the checkout."""
    tree = home / "checkout"
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*_LEFT_OUT), symlinks=True)
    shared = ROOT.parent / "shared"
    if shared.is_dir():
        (home / "shared").symlink_to(shared)
    for name in ("bot", "adapters"):
        # by content: a change within the same second and of the same size is noticed too
        compileall.compile_dir(tree / name, quiet=2, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
    yield tree
    shutil.rmtree(home)


def try_out(tree: Path, file: Path, code: str, tests: Sequence[str], seconds: float) -> tuple[Outcome, str]:
    """Change one file of a copy, run tests until the first fails, and return what came of it with what was printed."""
    original = (tree / file).read_text(encoding="utf-8")
    (tree / file).write_text(code, encoding="utf-8")
    try:
        return _run(tree, tests, seconds)
    finally:
        (tree / file).write_text(original, encoding="utf-8")


def _run(tree: Path, tests: Sequence[str], seconds: float) -> tuple[Outcome, str]:
    output, wanted = tree.parent / "output", tree.parent / "tests"
    wanted.write_text("".join(f"{test}\n" for test in tests), encoding="utf-8")
    child = os.fork()
    if child == 0:
        _be_pytest(tree, wanted, output)
    status = _waited(child, time.monotonic() + seconds)
    printed = output.read_text(encoding="utf-8", errors="replace")
    if status is None:
        return Outcome.TIMED_OUT, printed
    if status == pytest.ExitCode.OK:
        return Outcome.LIVED, printed
    if status == pytest.ExitCode.NO_TESTS_COLLECTED:
        raise RuntimeError(f"none of the tests was found:\n{printed}")
    return Outcome.KILLED, printed


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


def _be_pytest(tree: Path, wanted: Path, output: Path) -> NoReturn:
    """Be a process that was started in the copy."""
    code = 1
    try:
        os.setsid()
        file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(file, stream)
        for name in [name for name in sys.modules if name.partition(".")[0] in _OURS]:
            del sys.modules[name]
        sys.path[:] = [str(tree), *(each for each in sys.path if Path(each).resolve() != ROOT)]
        os.environ["PYTHONPATH"] = str(tree)
        os.chdir(tree)
        code = int(pytest.main([*_OPTIONS, "--hypothesis-seed=0", f"@{wanted}"]))
    finally:
        sys.stdout.flush()
        os._exit(code)
