"""Whether the tests notice when the program is changed.

    python -m tests.mutants [ledger delivery query search adapters] [--sample 60 | --all] [--seed 1] [--again]

Of each package a sample of small changes is drawn (a comparison, a condition, a number, a dropped statement ...); each is
made in a copy of the checkout, and the tests that run the changed line are run until one fails. Changes that nobody
could notice stand in `equivalent.tsv` and are left out of the share. `--again` tries those that lived the last time.
"""

from __future__ import annotations

import argparse
import difflib
import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.covering import Covering, measured
from tests.mutants.known import change_of, equivalent
from tests.mutants.packages import PACKAGES, ROOT, Package
from tests.mutants.sampling import Mutant, drawn, source
from tests.mutants.trials import Outcome, copied, preload, try_out

#: what is measured, and what lived, between two runs
_KEPT = ROOT / ".mutants"
#: seconds of tests that one change is worth; the nearest come first
_WORTH = 60.0
#: share that has to be killed
_FLOOR = 0.9


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one change; None where no test runs the line."""

    mutant: Mutant
    outcome: Outcome | None
    reason: str = ""

    @property
    def lived(self) -> bool:
        return self.outcome in (Outcome.LIVED, None)

    @property
    def name(self) -> str:
        """What finds it again."""
        mutant = self.mutant
        return f"{mutant.file.as_posix()}:{mutant.line}:{mutant.column} {mutant.kind}"


def _worth(tests: Sequence[str], covering: Covering, worth: float) -> tuple[list[str], float]:
    """Return the nearest tests that fit into the time, and how long they take."""
    chosen: list[str] = []
    took = 0.0
    for test in tests:
        took += covering.seconds.get(test, 0.0)
        if chosen and took > worth:
            break
        chosen.append(test)
    return chosen, took


def _tried(mutant: Mutant, tree: Path, covering: Covering, worth: float) -> Tried:
    """Ask the tests that need no server first: to start PostgreSQL takes longer than most of them."""
    reason = equivalent().get(change_of(mutant.file, source(mutant.file), code := mutant.code()))
    if reason is not None:
        return Tried(mutant, Outcome.LIVED, reason)
    tests = covering.tests(mutant)
    served = [test for test in tests if "postgresql" in test]
    for group in ([test for test in tests if test not in served], served):
        chosen, took = _worth(group, covering, worth)
        if not chosen:
            continue
        outcome, _ = try_out(tree, mutant.file, code, chosen, 60 + 10 * took)
        if outcome is not Outcome.LIVED:
            return Tried(mutant, outcome)
    return Tried(mutant, Outcome.LIVED if tests else None)


def _difference(mutant: Mutant) -> str:
    lines = difflib.unified_diff(source(mutant.file).splitlines(), mutant.code().splitlines(), n=1, lineterm="")
    return "\n".join(f"    {line}" for line in list(lines)[3:])


def _interval(killed: int, of: int) -> tuple[float, float]:
    """Return where the share of all changes lies with 95 % (Wilson)."""
    z, share = 1.96, killed / of
    middle, spread = share + z * z / (2 * of), z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (middle - spread) / (1 + z * z / of), (middle + spread) / (1 + z * z / of)


def _told(package: Package, tried: Sequence[Tried]) -> bool:
    """Print the line of a package, and return whether enough were killed."""
    equal = sum(1 for each in tried if each.reason)
    counted = len(tried) - equal
    killed = sum(1 for each in tried if not each.lived)
    low, high = _interval(killed, counted) if counted else (0.0, 1.0)
    print(
        f"{package.name:10} {killed:4} killed, {counted - killed:3} lived, {equal:3} change nothing: "
        f"{killed / max(counted, 1):.1%} killed (95 %: {low:.0%} to {high:.0%})",
        flush=True,
    )
    return counted == 0 or killed / counted >= _FLOOR


def _run(package: Package, mutants: Iterable[Mutant], tree: Path, worth: float) -> list[Tried]:
    covering = measured(package, _KEPT)
    tried: list[Tried] = []
    for mutant in mutants:
        began = time.monotonic()
        tried.append(each := _tried(mutant, tree, covering, worth))
        said = each.reason or (each.outcome.value if each.outcome else "no test runs it")
        print(f"{len(tried):4} {each.name}: {said} ({time.monotonic() - began:.0f} s)", flush=True)
        if each.lived and not each.reason:
            print(_difference(mutant), flush=True)
    return tried


def _again(package: Package, mutants: list[Mutant]) -> list[Mutant]:
    lived = json.loads((_KEPT / f"{package.name}.lived.json").read_text(encoding="utf-8"))
    return [mutant for mutant in mutants if Tried(mutant, None).name in lived]


def main() -> int:
    described = argparse.ArgumentParser("tests.mutants", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    described.add_argument("packages", nargs="*", choices=[*PACKAGES, []], default=[])
    described.add_argument("--sample", type=int, default=60, help="changes per package")
    described.add_argument("--all", action="store_true", help="every place, one change of each kind: takes a day")
    described.add_argument("--seed", type=int, default=1)
    described.add_argument("--again", action="store_true", help="only those of the sample that lived the last time")
    described.add_argument("--worth", type=float, default=_WORTH, help="seconds of tests for each change, nearest first")
    given = described.parse_args()
    _KEPT.mkdir(exist_ok=True)
    preload()
    enough = []
    for package in (PACKAGES[name] for name in given.packages or PACKAGES):
        mutants = drawn(package, None if given.all else given.sample, given.seed)
        chosen = _again(package, mutants) if given.again else mutants
        with copied(Path(tempfile.mkdtemp(prefix="paperboy-mutants-"))) as tree:
            tried = _run(package, chosen, tree, given.worth)
        lived = [each.name for each in tried if each.lived and not each.reason]
        (_KEPT / f"{package.name}.lived.json").write_text(json.dumps(lived, indent=1), encoding="utf-8")
        enough.append(_told(package, tried))
    return 0 if all(enough) else 1


if __name__ == "__main__":
    os.nice(10)
    sys.exit(main())
