"""Votes: a person's vote on a paper in a chat, and the chat's vote counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.requests import Chat, Tally
from bot.storage import Store


@dataclass(frozen=True, slots=True)
class VoteService:
    """Sets and counts votes. Methods raise `StoreError`."""

    store: Store

    async def vote(self, chat: Chat, person: str, paper_id: str, value: int, now: datetime) -> Tally:
        """Set a person's vote to 1, -1, or 0 to remove it. Return the chat's votes on the paper. Idempotent."""
        await self.store.votes.put(chat, person, paper_id, value, now)
        return (await self.tallies(chat, [paper_id])).get(paper_id, Tally(0, 0))

    async def tallies(self, chat: Chat, paper_ids: Collection[str]) -> Mapping[str, Tally]:
        """Return the votes of a chat's members by paper, without papers that have none."""
        return await self.store.votes.tallies(chat, paper_ids)
