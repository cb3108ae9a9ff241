"""One claim in hand: send every part that is missing, and write down each that is there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from bot.deliver.crash import CrashPoint
from bot.deliver.pace import Pace
from bot.deliver.preparing import Ready
from bot.deliver.together import Beginnings
from bot.deliver.verdicts import Retry, Verdict, verdict
from bot.deliver.watch import Watch
from bot.errors import DeliveryError, StoreError
from bot.logs import Log
from bot.models import Delivery
from bot.ports import Surface
from bot.store import Store
from bot.store.sending import Sent, Start

log = Log(__name__)
T = TypeVar("T")

#: the waits for a database that is away, in seconds, and how long after its lease a worker still tries to reach it
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 2.0
_AFTER_LEASE = timedelta(minutes=5)
#: turns are drawn so far ahead of the message, which hides how long the database takes
_AHEAD = timedelta(seconds=0.2)
#: what is done between a turn's drawing and the message takes about so long
_LEAD = timedelta(seconds=0.03)
#: a turn that is missed by more is left to nobody
_TOO_LATE = timedelta(seconds=0.025)


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
    beginnings: Beginnings = field(init=False)

    def __post_init__(self) -> None:
        self.beginnings = Beginnings(self._begin)

    async def turn(self, delivery: Delivery) -> timedelta | Retry:
        """Draw from the platform's limits; when on the watch a message may go, or when to come back."""
        rates = self.surface.allowance.rates(self.surface.name, str(delivery.chat))
        turn = await self.kept(lambda: self.store.rates.take(rates, patience=self.pace.patience, lead=_LEAD))
        if turn.granted:
            return self.watch.elapsed + turn.wait
        return Retry(at=self.watch() + turn.wait, reason="waits for its turn, the platform's limit is reached")

    async def not_far_ahead(self, turn: timedelta) -> None:
        """Wait until a turn is near: who draws far ahead takes turns that an answer to a person may need."""
        await asyncio.sleep(max(0.0, (turn - self.watch.elapsed - _AHEAD).total_seconds()))

    async def send(self, ready: Ready, turn: timedelta) -> Sent | Verdict | None:
        """Send what is missing, its first part at `turn`. None where the claim or the database was lost."""
        try:
            return await self._parts(ready, turn)
        except DeliveryError as error:
            return verdict(error, nonced=self.surface.nonced, failures=ready.delivery.failures, now=self.watch())
        except (Lost, StoreError) as error:
            log.warning("not finished", delivery=ready.delivery.id, reason=str(error) or "the claim was lost")
            return None

    async def kept(self, write: Callable[[], Awaitable[T]]) -> T:
        """Write, however often it takes: what was done must be told, also to a database that was away for a while."""
        wait = _FIRST_WAIT
        while True:
            try:
                return await write()
            except StoreError as error:
                if self.watch.elapsed > self.pace.lease + _AFTER_LEASE:
                    raise
                log.warning("not written yet", reason=str(error))
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)

    async def _parts(self, ready: Ready, turn: timedelta) -> Sent | Retry:
        if not await self.beginnings.begin(_start(ready)):
            raise Lost
        part, message_id = ready.found or (-1, "")
        if ready.found and ready.missing:
            await self._there(ready, part, message_id)
        for place, part in enumerate(ready.missing):
            if place:
                await self._there(ready, ready.missing[place - 1], message_id)
                drawn = await self.turn(ready.delivery)
                if isinstance(drawn, Retry):
                    return drawn
                turn = drawn
                await self._leaves(ready, part)
            if retry := await self._on_time(ready.delivery, turn):
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

    async def _on_time(self, delivery: Delivery, turn: timedelta) -> Retry | None:
        """Wait for the turn, and for another one where it was missed: turns that are used late come all at once."""
        while True:
            await asyncio.sleep(max(0.0, (turn - self.watch.elapsed).total_seconds()))
            if self.watch.elapsed - turn <= _TOO_LATE or not self.surface.allowance.per_second:
                return None
            drawn = await self.turn(delivery)
            if isinstance(drawn, Retry):
                return drawn
            turn = drawn

    async def _begin(self, starts: Sequence[Start]) -> set[int]:
        self.crash("begin.before")
        begun = await self.kept(lambda: self.store.deliveries.begin(starts, self.watch()))
        self.crash("begin.after")
        return begun

    async def _one(self, ready: Ready, part: int) -> str:
        """Send one part; whatever ends without a word from the platform may have arrived."""
        chat, wish = ready.delivery.chat, ready.subscription
        try:
            async with asyncio.timeout(self.pace.timeout.total_seconds()):
                return await self.surface.send(
                    chat, ready.parts[part], nonce=ready.nonces[part], silent=wish.silent, role=wish.role
                )
        except DeliveryError:
            raise
        except TimeoutError:
            seconds = self.pace.timeout.total_seconds()
            raise DeliveryError(chat, f"no answer within {seconds:g} s", ambiguous=True) from None
        except Exception as error:
            # a surface that fails in a way of its own must not take the other deliveries with it
            log.exception("surface failed", delivery=ready.delivery.id, chat=str(chat))
            raise DeliveryError(chat, f"our fault: {type(error).__name__}", ambiguous=True) from error

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
