"""The kinds of columns that both databases store alike."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import sqlalchemy as sa


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
        """A tuple again."""
        return None if value is None else tuple(json.loads(value))


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
