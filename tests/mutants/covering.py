"""Which tests run which line, and how long they take: measured once with coverage's contexts."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from coverage import CoverageData

from tests.mutants.packages import ROOT, Package, measured_as
from tests.mutants.sampling import Mutant, source

_RC = """
[run]
concurrency = thread, greenlet
source = bot, adapters
relative_files = true
data_file = {data}
"""


@dataclass(frozen=True, slots=True)
class Covering:
    """The tests by file and line, and the seconds that each took."""

    lines: Mapping[str, Mapping[int, frozenset[str]]]
    seconds: Mapping[str, float]
    #: how many lines of all files a test ran: the fewer, the nearer is it to those that it did run
    breadth: Mapping[str, int] = field(default_factory=dict)

    def tests(self, mutant: Mutant) -> list[str]:
        """The tests that run the changed line, nearest first; of a constant, those that run its users."""
        found = self._at(mutant.file.as_posix(), _statement(source(mutant.file), mutant.line))
        if not found:
            found = self._users(mutant)
        return sorted(found, key=lambda test: (self.breadth[test], self.seconds.get(test, 0.0), test))

    def _at(self, file: str, lines: Iterable[int]) -> set[str]:
        known = self.lines.get(file, {})
        return {test for line in lines for test in known.get(line, ())}

    def _users(self, mutant: Mutant) -> set[str]:
        """What is run when a module is imported belongs to no test."""
        name = _assigned(source(mutant.file), mutant.line)
        if name is None:
            return set()
        found: set[str] = set()
        for file in self.lines:
            text = source(Path(file))
            if name in text:
                found |= self._at(file, _mentions(text, name))
        return found or self._at(mutant.file.as_posix(), self.lines.get(mutant.file.as_posix(), {}))


def _mentions(text: str, name: str) -> list[int]:
    word = re.compile(rf"\b{re.escape(name)}\b")
    return [number for number, line in enumerate(text.splitlines(), 1) if word.search(line)]


def _statement(text: str, line: int) -> range:
    """Return the lines of the innermost statement, of a compound one those of its head."""
    best = range(line, line + 1)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno):
            body = getattr(node, "body", None)
            last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
            if node.lineno <= line <= max(last, node.lineno):
                best = range(node.lineno, max(last, node.lineno) + 1)
    return best


def _assigned(text: str, line: int) -> str | None:
    """Return the name that a statement outside of functions gives a value to: of a constant, a field, a function."""
    found = None
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if not node.lineno <= line <= (node.end_lineno or node.lineno):
                continue
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            if isinstance(target, ast.Name):
                found = target.id
            elif target is None:
                found = getattr(node, "name", found)
    return found


def measured(package: Package, kept: Path, left_out: str, *, reuse: bool) -> Covering:
    """Run the tests once, unless nothing has changed since the last time or what was measured then will do."""
    data, times, done = (kept / f"{measured_as(package)}.{end}" for end in ("coverage", "seconds", "state"))
    state = _state(package, left_out)
    if not data.exists() or not done.exists() or (done.read_text() != state and not reuse):
        _run(package.tests, data, times, left_out)
        done.write_text(state)
    return _read(data, json.loads(times.read_text()))


def _state(package: Package, left_out: str) -> str:
    """A hash of everything that the answer follows from."""
    digest = hashlib.sha256(repr((package.tests, left_out)).encode())
    for folder in ("bot", "adapters", "tests"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _run(tests: Sequence[str], data: Path, times: Path, left_out: str) -> None:
    rc = data.with_suffix(".rc")
    rc.write_text(_RC.format(data=data))
    options = ("-q", "-p", "no:randomly", "-p", "tests.mutants.timing", "--hypothesis-seed=0")
    cover = ("--cov", f"--cov-config={rc}", "--cov-context=test", "--cov-report=")
    chosen = ("-k", f"not ({left_out})") if left_out else ()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *cover, *chosen, *tests],
        cwd=ROOT,
        env={**os.environ, "MUTANTS_TIMES": str(times)},
        check=False,
    )
    if done.returncode not in (0, 1):
        raise SystemExit("The tests could not be run.")
    if done.returncode:
        print("What fails without any change is asked about none.", flush=True)


def _read(data: Path, seconds: Mapping[str, float]) -> Covering:
    stored = CoverageData(str(data))
    stored.read()
    lines: dict[str, dict[int, frozenset[str]]] = {}
    breadth: dict[str, int] = defaultdict(int)
    for path in stored.measured_files():
        file = Path(path).relative_to(ROOT).as_posix() if Path(path).is_absolute() else Path(path).as_posix()
        lines[file] = {
            line: frozenset(test for context in contexts if (test := context.rpartition("|")[0]) in seconds)
            for line, contexts in stored.contexts_by_lineno(path).items()
        }
        for tests in lines[file].values():
            for test in tests:
                breadth[test] += 1
    return Covering(lines, seconds, breadth)
