"""Claims of interactions that change something: one process at a time runs each, and what a dead process left
unfinished or unanswered is listed for another one to take up.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from bot.commands.unanswered import ANSWER_LEASE, UnansweredInteractions
from bot.domain.errors import StoreError
from bot.domain.log import Log
from bot.domain.requests import AbandonedInteraction
from bot.storage.interactions import ClaimState, InteractionClaim, Interactions

log = Log(__name__)

#: lease of an interaction; a slower worker can no longer finish it, so nothing is done twice
LEASE = timedelta(seconds=10)
#: how long a platform accepts an answer at most; after that, what an interaction arrived as is deleted
ANSWERABLE = timedelta(minutes=15)
#: seconds between two checks of an interaction that another worker has claimed: the first, and the longest
_FIRST_LOOK, _LAST_LOOK = 0.05, 0.5
#: time between two deletions of expired origins
_EXPIRE_EVERY = timedelta(minutes=1)


class InteractionClaims:
    """The claims of this process, and the abandoned ones of others."""

    def __init__(self, interactions: Interactions, clock: Callable[[], datetime]) -> None:
        self._interactions = interactions
        self._clock = clock
        self._running: list[InteractionClaim] = []
        #: what this process has run and not answered yet
        self.unanswered = UnansweredInteractions(interactions, clock, ANSWERABLE)
        #: interactions that nobody may take up, as the person was told so while the database could not be written
        self._to_drop: dict[InteractionClaim, datetime] = {}
        self._expired_at: datetime | None = None

    @contextmanager
    def running(self, surface: str, interaction: str) -> Iterator[InteractionClaim]:
        """Return a new claim, which is not listed as abandoned by this process within the block."""
        claim = InteractionClaim(surface, interaction, os.urandom(8).hex())
        self._running.append(claim)
        try:
            yield claim
        finally:
            self._running.remove(claim)

    async def acquire(self, claim: InteractionClaim, origin: str) -> bool:
        """Return whether we hold the claim. Wait for another worker's lease to expire, unless it finishes."""
        deadline, pause = time.monotonic() + LEASE.total_seconds() + 1, _FIRST_LOOK
        while True:
            state = await self._interactions.claim(claim, self._clock(), LEASE, origin)
            if state is not ClaimState.HELD:
                return state is ClaimState.OURS
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LAST_LOOK)

    async def finish(self, claim: InteractionClaim) -> bool:
        """Mark it as done. Return False if the claim was lost. Raise `StoreError`."""
        return await self._interactions.finish(claim, self._clock(), ANSWER_LEASE)

    async def acquire_answer(self, claim: InteractionClaim) -> bool:
        """Return whether this process answers an interaction that another one has finished. Raise `StoreError`."""
        if not await self._interactions.claim_answer(claim, self._clock(), ANSWER_LEASE):
            return False
        self.unanswered.add(claim)
        return True

    async def refuse(self, claim: InteractionClaim, origin: str) -> None:
        """Let an interaction never run again, as nothing was changed and the person is told why.

        With an `origin` it is marked as done when the person has been told: until then, another process may run it.
        """
        if origin:
            self.unanswered.add(claim)
            return
        try:
            await self.finish(claim)
        except StoreError as error:
            log.warning("interaction not finished", surface=claim.surface, reason=str(error))
            self.give_up_later(claim)

    async def abandoned(self, surface: str, within: timedelta) -> Sequence[AbandonedInteraction]:
        """Return what was claimed `within` this time and not answered within its lease, oldest first. Raise
        `StoreError`.

        What this process is running or answering is left out, and the leases of the latter are extended.
        """
        now = self._clock()
        await self._drop_remembered(now)
        await self.unanswered.extend()
        if self._expired_at is None or now - self._expired_at >= _EXPIRE_EVERY:
            await self._interactions.expire_origins(now - ANSWERABLE)
            self._expired_at = now
        found = await self._interactions.abandoned(surface, now, now - within)
        mine = {(claim.surface, claim.interaction) for claim in self._running}
        return [
            each
            for each in found
            if (each.surface, each.id) not in mine and (each.surface, each.id) not in self.unanswered
        ]

    async def forgo(self, surface: str, interaction: str) -> None:
        """Let nobody take up an interaction: the person was answered, or told that there is no other answer. Never
        raises `StoreError`.
        """
        if (surface, interaction) in self.unanswered:
            self.unanswered.answered(surface, interaction)
            await self.unanswered.save()
            return
        running = [each for each in self._running if (each.surface, each.interaction) == (surface, interaction)]
        for claim in running or [InteractionClaim(surface, interaction, "")]:
            try:
                await self._interactions.drop_origin(claim, self._clock())
            except StoreError as error:
                log.warning("interaction not given up", surface=claim.surface, reason=str(error))
                self.give_up_later(claim)

    def give_up_later(self, claim: InteractionClaim) -> None:
        """As `forgo` for one claim, at the next call of `abandoned`: the database has just failed."""
        self._to_drop[claim] = self._clock()

    async def _drop_remembered(self, now: datetime) -> None:
        for claim, since in list(self._to_drop.items()):
            if now - since < ANSWERABLE:
                await self._interactions.drop_origin(claim, now)
            del self._to_drop[claim]
