"""Rows that can be read and rows that cannot: one bad row never costs the others that were read with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa

from bot.logs import Log
from bot.store.columns import Garbled

log = Log(__name__)
T = TypeVar("T")

#: what a reader may raise for a value that makes no sense; anything else is a fault of the reader
WRONG_VALUE = (ValueError, TypeError, KeyError, AttributeError, OverflowError, OSError)
_LONGEST = 60


class Unreadable(ValueError):
    """A row holds something that it cannot hold; the message is a clause that names the column and the value."""


def intact(row: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """Return the row. Raises `Unreadable` where a value is none of its column's type."""
    if Garbled in map(type, row.values()):
        name, value = next((name, value) for name, value in row.items() if type(value) is Garbled)
        raise Unreadable(f"{name} is {quoted(value.value)}")
    return row


def quoted(value: object) -> str:
    """Return a short quotation of a stored value."""
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def readable(rows: Iterable[sa.Row[*tuple[Any, ...]]], read: Callable[[Any], T], table: str) -> list[T]:
    """Return what `read` makes of each row; a row that cannot be read is logged once and left out."""
    found = []
    for row in rows:
        try:
            found.append(read(intact(row._mapping)))
        except WRONG_VALUE as error:
            report(table, str(row[0]), str(error))
    return found


@lru_cache(maxsize=10_000)
def report(table: str, key: str, reason: str) -> None:
    """Log a row that cannot be read: once in a process, as it may be read many times a second."""
    log.error("row cannot be read", table=table, key=key[:_LONGEST], reason=reason[:300])


def legible(value: Any, otherwise: T) -> Any | T:
    """Return a single value, or something else in its place where it is garbled."""
    return otherwise if isinstance(value, Garbled) else value
