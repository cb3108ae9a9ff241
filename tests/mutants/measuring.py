"""Runs the tests once with coverage's contexts, and keeps which of them run which line and how long they take."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path

from coverage import CoverageData

from tests.mutants.covering import Covering
from tests.mutants.packages import ROOT, Package, measured_as

_RC = """
[run]
concurrency = thread, greenlet
source = bot, adapters
relative_files = true
data_file = {data}
"""


class _Kept:
    """What was measured, in files beside each other."""

    def __init__(self, folder: Path, name: str) -> None:
        self.data, self.seconds, self.sources, self.tests = (
            folder / f"{name}.{end}" for end in ("coverage", "seconds.json", "sources.json", "tests.json")
        )

    @property
    def complete(self) -> bool:
        return all(path.exists() for path in (self.data, self.seconds, self.sources, self.tests))


def measured(package: Package, folder: Path, left_out: str, *, reuse: bool) -> Covering:
    """Run the tests whose coverage is not known.

    After a change of the program these are all, unless what was measured before it will do; then they are the test
    files that were added or changed since.
    """
    kept = _Kept(folder, measured_as(package))
    sources, tests = _texts(("bot", "adapters")), _hashes(package, left_out)
    if not kept.complete or not (reuse or json.loads(kept.sources.read_text()) == sources):
        seconds = _run(package.test_files(), kept, left_out, append=False)
        kept.sources.write_text(json.dumps(sources))
    else:
        seconds = json.loads(kept.seconds.read_text())
        known = json.loads(kept.tests.read_text())
        changed = [file for file, digest in tests.items() if known.get(file) != digest]
        seconds = {test: took for test, took in seconds.items() if tests.get(_file(test)) == known[_file(test)]}
        if changed:
            seconds |= _run(changed, kept, left_out, append=True)
    kept.seconds.write_text(json.dumps(seconds))
    kept.tests.write_text(json.dumps(tests))
    return _read(kept, seconds)


def _file(test: str) -> str:
    return test.partition("::")[0]


def _texts(folders: Sequence[str]) -> dict[str, str]:
    paths = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def _hashes(package: Package, left_out: str) -> dict[str, str]:
    return {
        file: hashlib.sha256(left_out.encode() + (ROOT / file).read_bytes()).hexdigest()
        for file in package.test_files()
    }


def _run(tests: Sequence[str], kept: _Kept, left_out: str, *, append: bool) -> dict[str, float]:
    """Return the seconds of the tests that passed."""
    rc, times = kept.data.with_suffix(".rc"), kept.data.with_suffix(".times")
    rc.write_text(_RC.format(data=kept.data))
    options = ("-q", "-p", "no:randomly", "-p", "tests.mutants.timing", "--hypothesis-seed=0")
    cover = ("--cov", f"--cov-config={rc}", "--cov-context=test", "--cov-report=", *["--cov-append"] * append)
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
        print("Tests that fail without any change are left out.", flush=True)
    seconds = json.loads(times.read_text())
    assert isinstance(seconds, dict)
    return seconds


def _read(kept: _Kept, seconds: Mapping[str, float]) -> Covering:
    stored = CoverageData(str(kept.data))
    stored.read()
    sources = json.loads(kept.sources.read_text())
    lines: dict[str, dict[int, frozenset[str]]] = {}
    breadth: dict[str, int] = defaultdict(int)
    for path in stored.measured_files():
        file = Path(path).relative_to(ROOT).as_posix() if Path(path).is_absolute() else Path(path).as_posix()
        present = ROOT / file
        at = moved(sources.get(file, ""), present.read_text(encoding="utf-8") if present.exists() else "")
        contexts = stored.contexts_by_lineno(path)
        lines[file] = {
            at[line]: frozenset(test for each in found if (test := each.rpartition("|")[0]) in seconds)
            for line, found in contexts.items()
            if line in at
        }
        for tests in lines[file].values():
            for test in tests:
                breadth[test] += 1
    return Covering(lines, seconds, breadth)


def moved(before: str, after: str) -> dict[int, int]:
    """Return where the lines of a file stand now, by where they stood."""
    return dict(_same_lines(before.splitlines(), after.splitlines()))


def _same_lines(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int, int]]:
    if before == after:
        yield from ((line, line) for line in range(1, len(after) + 1))
        return
    for tag, low, high, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal" or (tag == "replace" and high - low == end - start):
            yield from ((low + each + 1, start + each + 1) for each in range(high - low))
