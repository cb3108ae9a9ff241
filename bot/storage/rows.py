"""Tolerant row reading: an unreadable row is logged and left out instead of failing the whole query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa

from bot.domain.log import Log
from bot.storage.columns import Garbled

log = Log(__name__)
T = TypeVar("T")

#: exceptions that reading may raise for an invalid value; any other is a bug
WRONG_VALUE = (ValueError, TypeError, KeyError, AttributeError, OverflowError, OSError)
_LONGEST = 60
#: ids per statement: SQLite allows 32,766 variables, PostgreSQL 65,535; a thousand is still fast to plan
IDS_AT_ONCE = 1000


class Unreadable(ValueError):
    """A row has an invalid value; the message is a clause that names the column and the value."""


def intact(row: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """Return the row. Raise `Unreadable` if a value is `Garbled`."""
    if Garbled in map(type, row.values()):
        name, value = next((name, value) for name, value in row.items() if type(value) is Garbled)
        raise Unreadable(f"{name} is {quoted(value.value)}")
    return row


def quoted(value: object) -> str:
    """Return a short quotation of a stored value."""
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def readable(rows: Iterable[sa.Row[*tuple[Any, ...]]], read: Callable[[Any], T], table: str) -> list[T]:
    """Return the result of `read` for each row; unreadable rows are logged once and left out."""
    found = []
    for row in rows:
        try:
            found.append(read(intact(row._mapping)))
        except WRONG_VALUE as error:
            report(table, str(row[0]), str(error))
    return found


@lru_cache(maxsize=10_000)
def report(table: str, key: str, reason: str) -> None:
    """Log an unreadable row, once per process because it may be read many times a second."""
    log.error("row cannot be read", table=table, key=key[:_LONGEST], reason=reason[:300])


def legible(value: Any, otherwise: T) -> Any | T:
    """Return a value, or `otherwise` if it is garbled."""
    return otherwise if isinstance(value, Garbled) else value


def legible_values(values: Iterable[T]) -> list[T]:
    """Return the values of a column without garbled ones, which no row can be found by."""
    return [value for value in values if not isinstance(value, Garbled)]


def batches(ids: Sequence[T]) -> list[Sequence[T]]:
    """Split ids into batches that fit into a statement."""
    return [ids[start : start + IDS_AT_ONCE] for start in range(0, len(ids), IDS_AT_ONCE)]
