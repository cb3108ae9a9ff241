"""Repository of source states."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.domain.sources import SourceState
from bot.storage.database import Database
from bot.storage.rows import readable
from bot.storage.schema import sources
from bot.storage.upsert import Insert, replace, upsert


class SourceStates:
    """One state per source that was ever fetched."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[SourceState]:
        """Return all states by name."""
        async with self._database.read() as connection:
            rows = await connection.execute(sa.select(sources).order_by(sources.c.name))
            return readable(rows, _state, "sources")

    async def succeeded(self, name: str, now: datetime, *, new: bool = False) -> None:
        """Record a success and reset the failures; `new` if it brought something that was not stored."""
        row = {"name": name, "tried_at": now, "succeeded_at": now, "failures": 0, "retry_at": None}
        row |= {"trouble": TroubleCode.NONE, "trouble_detail": "", "new_at": now if new else None}
        async with self._database.write(apart=True) as connection:
            await upsert(connection, sources, [row], _keeping_new_at)

    async def failed(self, name: str, now: datetime, trouble: SourceTrouble, retry_at: datetime | None) -> None:
        """Record another failure; no retry before `retry_at`."""
        row = {"name": name, "tried_at": now, "failures": 1, "retry_at": retry_at}
        row |= {"trouble": trouble.code, "trouble_detail": trouble.detail}
        async with self._database.write(apart=True) as connection:
            await upsert(connection, sources, [row], _failed_again)


def _keeping_new_at(insert: Insert) -> Mapping[str, sa.ColumnElement[Any]]:
    return {**replace(insert), "new_at": sa.func.coalesce(insert.excluded.new_at, sources.c.new_at)}


def _failed_again(insert: Insert) -> Mapping[str, sa.ColumnElement[Any]]:
    columns = ("tried_at", "retry_at", "trouble", "trouble_detail")
    return {**{name: insert.excluded[name] for name in columns}, "failures": sources.c.failures + 1}


def _state(row: Mapping[Any, Any]) -> SourceState:
    facts = {**row}
    trouble = SourceTrouble(TroubleCode(facts.pop("trouble")), facts.pop("trouble_detail"))
    return SourceState(**facts, trouble=trouble)
