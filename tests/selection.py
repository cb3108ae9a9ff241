"""Which cases of a table `make test` runs; `make proof` runs the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from zlib import crc32

import pytest

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet

DATABASES = ("sqlite", "postgresql")


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


def on_one_database(items: Iterable[pytest.Item]) -> None:
    """Leave each test that takes either database one of the two in `make test`; `make proof` runs the other."""
    for item in items:
        spec = getattr(item, "callspec", None)
        if spec is not None and (name := spec.params.get("store_url")) in DATABASES:
            test = item.nodeid.partition("[")[0]
            if name != DATABASES[crc32(test.encode()) % len(DATABASES)]:
                item.add_marker(pytest.mark.proof)
