"""One claim in hand: send every part that is missing, and write down each that is there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TypeVar

from bot.deliver.crash import CrashPoint
from bot.deliver.faults import apart, noted
from bot.deliver.pace import Pace
from bot.deliver.preparing import Ready
from bot.deliver.turns import Turns
from bot.deliver.verdicts import Retry, Verdict, verdict
from bot.deliver.watch import Watch
from bot.errors import DeliveryError, StoreError
from bot.letters import Letter, Ways
from bot.logs import Log
from bot.models import Subscription
from bot.ports import Post, Surface
from bot.store import Store
from bot.store.sending import Sent, Start

log = Log(__name__)
T = TypeVar("T")

#: the waits for a database that is away, in seconds, and how long after its lease a worker still tries to reach it
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 2.0
_AFTER_LEASE = timedelta(minutes=5)


class Lost(Exception):
    """Somebody else has the delivery now: nothing more is sent of it here, and nothing is written."""


@dataclass(slots=True, kw_only=True)
class Sender:
    """Sends for one surface, for as long as one lease lasts."""

    store: Store
    surface: Surface
    pace: Pace
    #: started with the claim
    watch: Watch
    crash: CrashPoint
    #: what a reader may do with a message, where the surface is `Post`
    ways: Callable[[Subscription, str], Ways] | None = None
    turns: Turns = field(init=False)

    def __post_init__(self) -> None:
        self.turns = Turns(store=self.store, surface=self.surface, watch=self.watch, patience=self.pace.patience)

    async def begin(self, ready: Sequence[Ready]) -> tuple[list[Ready], list[tuple[Ready, str]]]:
        """Write that the first bytes of these leave.

        Return those that are still held, and those that a fault of ours keeps from it, each with the fault.
        """
        self.crash("begin.before")
        found, failed = await apart(ready, self._begun, "not begun")
        self.crash("begin.after")
        begun: set[int] = set().union(*found)
        lost = {one.delivery.id for one in ready} - begun - {one.delivery.id for one, _ in failed}
        for id in sorted(lost):
            log.warning("not begun, the claim was lost", delivery=id)
        return [one for one in ready if one.delivery.id in begun], failed

    async def _begun(self, ready: Sequence[Ready]) -> set[int]:
        starts = [_start(one) for one in ready]
        return await self.kept(lambda: self.store.deliveries.begin(starts, self.watch()))

    async def draw(self, ready: Sequence[Ready]) -> list[timedelta | Retry]:
        """For each when on the watch it may go, or when to come back."""
        return await self.kept(lambda: self.turns.draw([one.delivery.chat for one in ready]))

    async def send(self, ready: Ready, turn: timedelta) -> Sent | Verdict | None:
        """Send what is missing, its first part at `turn`. None where the claim or the database was lost."""
        try:
            return await self._parts(ready, turn)
        except DeliveryError as error:
            return verdict(error, nonced=self.surface.nonced, failures=ready.delivery.failures, now=self.watch())
        except (Lost, StoreError) as error:
            log.warning("not finished", delivery=ready.delivery.id, reason=str(error) or "the claim was lost")
            return None
        except Exception as error:
            # what of it has left is not known here, so it counts as a message that may have arrived
            fault = noted("not sent", error, delivery=ready.delivery.id, chat=str(ready.delivery.chat))
            doubtful = DeliveryError(ready.delivery.chat, f"our fault: {fault}", ambiguous=True)
            return verdict(doubtful, nonced=self.surface.nonced, failures=ready.delivery.failures, now=self.watch())

    async def kept(self, write: Callable[[], Awaitable[T]], within: timedelta | None = None) -> T:
        """Write, however often it takes: what was done must be told, also to a database that was away for a while.

        `within` is when on the watch it is given up; the default is long after the lease.
        """
        wait, limit = _FIRST_WAIT, self.pace.lease + _AFTER_LEASE if within is None else within
        while True:
            try:
                return await write()
            except StoreError as error:
                if self.watch.elapsed > limit:
                    raise
                log.warning("not written yet", reason=str(error))
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)

    async def _parts(self, ready: Ready, turn: timedelta) -> Sent | Retry:
        part, message_id = ready.found or (-1, "")
        if ready.found and ready.missing:
            await self._there(ready, part, message_id)
        for place, part in enumerate(ready.missing):
            if place:
                await self._there(ready, ready.missing[place - 1], message_id)
                await self._leaves(ready, part)
                (drawn,) = await self.draw([ready])
                if isinstance(drawn, Retry):
                    return drawn
                turn = drawn
            if retry := await self.kept(partial(self.turns.wait, turn)):
                return retry
            self.crash("send.before")
            if self.watch.elapsed + self.pace.timeout >= self.pace.lease:
                return Retry(at=self.watch(), reason="the lease ran out before it was sent")
            message_id = await self._one(ready, part)
            self.crash("send.after")
        return Sent(
            attempt=ready.delivery.attempt,
            chat=ready.delivery.chat,
            part=part,
            message_id=message_id,
            paper_ids=ready.composed.paper_ids,
            note=ready.note,
        )

    async def _one(self, ready: Ready, part: int) -> str:
        """Send one part; whatever ends without a word from the platform may have arrived."""
        chat = ready.delivery.chat
        try:
            async with asyncio.timeout(self.pace.timeout.total_seconds()):
                return await self._handed_over(ready, part)
        except DeliveryError:
            raise
        except TimeoutError:
            seconds = self.pace.timeout.total_seconds()
            raise DeliveryError(chat, f"no answer within {seconds:g} s", ambiguous=True) from None
        except Exception as error:
            # a surface that fails in a way of its own must not take the other deliveries with it
            fault = noted("surface failed", error, delivery=ready.delivery.id, chat=str(chat))
            raise DeliveryError(chat, f"our fault: {fault}", ambiguous=True) from error

    async def _handed_over(self, ready: Ready, part: int) -> str:
        chat, wish, page, nonce = ready.delivery.chat, ready.subscription, ready.parts[part], ready.nonces[part]
        if self.ways and isinstance(self.surface, Post):
            return await self.surface.post(
                Letter(chat=chat, page=page, ways=self.ways(wish, ready.composed.digest_id), nonce=nonce)
            )
        return await self.surface.send(chat, page, nonce=nonce, silent=wish.silent, role=wish.role)

    async def _there(self, ready: Ready, part: int, message_id: str) -> None:
        self.crash("part.before")
        deliveries, attempt = self.store.deliveries, ready.delivery.attempt
        if not await self.kept(lambda: deliveries.part_sent(attempt, part, message_id, self.watch())):
            raise Lost
        self.crash("part.after")

    async def _leaves(self, ready: Ready, part: int) -> None:
        deliveries, attempt = self.store.deliveries, ready.delivery.attempt
        if not await self.kept(lambda: deliveries.part_begun(attempt, part, self.watch())):
            raise Lost


def _start(ready: Ready) -> Start:
    return Start(
        attempt=ready.delivery.attempt,
        digest_id=ready.composed.digest_id,
        composed_at=ready.composed.at,
        nonces=ready.nonces,
        first=ready.missing[0] if ready.missing else 0,
    )
