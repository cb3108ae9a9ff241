"""Draws changes, tries each, and tells what lived; runs in a copy of the checkout."""

from __future__ import annotations

import argparse
import difflib
import json
import math
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.mutants.control import raising
from tests.mutants.covering import Covering, starts_processes
from tests.mutants.known import change_of, equivalent
from tests.mutants.measuring import measured
from tests.mutants.packages import PACKAGES, Package
from tests.mutants.sampling import Mutant, drawn, source
from tests.mutants.trials import Outcome, changed, preload, try_out

#: seconds of tests that one change is worth; the nearest come first
_WORTH = 60.0
#: tests that are asked before the others: few files are imported for them, and most changes are noticed by them
_FIRST = 30
#: share that has to be killed
_FLOOR = 0.9
#: seconds that a run is given besides five times what its tests took with coverage
_AT_LEAST = 30


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one change; None where no test runs the line."""

    mutant: Mutant
    outcome: Outcome | None
    #: why nobody can notice it
    reason: str = ""
    #: the test that noticed it
    by: str = ""

    @property
    def lived(self) -> bool:
        return self.outcome in (Outcome.LIVED, None)

    @property
    def name(self) -> str:
        """What finds it again."""
        mutant = self.mutant
        return f"{mutant.file.as_posix()}:{mutant.line}:{mutant.column} {mutant.kind}"


def _worth(tests: Sequence[str], covering: Covering, worth: float) -> tuple[list[str], float]:
    """Return the nearest tests that fit into the time, at least one, and how long they take."""
    chosen: list[str] = []
    took = 0.0
    for test in tests:
        seconds = covering.seconds.get(test, 0.0)
        if took + seconds <= worth or not chosen:
            chosen.append(test)
            took += seconds
    return chosen, took


def _groups(tests: Sequence[str], *, postgresql: bool) -> Iterator[list[str]]:
    """Yield the nearest tests, the other quick ones, those that start processes, and the twins on PostgreSQL."""
    processes = [test for test in tests if starts_processes(test)]
    quick = [test for test in tests if test not in processes]
    yield quick[:_FIRST]
    yield quick[_FIRST:]
    yield processes
    if postgresql:
        yield [test.replace("[sqlite", "[postgresql") for test in quick if "[sqlite" in test]


def _tried(mutant: Mutant, covering: Covering, given: argparse.Namespace) -> Tried:
    """Try the tests of one change; together they may take the time that it is worth."""
    reason = equivalent().get(change_of(mutant.file, source(mutant.file), code := mutant.code()))
    if reason is not None:
        return Tried(mutant, Outcome.LIVED, reason)
    tests = covering.tests(mutant)
    left = given.worth
    for group in _groups(tests, postgresql=given.postgresql):
        chosen, took = _worth(group, covering, left)
        if not chosen:
            continue
        left = max(left - took, 0.0)
        with changed(mutant.file, code):
            outcome, said = try_out(chosen, _AT_LEAST + 5 * took)
        if outcome is not Outcome.LIVED:
            return Tried(mutant, outcome, by=said if outcome is Outcome.KILLED else "")
    return Tried(mutant, Outcome.LIVED if tests else None)


def _doubted(tried: Sequence[Tried]) -> list[Tried]:
    """Return the outcomes; what was killed by a test that also fails without any change has lived."""
    killers, unsure = {each.by for each in tried if "::" in each.by}, set[str]()
    while killers:
        outcome, failed = try_out(sorted(killers), 600)
        if outcome is Outcome.LIVED:
            break
        unsure |= {failed} if failed in killers else killers
        killers -= unsure
        print(f"     fails without any change, too: {failed}", flush=True)
    return [replace(each, outcome=Outcome.LIVED) if each.by in unsure else each for each in tried]


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


def _run(package: Package, mutants: Iterable[Mutant], covering: Covering, given: argparse.Namespace) -> list[Tried]:
    tried: list[Tried] = []
    for mutant in mutants:
        began = time.monotonic()
        tried.append(each := _tried(mutant, covering, given))
        said = each.reason or (f"{each.outcome.value} {each.by}" if each.outcome else "no test runs it")
        print(f"{len(tried):4} {each.name}: {said} ({time.monotonic() - began:.0f} s)", flush=True)
        if each.lived and not each.reason:
            print(_difference(mutant), flush=True)
    return tried


def _check(mutants: Sequence[Mutant], covering: Covering) -> None:
    """Raise `RuntimeError` if tests fail without any change, or pass although a function that they run raises."""
    nearest = {mutant: next((test for test in covering.tests(mutant)), None) for mutant in mutants}
    tests = sorted({test for test in nearest.values() if test is not None})
    if not tests:
        return
    outcome, said = try_out(tests, 600)
    if outcome is not Outcome.LIVED:
        raise RuntimeError(f"without any change: {outcome.value} {said}")
    controls = ((mutant, test) for mutant, test in nearest.items() if test is not None)
    mutant, code = next((each, code) for each, _ in controls if (code := raising(source(each.file), each.line)))
    with changed(mutant.file, code):
        outcome, said = try_out(covering.tests(mutant), 600)
    if outcome is not Outcome.KILLED:
        raise RuntimeError(f"{mutant.file}:{mutant.line} raises, and {outcome.value}: {said}")
    print(f"     control, {mutant.file}:{mutant.line} raises: {outcome.value} {said}", flush=True)


def _again(mutants: list[Mutant], lived: Path) -> list[Mutant]:
    names = json.loads(lived.read_text(encoding="utf-8"))
    return [mutant for mutant in mutants if Tried(mutant, None).name in names]


def _of(package: Package, given: argparse.Namespace) -> bool:
    """Try one package, and return whether enough were killed."""
    kept: Path = given.kept
    lived = kept / f"{package.name}.lived.json"
    mutants = drawn(package, None if given.all else given.sample, given.seed)
    covering = measured(package, kept, given.leave_out, reuse=given.reuse)
    _check(mutants, covering)
    tried = _doubted(_run(package, _again(mutants, lived) if given.again else mutants, covering, given))
    lived.write_text(json.dumps([each.name for each in tried if each.lived and not each.reason]), encoding="utf-8")
    return _told(package, tried)


def main() -> int:
    described = argparse.ArgumentParser("tests.mutants")
    described.add_argument("packages", nargs="*", choices=[*PACKAGES, []], default=[])
    described.add_argument("--sample", type=int, default=60, help="changes per package")
    described.add_argument("--all", action="store_true", help="every place, one change of each kind: takes a day")
    described.add_argument("--seed", type=int, default=1)
    described.add_argument("--again", action="store_true", help="only those of the sample that lived the last time")
    described.add_argument("--worth", type=float, default=_WORTH, help="seconds of tests per change, nearest first")
    described.add_argument("--reuse", action="store_true", help="use what was measured before the last changes")
    described.add_argument("--leave-out", default="postgresql", help="tests that are not measured, as pytest's -k")
    described.add_argument("--no-postgresql", dest="postgresql", action="store_false", help="ask SQLite only")
    described.add_argument("--kept", type=Path, required=True, help="a folder for what was measured and what lived")
    given = described.parse_args()
    preload()
    return 0 if all([_of(PACKAGES[name], given) for name in given.packages or PACKAGES]) else 1


if __name__ == "__main__":
    sys.exit(main())
