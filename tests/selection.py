"""Which cases of a table `make test` runs; `make proof` runs the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet


def shared_out(values: Sequence[object], others: Sequence[object]) -> list[ParameterSet]:
    """Return all pairs of two ranges; `make test` takes each value with one of the others, in turn."""
    return [
        pytest.param(value, other, marks=() if place % len(others) == number else pytest.mark.proof)
        for place, value in enumerate(values)
        for number, other in enumerate(others)
    ]


def one_in(count: int, values: Sequence[object]) -> list[ParameterSet]:
    """Return all values; `make test` takes one in so many."""
    return [pytest.param(value, marks=pytest.mark.proof if place % count else ()) for place, value in enumerate(values)]
