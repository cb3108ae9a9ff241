"""Repository of the states of categories, for sources that are listed by category."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.category_listings import BatchOutcome, CategoryState
from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.storage.columns import Garbled
from bot.storage.database import Database
from bot.storage.rows import readable
from bot.storage.schema import category_lists
from bot.storage.upsert import upsert


class CategoryStates:
    """One state per category of a source that was ever looked at."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[CategoryState]:
        """Return all states by source and category."""
        query = sa.select(category_lists).order_by(category_lists.c.source, category_lists.c.category)
        async with self._database.read() as connection:
            return readable(await connection.execute(query), _state, "category_lists")

    async def of(self, source: str) -> dict[str, CategoryState]:
        """Return the states of a source, by category."""
        query = sa.select(category_lists).where(category_lists.c.source == source)
        async with self._database.read() as connection:
            found = readable(await connection.execute(query), _state, "category_lists")
        return {state.category: state for state in found}

    async def get(self, source: str, category: str) -> CategoryState | None:
        """Return the state of a category, or None if it was never looked at."""
        return (await self.of(source)).get(category)

    async def put(self, state: CategoryState) -> None:
        """Store a state in place of the former one."""
        async with self._database.write(apart=True) as connection:
            await save_category(connection, state)

    async def newest_success(self, until: datetime | None = None) -> datetime | None:
        """Return the time of the last answered look at any category up to `until`, or None."""
        known = category_lists.c.succeeded_at <= until if until is not None else sa.true()
        async with self._database.read() as connection:
            newest = await connection.scalar(sa.select(sa.func.max(category_lists.c.succeeded_at)).where(known))
        return None if isinstance(newest, Garbled) else newest


async def save_category(connection: AsyncConnection, state: CategoryState) -> None:
    """Store a state within the connection's transaction."""
    facts = asdict(state)
    del facts["trouble"]
    row = facts | {"trouble": state.trouble.code, "trouble_detail": state.trouble.detail}
    await upsert(connection, category_lists, [row])


def _state(row: Mapping[Any, Any]) -> CategoryState:
    facts = {**row}
    trouble = SourceTrouble(TroubleCode(facts.pop("trouble")), facts.pop("trouble_detail"))
    return CategoryState(**facts | {"outcome": BatchOutcome(facts["outcome"])}, trouble=trouble)
