"""Upsert: INSERT with ON CONFLICT, which SQLAlchemy implements per dialect."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Insert: TypeAlias = "sqlite.Insert | postgresql.Insert"
Row = Mapping[str, Any]
#: column -> new value, from the existing row (the table) and the new one (`excluded`)
Merge = Callable[[Insert], Mapping[str, sa.ColumnElement[Any]]]


def _insert(dialect: str, table: sa.Table) -> Insert:
    if dialect == "sqlite":
        return sqlite.insert(table)
    # imported here, because it takes 0.05 s that SQLite does not need
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def replace(insert: Insert) -> Mapping[str, sa.ColumnElement[Any]]:
    """Replace all columns of the existing row by those of the new one."""
    return {column.name: insert.excluded[column.name] for column in insert.table.columns if not column.primary_key}


async def upsert(connection: AsyncConnection, table: sa.Table, rows: Sequence[Row], merge: Merge = replace) -> None:
    """Insert the rows; merge those whose key exists. `merge` is a function of a module: its statement is kept."""
    if rows:
        await connection.execute(_upserting(connection.dialect.name, table, merge), rows)


@lru_cache(maxsize=64)
def _upserting(dialect: str, table: sa.Table, merge: Merge) -> Insert:
    # `excluded` copies every column of the table, which takes longer than the statement itself
    insert = _insert(dialect, table)
    key = list(table.primary_key.columns.keys())
    return insert.on_conflict_do_update(index_elements=key, set_=merge(insert))


async def insert_new(connection: AsyncConnection, table: sa.Table, rows: Sequence[Row]) -> int:
    """Insert the rows whose key does not exist. Return the number of new rows."""
    if not rows:
        return 0
    insert = _insert(connection.dialect.name, table).on_conflict_do_nothing()
    result = await connection.execute(insert, rows, execution_options={"preserve_rowcount": True})
    return result.rowcount


async def insert_selected(connection: AsyncConnection, table: sa.Table, query: sa.Select[Any]) -> None:
    """Insert the rows of a query with all columns of the table, in order, except those whose key exists."""
    insert = _insert(connection.dialect.name, table).from_select(list(table.c.keys()), query)
    await connection.execute(insert.on_conflict_do_nothing())


async def insert_returning(
    connection: AsyncConnection, table: sa.Table, rows: Sequence[Row], *columns: sa.Column[Any]
) -> Sequence[sa.Row[Any]]:
    """Insert the rows whose key does not exist. Return the given columns of the new rows, in any order."""
    if not rows:
        return []
    insert = _insert(connection.dialect.name, table).on_conflict_do_nothing().returning(*columns)
    return (await connection.execute(insert, rows)).all()


async def claim_row(
    connection: AsyncConnection, table: sa.Table, row: Row, free: sa.ColumnElement[bool], *, first: Collection[str] = ()
) -> bool:
    """Insert the row, or replace the existing one if it is `free`. Return False if neither was done.

    The columns named by `first` keep the value of the first claim.
    """
    insert = _insert(connection.dialect.name, table)
    key = list(table.primary_key.columns.keys())
    values = {name: insert.excluded[name] for name in row if name not in (*key, *first)}
    claiming = insert.on_conflict_do_update(index_elements=key, set_=values, where=free)
    result = await connection.execute(claiming.values(row).returning(table.c[key[0]]))
    return result.first() is not None
