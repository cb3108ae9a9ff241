"""SQL condition for the rows of several chats."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from bot.domain.requests import Chat


def among(table: sa.Table, chats: Collection[Chat]) -> sa.ColumnElement[bool]:
    """Return the condition for the rows of these chats.

    SQLite scans the whole table for a tuple comparison alone, but uses the index for conditions on single columns.
    """
    place = (table.c.surface, table.c.chat, table.c.thread)
    keys = [(chat.surface, chat.id, chat.thread) for chat in chats]
    surfaces, ids = {surface for surface, _, _ in keys}, {id for _, id, _ in keys}
    return sa.and_(table.c.surface.in_(sorted(surfaces)), table.c.chat.in_(sorted(ids)), sa.tuple_(*place).in_(keys))
