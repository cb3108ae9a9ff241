"""Every case is run by `make test` or by `make proof`."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import pytest

from tests.selection import DATABASES, on_one_database, one_in, shared_out


def test_each_value_is_tested_once_and_every_other_pair_is_a_proof() -> None:
    cases = shared_out("abcd", "xy")

    assert [each.values for each in cases] == list(product("abcd", "xy"))
    assert [each.values for each in cases if not each.marks] == [("a", "x"), ("b", "y"), ("c", "x"), ("d", "y")]
    assert {mark.name for each in cases for mark in each.marks} == {"proof"}


def test_one_value_in_so_many_is_tested() -> None:
    cases = one_in(3, "abcde")

    assert [each.values for each in cases] == [(each,) for each in "abcde"]
    assert [each.values for each in cases if not each.marks] == [("a",), ("d",)]


class Case:
    """A collected test, as far as the choice looks at it."""

    def __init__(self, test: str, database: str) -> None:
        self.nodeid = f"{test}[{database}]"
        self.callspec = SimpleNamespace(params={"store_url": database})
        self.marks: list[str] = []

    def add_marker(self, mark: pytest.MarkDecorator) -> None:
        self.marks.append(mark.name)


def test_each_test_runs_on_one_database_and_on_the_other_as_a_proof() -> None:
    cases = [Case(f"test_{number}", database) for number in range(20) for database in DATABASES]

    on_one_database(cases)  # type: ignore[arg-type]

    assert all(sorted((*one.marks, *other.marks)) == ["proof"] for one, other in batched_pairs(cases))
    assert {case.nodeid.partition("[")[2] for case in cases if not case.marks} == {"sqlite]", "postgresql]"}


def batched_pairs(cases: list[Case]) -> list[tuple[Case, Case]]:
    return list(zip(cases[::2], cases[1::2], strict=True))
