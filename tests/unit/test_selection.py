"""Every case is run by `make test` or by `make proof`."""

from __future__ import annotations

from itertools import product

from tests.selection import one_in, shared_out


def test_each_value_is_tested_once_and_every_other_pair_is_a_proof() -> None:
    cases = shared_out("abcd", "xy")

    assert [each.values for each in cases] == list(product("abcd", "xy"))
    assert [each.values for each in cases if not each.marks] == [("a", "x"), ("b", "y"), ("c", "x"), ("d", "y")]
    assert {mark.name for each in cases for mark in each.marks} == {"proof"}


def test_one_value_in_so_many_is_tested() -> None:
    cases = one_in(3, "abcde")

    assert [each.values for each in cases] == [(each,) for each in "abcde"]
    assert [each.values for each in cases if not each.marks] == [("a",), ("d",)]
