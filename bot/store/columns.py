"""The kinds of columns that both databases store alike.

Reading never raises: a value that is none of its column's type comes out as `Garbled`, so that one bad value costs the
row that it stands in and not all the rows that were read with it (`bot.store.rows`).
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
    """A value that its column cannot hold. SQLite keeps whatever it is given, and JSON may be damaged."""

    value: object


def storable(text: str) -> str:
    """The text without what PostgreSQL refuses (NUL) or UTF-8 cannot carry (half of a surrogate pair)."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


class PlainText(sa.TypeDecorator[str]):
    """Text that can always be written: one stray byte in a title must not cost the whole list of a day."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """Cleans on the way in."""
        return value and storable(value)

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor:
        """Return what makes a text of a stored value; anything else is garbled."""
        return guarded(super().result_processor(dialect, coltype), str)


def guarded(processor: Processor | None, expected: type | tuple[type, ...]) -> Processor:
    """Return a result processor that gives `Garbled` for what the inner one refuses or is not of the type."""

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
    """A tuple of strings, as JSON in a text column.

    PostgreSQL's own json type cannot be compared, so "an empty list" could not be told from others in SQL.
    """

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: sa.Dialect) -> str | None:
        """Cleans on the way in; letters stay letters, so that the text can be searched."""
        return None if value is None else json.dumps([storable(text) for text in value], ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> tuple[str, ...] | None:
        """A tuple again. Raises `ValueError` for JSON of anything else."""
        if value is None:
            return None
        found = json.loads(value)
        if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
            raise ValueError("not a list of texts")
        return tuple(found)

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor:
        """Return what makes a tuple of a stored value; anything else is garbled."""
        return guarded(super().result_processor(dialect, coltype), tuple)


class UtcDateTime(sa.TypeDecorator[datetime]):
    """A moment, aware and in UTC on both sides. SQLite stores no zone, PostgreSQL answers in the session's."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Raises `ValueError` for a naive moment: nobody could say later when it was."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"a moment without a time zone: {value}")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Puts UTC back on."""
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor:
        """Return what makes a moment of a stored value; anything else is garbled."""
        return guarded(super().result_processor(dialect, coltype), datetime)


class LocalDate(sa.TypeDecorator[date]):
    """A date of a calendar, without a zone."""

    impl = sa.Date
    cache_ok = True

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor:
        """Return what makes a date of a stored value; anything else is garbled."""
        return guarded(super().result_processor(dialect, coltype), date)


class LocalTime(sa.TypeDecorator[time]):
    """A time of day, without a zone."""

    impl = sa.Time
    cache_ok = True

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor:
        """Return what makes a time of a stored value; anything else is garbled."""
        return guarded(super().result_processor(dialect, coltype), time)


class Number(sa.TypeDecorator[int]):
    """A whole number."""

    impl = sa.Integer
    cache_ok = True

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor:
        """Return what makes a number of a stored value; anything else is garbled."""
        return guarded(super().result_processor(dialect, coltype), int)


class Real(sa.TypeDecorator[float]):
    """A number with a fraction."""

    impl = sa.Double
    cache_ok = True

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor:
        """Return what makes a number of a stored value; anything else is garbled."""
        return guarded(super().result_processor(dialect, coltype), (float, int))


class Flag(sa.TypeDecorator[bool]):
    """True or false."""

    impl = sa.Boolean
    cache_ok = True

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor:
        """Return what makes a truth of a stored value; anything else, "yes" among it, is garbled."""
        inner = super().result_processor(dialect, coltype)
        return guarded(lambda value: _flag(inner(value) if inner and value in (0, 1) else value), bool)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("neither true nor false")
    return value
