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


@pytest.mark.parametrize(("line", "within"), [(1, None), (3, "outer"), (5, "inner"), (6, "outer")])
def test_the_control_raises_in_the_innermost_function(line: int, within: str | None) -> None:
    from tests.mutants.control import raising

    text = 'X = 1\ndef outer():\n    """Doc."""\n    def inner():\n        return 1\n    return inner()\n'
    changed = raising(text, line)

    if within is None:
        assert changed is None
        return
    assert changed is not None
    space: dict[str, object] = {}
    exec(changed, space)  # noqa: S102 - the text above
    outer = space["outer"]
    assert callable(outer)
    with pytest.raises(RuntimeError, match="control") as raised:
        outer()
    assert raised.traceback[-1].name == within


def test_a_short_change_is_known_by_the_line_before_it() -> None:
    from tests.mutants.known import change_of

    before = "for a in b:\n    if a:\n        break\n"
    change = change_of(Path("x.py"), before, before.replace("break", "continue"))

    assert (change.before, change.after) == ("if a: break", "if a: continue")


def test_lines_are_found_again_after_others_were_added_and_changed() -> None:
    from tests.mutants.measuring import moved

    assert moved("a\nb\nc\n", "new\na\nB\nc\n") == {1: 2, 2: 3, 3: 4}
    assert moved("a\nb\n", "a\nb\n") == {1: 1, 2: 2}
    assert moved("a\nb\nc\n", "a\nc\n") == {1: 1, 3: 2}


def test_a_spread_sample_takes_as_much_of_each_part() -> None:
    from tests.mutants.packages import Package
    from tests.mutants.sampling import drawn

    package = Package("two", ("bot/services/delivery/*.py", "bot/search/spelling.py"), (), spread=True)

    files = [mutant.file.name for mutant in drawn(package, 9, 1)]
    assert files.count("spelling.py") == 4


def test_each_change_that_is_known_to_change_nothing_is_still_possible() -> None:
    from tests.mutants.known import equivalent
    from tests.mutants.sampling import source

    gone = [
        change
        for change in equivalent()
        if change.before
        not in " ".join(text for line in source(Path(change.file)).splitlines() if (text := line.strip()))
    ]

    assert gone == []
    assert all(equivalent().values())
