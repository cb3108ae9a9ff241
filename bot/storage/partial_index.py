"""Partial index for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

_DIALECTS = ("sqlite", "postgresql")


class PartialIndex(sa.Index):
    """An index of the rows that meet a condition.

    Equivalent to `sa.Index(..., sqlite_where=..., postgresql_where=...)`, which imports both dialects to check its
    option names and costs 0.04 s at every start. Here a dialect is imported when it asks for its options.
    """

    def __init__(self, name: str, *columns: str, where: sa.TextClause) -> None:
        self._where = where
        super().__init__(name, *columns)

    @property
    def dialect_options(self) -> Any:
        """Options by dialect, as SQLAlchemy looks them up when compiling the statement."""
        return _Options(super().dialect_options, self._where)


class _Options:
    """Options of an index by dialect, with the condition added."""

    def __init__(self, options: Any, where: sa.TextClause) -> None:
        self._options = options
        self._where = where

    def __getitem__(self, dialect: str) -> Any:
        found = self._options[dialect]
        if dialect in _DIALECTS:
            found["where"] = self._where
        return found

    def __contains__(self, dialect: object) -> bool:
        return dialect in self._options

    def __iter__(self) -> Iterator[str]:
        return iter(self._options)
