"""Which shapes of text a function is slow at.

A cost that grows with the square of the length stands out at a tenth of the length already. So `make test` measures
only the shapes that cost most there at their full length, and `make proof` all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from heapq import nlargest
from time import process_time

import pytest

#: characters of a long text, and of one that tells which shapes are worth a long one
LENGTH, SHORT = 100_000, 10_000
#: shapes of each function that `make test` measures at full length
_SLOWEST = 3

Function = Callable[[str], object]
Selection = Callable[[Function, Iterable[str]], list[str]]


def repeated(shape: str, length: int = LENGTH) -> str:
    """Return a text of so many characters."""
    return (shape * (length // len(shape) + 1))[:length]


def seconds(function: Function, text: str) -> float:
    """Return the processor time of one call; other processes do not count."""
    began = process_time()
    function(text)
    return process_time() - began


def least_seconds(function: Function, text: str, enough: float) -> float:
    """Return the least processor time of three calls, or the first one below `enough`: one may have been disturbed."""
    best = float("inf")
    for _ in range(3):
        best = min(best, seconds(function, text))
        if best < enough:
            break
    return best


def slowest(function: Function, shapes: Iterable[str]) -> list[str]:
    """Return the shapes that cost most at a tenth of the length."""
    costs = {shape: seconds(function, repeated(shape, SHORT)) for shape in shapes}
    return nlargest(_SLOWEST, costs, key=costs.__getitem__)


def every(function: Function, shapes: Iterable[str]) -> list[str]:
    """Return all shapes."""
    return list(shapes)


#: put on a test of shapes with the argument `selection`
selections = pytest.mark.parametrize(
    "selection", [pytest.param(slowest, id="slowest"), pytest.param(every, id="every", marks=pytest.mark.proof)]
)
