"""Column types that behave the same on both databases.

Reading never raises: an invalid value becomes `Garbled`, so that one bad value affects only its own row and not all
rows read with it (see `bot.storage.rows`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa

Processor = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Garbled:
    """An invalid value in a column. SQLite does not enforce column types, and JSON may be damaged."""

    value: object


def storable(text: str) -> str:
    """Return the text without NUL, which PostgreSQL rejects, and lone surrogates, which UTF-8 cannot encode."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


class PlainText(sa.TypeDecorator[str]):
    """Text from which unstorable characters are removed, so that one of them does not prevent saving a whole list."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """Remove unstorable characters."""
        return value and storable(value)

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor:
        """Return a processor that checks for str."""
        return guarded(super().result_processor(dialect, coltype), str)


def guarded(processor: Processor | None, expected: type | tuple[type, ...]) -> Processor:
    """Return a result processor that yields `Garbled` if the inner one fails or returns another type."""

    def checked(value: Any) -> Any:
        return value if value is None or isinstance(value, expected) else Garbled(value)

    if processor is None:
        return checked

    def process(value: Any) -> Any:
        if value is None:
            return None
        try:
            found = processor(value)
        except (ValueError, TypeError, OverflowError, AttributeError, RecursionError):
            return Garbled(value)
        return found if isinstance(found, expected) else Garbled(value)

    return process


class Strings(sa.TypeDecorator[tuple[str, ...]]):
    """A tuple of strings, stored as JSON in a text column.

    PostgreSQL's json type has no equality operator, so an empty list could not be found by SQL.
    """

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: sa.Dialect) -> str | None:
        """Remove unstorable characters and encode; letters are not escaped, so that the text can be searched."""
        return None if value is None else json.dumps([storable(text) for text in value], ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> tuple[str, ...] | None:
        """Decode to a tuple. Raise `ValueError` for any other JSON."""
        if value is None:
            return None
        found = json.loads(value)
        if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
            raise ValueError("not a list of texts")
        return tuple(found)

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor:
        """Return a processor that checks for tuple."""
        return guarded(super().result_processor(dialect, coltype), tuple)


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware moment in UTC. SQLite stores no time zone, and PostgreSQL returns the session's."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Convert to UTC. Raise `ValueError` for a naive moment."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"a moment without a time zone: {value}")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Convert to UTC, or add UTC to a naive moment."""
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor:
        """Return a processor that checks for datetime."""
        return guarded(super().result_processor(dialect, coltype), datetime)


class LocalDate(sa.TypeDecorator[date]):
    """A date without time zone."""

    impl = sa.Date
    cache_ok = True

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor:
        """Return a processor that checks for date."""
        return guarded(super().result_processor(dialect, coltype), date)


class LocalTime(sa.TypeDecorator[time]):
    """A time of day without time zone."""

    impl = sa.Time
    cache_ok = True

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor:
        """Return a processor that checks for time."""
        return guarded(super().result_processor(dialect, coltype), time)


class Number(sa.TypeDecorator[int]):
    """An integer."""

    impl = sa.Integer
    cache_ok = True

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor:
        """Return a processor that checks for float or int."""
        return guarded(super().result_processor(dialect, coltype), int)


class Real(sa.TypeDecorator[float]):
    """A floating-point number."""

    impl = sa.Double
    cache_ok = True

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor:
        """Return a processor that checks for float or int."""
        return guarded(super().result_processor(dialect, coltype), (float, int))


class Flag(sa.TypeDecorator[bool]):
    """A boolean."""

    impl = sa.Boolean
    cache_ok = True

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor:
        """Return a processor that checks for bool; text such as "yes" is garbled."""
        inner = super().result_processor(dialect, coltype)
        return guarded(lambda value: _flag(inner(value) if inner and value in (0, 1) else value), bool)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("neither true nor false")
    return value
