"""An index of some rows of a table only, declared once for both databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

_DIALECTS = ("sqlite", "postgresql")


class PartialIndex(sa.Index):
    """An index of the rows that meet a condition.

    `sa.Index(..., sqlite_where=..., postgresql_where=...)` says the same, but loads both dialects to check the names
    of its options: 0.04 s of every start. Here a dialect is loaded when it asks for its options.
    """

    def __init__(self, name: str, *columns: str, where: sa.TextClause) -> None:
        self._where = where
        super().__init__(name, *columns)

    @property
    def dialect_options(self) -> Any:
        """Return the options by dialect, as SQLAlchemy looks them up when it writes the statement."""
        return _Options(super().dialect_options, self._where)


class _Options:
    """The options of an index by dialect, each with the condition."""

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
