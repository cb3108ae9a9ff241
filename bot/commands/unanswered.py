"""Interactions that this process has run and not answered yet, so that another one answers them if this one dies."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import StoreError
from bot.domain.log import Log
from bot.storage.interactions import InteractionClaim, Interactions

log = Log(__name__)

#: lease of an answer; it is extended while the process lives, so another process takes up only what is lost
ANSWER_LEASE = timedelta(seconds=30)
#: seconds between two attempts to record answers, if the database cannot be written
_RETRY_SECONDS = 1.0

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Answering:
    """A claim, and until when it is certainly ours."""

    claim: InteractionClaim
    since: datetime
    leased_until: datetime


class UnansweredInteractions:
    """Their answers are recorded in the background, many in one transaction, so that no answer waits for that."""

    def __init__(self, interactions: Interactions, clock: Callable[[], datetime], within: timedelta) -> None:
        """`within` is how long a platform accepts an answer at most."""
        self._interactions = interactions
        self._clock = clock
        self._within = within
        self._answering: dict[Key, _Answering] = {}
        #: answered, and not recorded yet
        self._answered: dict[Key, InteractionClaim] = {}
        self._saving = asyncio.Lock()
        self._saver: asyncio.Task[None] | None = None

    def __contains__(self, key: Key) -> bool:
        return key in self._answering or key in self._answered

    def add(self, claim: InteractionClaim) -> None:
        """Take an interaction that was run, and whose answer is about to be sent."""
        now = self._clock()
        self._answering[claim.surface, claim.interaction] = _Answering(claim, now, now)

    def release(self, surface: str, interaction: str) -> None:
        """Leave the answer to another process, or to a later attempt: its lease is not extended any more."""
        self._answering.pop((surface, interaction), None)

    def answered(self, surface: str, interaction: str) -> None:
        """Record soon that an interaction was answered, or that its answer was given up. Unknown ones are ignored."""
        found = self._answering.pop((surface, interaction), None)
        if found is None:
            return
        self._answered[surface, interaction] = found.claim
        if self._saver is None or self._saver.done():
            self._saver = asyncio.create_task(self._save_until_done(), name="answered interactions")

    async def extend(self) -> None:
        """Extend the leases of the answers that are still being sent or recorded. Raise `StoreError`."""
        now = self._clock()
        for key, each in list(self._answering.items()):
            if now - each.since > self._within:
                del self._answering[key]
        due = {key: each for key, each in self._answering.items() if each.leased_until - now < ANSWER_LEASE / 2}
        until = now + ANSWER_LEASE
        await self._interactions.extend([each.claim for each in due.values()], until)
        for key, each in due.items():
            if self._answering.get(key) is each:
                self._answering[key] = _Answering(each.claim, each.since, until)

    async def save(self) -> bool:
        """Record the answers that were sent. Return False if the database cannot be written; that is logged."""
        async with self._saving:
            batch = dict(self._answered)
            try:
                await self._interactions.close(batch.values(), self._clock())
            except StoreError as error:
                log.warning("answers not recorded", answers=len(batch), reason=str(error))
                return False
            for key in batch:
                del self._answered[key]
        return True

    async def aclose(self) -> None:
        """Record what is left once, and end the background task."""
        if self._saver is not None:
            await asyncio.wait([self._saver], timeout=_RETRY_SECONDS)
            if not self._saver.done():
                self._saver.cancel()
                await asyncio.wait([self._saver])
            self._saver = None
        if self._answered:
            await self.save()

    async def _save_until_done(self) -> None:
        while self._answered:
            try:
                saved = await self.save()
            except Exception:
                saved = False
                log.exception("answers not recorded", reference=os.urandom(4).hex())
            if not saved:
                await asyncio.sleep(_RETRY_SECONDS)
