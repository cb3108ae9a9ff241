"""Insert, and what to do with a row whose key is taken: the one statement that SQLAlchemy has per database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Insert: TypeAlias = "sqlite.Insert | postgresql.Insert"
Row = Mapping[str, Any]
#: column -> its new value, from the row that is there (the table) and the one that comes (`excluded`)
Merge = Callable[[Insert], Mapping[str, sa.ColumnElement[Any]]]


def _insert(connection: AsyncConnection, table: sa.Table) -> Insert:
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    # 0.05 s that a start on SQLite need not wait for
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def replace(insert: Insert) -> Mapping[str, sa.ColumnElement[Any]]:
    """The row that comes takes the place of the one that is there."""
    return {column.name: insert.excluded[column.name] for column in insert.table.columns if not column.primary_key}


async def upsert(connection: AsyncConnection, table: sa.Table, rows: Sequence[Row], merge: Merge = replace) -> None:
    """Inserts the rows; where the key is taken, merges."""
    if rows:
        insert = _insert(connection, table)
        key = list(table.primary_key.columns.keys())
        await connection.execute(insert.on_conflict_do_update(index_elements=key, set_=merge(insert)), rows)


async def insert_new(connection: AsyncConnection, table: sa.Table, rows: Sequence[Row]) -> int:
    """Inserts the rows whose key is free, leaves the others as they are; says how many were new."""
    if not rows:
        return 0
    insert = _insert(connection, table).on_conflict_do_nothing()
    result = await connection.execute(insert, rows, execution_options={"preserve_rowcount": True})
    return result.rowcount


async def insert_returning(
    connection: AsyncConnection, table: sa.Table, rows: Sequence[Row], *columns: sa.Column[Any]
) -> Sequence[sa.Row[Any]]:
    """Inserts the rows whose key is free; these columns of those that were new, in no particular order."""
    if not rows:
        return []
    insert = _insert(connection, table).on_conflict_do_nothing().returning(*columns)
    return (await connection.execute(insert, rows)).all()


async def claim_row(connection: AsyncConnection, table: sa.Table, row: Row, free: sa.ColumnElement[bool]) -> bool:
    """Insert the row, or put it in the place of one with its key that is `free`; False where neither was done."""
    insert = _insert(connection, table)
    key = list(table.primary_key.columns.keys())
    values = {name: insert.excluded[name] for name in row if name not in key}
    claiming = insert.on_conflict_do_update(index_elements=key, set_=values, where=free)
    result = await connection.execute(claiming.values(row).returning(table.c[key[0]]))
    return result.first() is not None
