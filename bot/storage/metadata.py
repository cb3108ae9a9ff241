"""Key-value metadata shared by all processes of a database, such as heartbeats."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.storage.columns import Garbled
from bot.storage.database import Database
from bot.storage.rows import readable
from bot.storage.schema import notes
from bot.storage.upsert import insert_new, upsert

#: when a scheduler last looked for due subscriptions
TICK = "tick"
#: version of the time zone data with which `next_at` was computed
ZONES = "zones"
#: signing key of links in mails, if the operator set none
SIGNS_LINKS = "signs links"
#: where the database was moved to; nothing is delivered from this one any more
MOVED = "moved"
#: why the high-water mark file next to the database cannot be written; empty if it can
HIGH_WATER_MARK = "high-water mark"
#: how many deliveries were parked when a restored older copy was last detected
RESTORED = "restored"


#: until when sources are not queried on behalf of people, as an ISO timestamp
SOURCE_BUDGET = "source budget"
#: embedding model of this installation, or "off"
ENCODER = "encoder"
#: that model and the key of its embeddings, once a process has loaded it
ENCODER_KEY = "encoder key"
#: process that computes embeddings, renewed while it does
ENCODING = "encoding"
#: when data of chats that removed the bot was last deleted
RETENTION = "retention"
#: prefix for failing loops; the loop's name follows
FAILING = "failing "


def heartbeat(surface: str) -> str:
    """Return the key of a surface's heartbeat."""
    return f"heartbeat {surface}"


class Metadata:
    """A text and a timestamp per key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, name: str, text: str, now: datetime, *, apart: bool = False) -> None:
        """Set a value; `apart` if it is not part of a request's changes."""
        async with self._database.write(apart=apart) as connection:
            await upsert(connection, notes, [{"name": name, "text": text, "noted_at": now}])

    async def keep(self, name: str, text: str, now: datetime) -> str:
        """Set a value unless the key exists. Return the current value."""
        async with self._database.write() as connection:
            await insert_new(connection, notes, [{"name": name, "text": text, "noted_at": now}])
            return await connection.scalar(sa.select(notes.c.text).where(notes.c.name == name)) or text

    async def take_turn(self, name: str, owner: str, now: datetime, every: timedelta) -> bool:
        """Return whether a job is due that is done once per interval by any process; if so, it is the caller's.

        A moment in the future was written before a clock was set back, and does not count.
        """
        fresh = notes.c.noted_at.between(now - every, now + every)
        async with self._database.write() as connection:
            begun = await insert_new(connection, notes, [{"name": name, "text": owner, "noted_at": now}])
            due = sa.update(notes).where(notes.c.name == name, sa.not_(fresh)).values(text=owner, noted_at=now)
            return begun > 0 or (await connection.execute(due)).rowcount > 0

    async def drop(self, name: str) -> None:
        """Delete a key."""
        async with self._database.read() as connection:
            there = await connection.scalar(sa.select(notes.c.name).where(notes.c.name == name))
        if there is not None:
            async with self._database.write() as connection:
                await connection.execute(sa.delete(notes).where(notes.c.name == name))

    async def beginning(self, prefix: str) -> list[tuple[str, datetime]]:
        """Return the values of keys with this prefix, and when each was set."""
        query = sa.select(notes.c.text, notes.c.noted_at).where(notes.c.name.startswith(prefix, autoescape=True))
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(notes.c.name))
            return readable(rows, lambda row: (row["text"], row["noted_at"]), "notes")

    async def get(self, name: str) -> tuple[str, datetime] | None:
        """Return a value and when it was set, or None."""
        async with self._database.read() as connection:
            found = (await connection.execute(sa.select(notes).where(notes.c.name == name))).one_or_none()
        return found and _entry(found.text, found.noted_at)


def _entry(text: Any, noted_at: Any) -> tuple[str, datetime] | None:
    """Return an entry, or None if it is unreadable; the next write replaces it."""
    return None if Garbled in (type(text), type(noted_at)) else (text, noted_at)
