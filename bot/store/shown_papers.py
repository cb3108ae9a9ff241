"""The papers that each chat has been shown in a digest, so that none comes twice."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Chat
from bot.store.among import among
from bot.store.engine import Database
from bot.store.rows import readable
from bot.store.schema import shown_papers


class ShownPapers:
    """By chat, whatever the subscription that brought them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ids(self, chat: Chat, since: datetime | None = None) -> frozenset[str]:
        """The ids of those shown since a moment, or ever."""
        return shown_since(await self.moments(chat), since)

    async def moments(self, chat: Chat) -> dict[str, datetime]:
        """Return the papers that a chat was ever shown, and when it was shown each last."""
        async with self._database.read() as connection:
            return (await read_shown(connection, [chat]))[chat]


async def read_shown(connection: AsyncConnection, chats: Collection[Chat]) -> dict[Chat, dict[str, datetime]]:
    """For each chat the papers that it was shown, and when it was shown each last."""
    found: dict[Chat, dict[str, datetime]] = {chat: {} for chat in chats}
    query = sa.select(shown_papers).where(among(shown_papers, found.keys()))
    rows = await connection.execute(query.order_by(shown_papers.c.shown_at))
    for row in readable(rows, dict, "shown_papers"):
        chat = Chat(row["surface"], row["chat"], row["thread"])
        found[chat] |= dict.fromkeys(row["paper_ids"], row["shown_at"])
    return found


def shown_since(shown: dict[str, datetime], since: datetime | None) -> frozenset[str]:
    """Those that were shown at a moment or later; all where there is no such moment."""
    return frozenset(paper_id for paper_id, at in shown.items() if since is None or at >= since)
