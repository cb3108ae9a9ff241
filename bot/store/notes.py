"""What the workers of one database tell each other."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.store.engine import Database
from bot.store.schema import notes
from bot.store.upsert import insert_new, upsert

#: when a planner looked for what is due
TICK = "tick"
#: the version of the time zones' rules by which `next_at` was worked out
ZONES = "zones"
#: what links in mails are signed with, where the operator has chosen nothing
SIGNS_LINKS = "signs links"
#: where everything went; nothing is delivered from here any more
MOVED = "moved"
#: why the high-water mark beside the database cannot be kept; empty while it can
HIGH_WATER_MARK = "high-water mark"
#: how many deliveries were parked when an older copy of the database was noticed last
RESTORED = "restored"


def heard(surface: str) -> str:
    """When a surface that listens was well, by its own account."""
    return f"heard {surface}"


class Notes:
    """A text and its moment for each name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, name: str, text: str, now: datetime) -> None:
        """In place of what was noted before."""
        async with self._database.write() as connection:
            await upsert(connection, notes, [{"name": name, "text": text, "noted_at": now}])

    async def keep(self, name: str, text: str, now: datetime) -> str:
        """What was noted first, by whomever; this, where nothing was."""
        async with self._database.write() as connection:
            await insert_new(connection, notes, [{"name": name, "text": text, "noted_at": now}])
            return await connection.scalar(sa.select(notes.c.text).where(notes.c.name == name)) or text

    async def get(self, name: str) -> tuple[str, datetime] | None:
        """What was noted last, and when."""
        async with self._database.read() as connection:
            found = (await connection.execute(sa.select(notes).where(notes.c.name == name))).one_or_none()
        return found and (found.text, found.noted_at)
