"""Papers that each chat has been shown in digests, to avoid repeats."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.requests import Chat
from bot.storage.aliases import keys_of
from bot.storage.chat_filter import among
from bot.storage.database import Database
from bot.storage.rows import readable
from bot.storage.schema import shown_papers


class ShownPapers:
    """Shown papers by chat, for all its subscriptions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ids(self, chat: Chat, since: datetime | None = None) -> frozenset[str]:
        """Return the ids shown since a moment, or ever."""
        return shown_since(await self.moments(chat), since)

    async def moments(self, chat: Chat) -> dict[str, datetime]:
        """Return the ids ever shown to a chat, with the last time of each."""
        async with self._database.read() as connection:
            return (await read_shown(connection, [chat]))[chat]


async def read_shown(connection: AsyncConnection, chats: Collection[Chat]) -> dict[Chat, dict[str, datetime]]:
    """Return the ids ever shown to each chat, with the last time of each; of a joined paper every id."""
    found: dict[Chat, dict[str, datetime]] = {chat: {} for chat in chats}
    query = sa.select(shown_papers).where(among(shown_papers, found.keys()))
    rows = await connection.execute(query.order_by(shown_papers.c.shown_at))
    for row in readable(rows, dict, "shown_papers"):
        chat = Chat(row["surface"], row["chat"], row["thread"])
        found[chat] |= dict.fromkeys(row["paper_ids"], row["shown_at"])
    keys = await keys_of(connection, {id for shown in found.values() for id in shown})
    return {chat: _with_keys(shown, keys) for chat, shown in found.items()} if keys else found


def _with_keys(shown: dict[str, datetime], keys: Mapping[str, str]) -> dict[str, datetime]:
    """Return what was shown, also under the ids that these papers have now; a snapshot may still have the old ones."""
    found = dict(shown)
    for alias, key in keys.items():
        if alias in shown:
            found[key] = max(shown[alias], found.get(key, shown[alias]))
    return found


def shown_since(shown: dict[str, datetime], since: datetime | None) -> frozenset[str]:
    """Return the ids shown at or after `since`; all if it is None."""
    return frozenset(paper_id for paper_id, at in shown.items() if since is None or at >= since)
