"""Deliveries as their chat sees them: what was not sent, what is uncertain, and sending it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.papers import Paper
from bot.domain.requests import Chat
from bot.domain.standings import Doubt
from bot.storage import Store

#: most uncertain deliveries that are listed
_MOST = 20
#: newest deliveries of a chat among which those that were not sent are looked for
_LOOKED_AT = 60
#: final states in which a digest did not arrive, or may not have
NOT_SENT = frozenset({DeliveryState.SKIPPED, DeliveryState.FAILED, DeliveryState.UNCERTAIN})


@dataclass(frozen=True, slots=True)
class DeliveryService:
    """Reads the ledger for a chat and plans deliveries again. Methods raise `StoreError`."""

    store: Store

    async def doubts(self, chat: Chat) -> list[Doubt]:
        """Return the uncertain deliveries of a chat, numbered, with their subscriptions."""
        known = {each.id: each for each in await self.store.subscriptions.of(chat)}
        found = await self.store.deliveries.find(state=DeliveryState.UNCERTAIN, chat=chat, limit=_MOST)
        return [Doubt(number, each, known.get(each.subscription_id)) for number, each in enumerate(found, 1)]

    async def not_sent(self, chat: Chat, most: int) -> list[Delivery]:
        """Return the newest deliveries of a chat that did not arrive or may not have, at most `most`."""
        return [each for each in await self.store.deliveries.of(chat, _LOOKED_AT) if each.state in NOT_SENT][:most]

    async def resend(self, delivery_id: int, now: datetime) -> bool:
        """Plan an uncertain or failed delivery again. Return False if it is neither."""
        return await self.store.deliveries.resend(delivery_id, now)

    async def leave_out(self, delivery_id: int, now: datetime) -> bool:
        """Record that an uncertain delivery is not to be sent again. Return False if it is not uncertain."""
        return await self.store.deliveries.leave_out(delivery_id, now)

    async def papers_of(self, digest_id: str) -> Sequence[Paper]:
        """Return the papers of a sent digest in its order; empty if it was not sent or has been pruned."""
        return await self.store.papers.many(await self.store.deliveries.brought(digest_id))
