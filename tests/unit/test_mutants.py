"""The changes that `make mutants` makes; imported late, as the rest of the tests does without."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

pytest.importorskip("parso", reason="cosmic-ray is not installed")

CODE = """
def f(a, b):
    log.info("x", a=1)
    count += 1
    if a in b and not a:
        return min(a, b)
    for each in b:
        if each not in a:
            break
    return None
"""
EXPECTED = {
    "log.info": "pass",
    "count += 1": "pass",
    "if a in b and not a:": "if a not in b and not a:",
    "return min(a, b)": "return None",
    "min(a, b)": "return max(a, b)",
    "if each not in a:": "if each in a:",
}


def test_each_own_kind_of_change_makes_what_it_says() -> None:
    from cosmic_ray.mutating import mutate_code

    from tests.mutants import operators

    made = []
    for operator in (
        operators.DropStatement(),
        operators.ReturnNothing(),
        operators.SwapExtremes(),
        operators.SwapMembership(),
    ):
        occurrence = 0
        while (changed := mutate_code(CODE, operator, occurrence)) is not None:
            ast.parse(changed)
            (line,) = set(changed.splitlines()) - set(CODE.splitlines())
            made.append(line.strip())
            occurrence += 1

    assert sorted(made) == sorted(EXPECTED.values())


def test_the_same_seed_draws_the_same_and_each_change_is_one() -> None:
    from tests.mutants.known import change_of
    from tests.mutants.packages import Package
    from tests.mutants.sampling import drawn, source

    package = Package("one file", ("bot/services/delivery/rate_limiter.py",), ())
    first, again, other = (drawn(package, 12, seed) for seed in (1, 1, 2))

    assert [(each.file, each.line, each.kind) for each in first] == [
        (each.file, each.line, each.kind) for each in again
    ]
    assert [(each.file, each.line) for each in first] != [(each.file, each.line) for each in other]
    for mutant in first:
        ast.parse(mutant.code())
        change = change_of(mutant.file, source(mutant.file), mutant.code())
        assert change.before != change.after


def test_each_change_that_is_known_to_change_nothing_is_still_possible() -> None:
    from tests.mutants.known import equivalent
    from tests.mutants.sampling import source

    gone = [
        change
        for change in equivalent()
        if change.before not in " ".join(line.strip() for line in source(Path(change.file)).splitlines())
    ]

    assert gone == []
    assert all(equivalent().values())
