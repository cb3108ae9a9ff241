"""One claim in hand: send every part that is missing, and write down each that is there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TypeVar

from bot.domain.deliveries import Delivery
from bot.domain.errors import DeliveryError, StoreError
from bot.domain.log import Log
from bot.domain.mail import ActionLinks, OutgoingMail
from bot.domain.papers import DeliveryReason
from bot.domain.ports import DeliveryLookup, MailSurface, Surface
from bot.domain.requests import Chat
from bot.domain.subscriptions import Subscription
from bot.services.delivery.config import WorkerConfig
from bot.services.delivery.crash import CrashPoint
from bot.services.delivery.faults import Fault, apart, noted
from bot.services.delivery.intents import Begun, Intents, Lead
from bot.services.delivery.monotonic_clock import MonotonicClock
from bot.services.delivery.preparation import Ready, is_remembered
from bot.services.delivery.rate_limiter import RateLimiter
from bot.services.delivery.recovery import Recovery
from bot.services.delivery.retry_policy import Retry, RetryPolicy, Verdict, policy_of
from bot.storage import Store
from bot.storage.delivery_progress import Sent, Start

log = Log(__name__)
T = TypeVar("T")

#: the waits for a database that is away, in seconds, and how long after its lease a worker still tries to reach it
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 2.0
_AFTER_LEASE = timedelta(minutes=5)


class ClaimLost(Exception):
    """Somebody else has the delivery now: nothing more is sent of it here, and nothing is written."""


@dataclass(slots=True, kw_only=True)
class Sender:
    """Sends for one surface, for as long as one lease lasts."""

    store: Store
    surface: Surface
    pace: WorkerConfig
    #: started with the claim
    watch: MonotonicClock
    crash: CrashPoint
    recovery: Recovery
    #: how long before its turn a message's intent is written; shared by all who send for the surface
    lead: Lead
    #: how many more intents may be written before others have come to an end; what has one is in doubt after a crash
    in_doubt: asyncio.Semaphore
    #: whether to leave what is not begun to somebody else
    enough: Callable[[], bool] = lambda: False
    #: what a reader may do with a message, where the surface is `Post`
    ways: Callable[[Subscription, str], ActionLinks] | None = None
    turns: RateLimiter = field(init=False)
    policy: RetryPolicy = field(init=False)
    intents: Intents = field(init=False)
    #: deliveries whose intent is written, or is about to be
    _unsettled: set[int] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self.policy = policy_of(self.surface, self.pace.on_uncertain)
        self.intents = Intents(self._begun, self.lead)
        self.turns = RateLimiter(
            store=self.store,
            surface=self.surface,
            watch=self.watch,
            patience=self.pace.patience,
            lead=lambda: timedelta(0) if self.begins_early else self.lead.length,
        )

    @property
    def begins_early(self) -> bool:
        """Whether intents are written before turns are drawn, as a nonce leaves no doubt after a crash."""
        return self.surface.nonced

    async def begin(self, ready: Sequence[Ready]) -> tuple[list[Ready], Sequence[tuple[Ready, str]]]:
        """Write that these are about to leave. What is asked about first is begun later.

        Return those that are still held, and those that a fault of ours keeps from it, each with the fault.
        """
        written = await self._begun([one for one in ready if not one.unseen])
        failed = {one.delivery.id for one, _ in written.failed}
        kept = [one for one in ready if one.unseen or one.delivery.id in written.ids]
        for id in sorted({one.delivery.id for one in ready} - {one.delivery.id for one in kept} - failed):
            log.warning("not begun, the claim was lost", delivery=id)
        return kept, written.failed

    async def _begun(self, ready: Sequence[Ready]) -> Begun:
        """Write that the first bytes of these leave."""
        if not ready:
            return Begun()
        self.crash("begin.before")
        found, failed = await apart(ready, self._write_begun, "not begun")
        self.crash("begin.after")
        await self.recovery.passed()
        return Begun(ids=set().union(*found), failed=failed)

    async def _write_begun(self, ready: Sequence[Ready]) -> set[int]:
        starts = [_start(one) for one in ready]
        return await self.kept(lambda: self.store.deliveries.begin(starts, self.watch()))

    def after_fault(self, fault: str, delivery: Delivery) -> Verdict:
        """Return what to do where a fault of ours kept a message from being sent."""
        deadline = self.pace.deadline(delivery)
        return self.policy.after_fault(fault, failures=delivery.failures, now=self.watch(), deadline=deadline)

    async def draw(self, ready: Sequence[Ready]) -> list[timedelta | Retry]:
        """For each when on the watch it may go, or when to come back."""
        return await self.kept(lambda: self.turns.draw([one.delivery.chat for one in ready]))

    async def send(self, ready: Ready, turn: timedelta) -> Sent | Verdict | None:
        """Send what is missing, its first part at `turn`. None where the claim or the database was lost."""
        try:
            return await self._parts(ready, turn)
        except DeliveryError as error:
            return self._after(error, ready.delivery)
        except Fault as error:
            return self.after_fault(str(error), ready.delivery)
        except (ClaimLost, StoreError) as error:
            log.warning("not finished", delivery=ready.delivery.id, reason=str(error) or "the claim was lost")
            return None
        except Exception as error:
            # what of it has left is not known here, so it counts as a message that may have arrived
            fault = noted("not sent", error, delivery=ready.delivery.id, chat=str(ready.delivery.chat))
            return self._after(_internal(ready.delivery.chat, fault), ready.delivery)

    def _after(self, error: DeliveryError, delivery: Delivery) -> Verdict:
        deadline = self.pace.deadline(delivery)
        return self.policy.after(error, failures=delivery.failures, now=self.watch(), deadline=deadline)

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
        try:
            begun = await self._until_begun(ready, turn)
        except (DeliveryError, StoreError, ClaimLost, Fault):
            raise
        except Exception as error:
            # nothing of it has left
            chat = str(ready.delivery.chat)
            raise Fault(noted("not begun", error, delivery=ready.delivery.id, chat=chat)) from error
        return await self._missing(ready, begun) if isinstance(begun, timedelta) else begun

    async def _until_begun(self, ready: Ready, turn: timedelta) -> timedelta | Sent | Retry:
        """Wait until the first part may leave, and write that it does; its turn, or what became of it instead."""
        if ready.unseen:
            there = await self._asked(ready, turn)
            if there is not None:
                return there
            (drawn,) = await self.draw([ready])
            if isinstance(drawn, Retry):
                return drawn
            turn = drawn
        if self._is_over:
            return self._out_of_time()
        if self.begins_early and not ready.unseen:
            return turn
        await self._until_near(turn)
        room = await self._room(ready, turn)
        if isinstance(room, Retry):
            return room
        await self._until_near(room)
        if not await self.intents.write(ready):
            raise ClaimLost
        return room

    async def _room(self, ready: Ready, turn: timedelta) -> timedelta | Retry:
        """Wait until so few are in doubt that one more may be; the turn that is left then, or another one."""
        waits = self.in_doubt.locked()
        await self.in_doubt.acquire()
        self._unsettled.add(ready.delivery.id)
        if self.enough():
            return Retry(at=self.watch(), code=DeliveryReason.RELEASED)
        if not waits or turn > self.watch.elapsed:
            return turn
        (drawn,) = await self.draw([ready])
        return drawn

    def settle(self, ready: Ready) -> None:
        """What became of a delivery is in the ledger."""
        if ready.delivery.id in self._unsettled:
            self._unsettled.remove(ready.delivery.id)
            self.in_doubt.release()

    def settle_all(self) -> None:
        """Nothing more is sent here."""
        for _ in self._unsettled:
            self.in_doubt.release()
        self._unsettled.clear()

    async def _missing(self, ready: Ready, turn: timedelta) -> Sent | Retry:
        """Send what the platform does not have; the intent of the first part is written."""
        part, message_id = ready.found or (-1, "")
        if ready.found and ready.missing:
            await self._there(ready, part, message_id)
        for place, part in enumerate(ready.missing):
            if place:
                await self._there(ready, ready.missing[place - 1], message_id)
                drawn = await self._next_turn(ready, part)
                if isinstance(drawn, Retry):
                    return drawn
                turn = drawn
            if hindrance := await self.kept(partial(self.turns.wait, turn)) or self._hindrance(ready, part):
                return hindrance
            message_id = await self._one(ready, part)
            self.crash("send.after")
        return _sent(ready, part, message_id)

    async def _next_turn(self, ready: Ready, part: int) -> timedelta | Retry:
        """The turn of one more part, whose intent is written."""
        if self.begins_early:
            await self._leaves(ready, part)
        (drawn,) = await self.draw([ready])
        if not isinstance(drawn, Retry) and not self.begins_early:
            await self._until_near(drawn)
            await self._leaves(ready, part)
        return drawn

    async def _until_near(self, turn: timedelta) -> None:
        """Wait until an intent must be written so that it is written when the turn comes."""
        await asyncio.sleep(max(0.0, (turn - self.lead.length - self.watch.elapsed).total_seconds()))

    def _hindrance(self, ready: Ready, part: int) -> Retry | None:
        """Why a part cannot be sent although its turn has come."""
        self.crash("send.before")
        if self._is_over:
            return self._out_of_time()
        doubtful = ready.doubtful
        if doubtful is None or doubtful.part != part or is_remembered(doubtful, self.surface, self.watch()):
            return None
        # the platform takes it for another message by now, so it is read back first
        return Retry(at=self.watch(), code=DeliveryReason.UNANSWERED, sent=True)

    @property
    def _is_over(self) -> bool:
        """Whether an answer might come when the lease has ended, and somebody else has the delivery."""
        return self.watch.elapsed + self.pace.timeout >= self.pace.lease

    def _out_of_time(self) -> Retry:
        return Retry(at=self.watch(), code=DeliveryReason.RELEASED)

    async def _asked(self, ready: Ready, turn: timedelta) -> Sent | Retry | None:
        """Ask the platform whether it has the digest; None where it has not, or cannot tell."""
        if not isinstance(self.surface, DeliveryLookup):
            return None
        if retry := await self.kept(partial(self.turns.wait, turn)):
            return retry
        chat, last = ready.delivery.chat, len(ready.parts) - 1
        id = await self._in_time(
            ready,
            self.surface.reread(chat, ready.parts[last], nonce=ready.nonces[last], since=ready.delivery.due_at),
        )
        if id:
            log.warning("it was there already", delivery=ready.delivery.id, chat=str(chat))
        return _sent(ready, last, id) if id else None

    async def _one(self, ready: Ready, part: int) -> str:
        """Send one part; whatever ends without a word from the platform may have arrived."""
        return await self._in_time(ready, self._handed_over(ready, part))

    async def _in_time(self, ready: Ready, call: Awaitable[T]) -> T:
        """What the surface answers. Raises nothing but `DeliveryError` for whatever goes wrong there."""
        chat = ready.delivery.chat
        try:
            async with asyncio.timeout(self.pace.timeout.total_seconds()):
                return await call
        except DeliveryError:
            raise
        except TimeoutError:
            seconds = self.pace.timeout.total_seconds()
            raise DeliveryError(chat, f"no answer within {seconds:g} s", ambiguous=True) from None
        except Exception as error:
            # a surface that fails in a way of its own must not take the other deliveries with it
            fault = noted("surface failed", error, delivery=ready.delivery.id, chat=str(chat))
            raise _internal(chat, fault) from error

    async def _handed_over(self, ready: Ready, part: int) -> str:
        chat, wish, page, nonce = ready.delivery.chat, ready.subscription, ready.parts[part], ready.nonces[part]
        if self.ways and isinstance(self.surface, MailSurface):
            return await self.surface.post(
                OutgoingMail(chat=chat, page=page, ways=self.ways(wish, ready.composed.digest_id), nonce=nonce)
            )
        return await self.surface.send(chat, page, nonce=nonce, silent=wish.silent, role=wish.role)

    async def _there(self, ready: Ready, part: int, message_id: str) -> None:
        self.crash("part.before")
        deliveries, attempt = self.store.deliveries, ready.delivery.attempt
        if not await self.kept(lambda: deliveries.part_sent(attempt, part, message_id, self.watch())):
            raise ClaimLost
        self.crash("part.after")

    async def _leaves(self, ready: Ready, part: int) -> None:
        deliveries, attempt = self.store.deliveries, ready.delivery.attempt
        if not await self.kept(lambda: deliveries.part_begun(attempt, part, self.watch())):
            raise ClaimLost
        await self.recovery.passed()


def _internal(chat: Chat, reference: str) -> DeliveryError:
    """Return the error for a message that may have arrived before an internal error."""
    return DeliveryError(chat, f"internal error {reference}", ambiguous=True)


def _start(ready: Ready) -> Start:
    return Start(
        attempt=ready.delivery.attempt,
        digest_id=ready.composed.digest_id,
        composed_at=ready.composed.at,
        nonces=ready.nonces,
        first=ready.missing[0] if ready.missing else 0,
    )


def _sent(ready: Ready, part: int, message_id: str) -> Sent:
    return Sent(
        attempt=ready.delivery.attempt,
        chat=ready.delivery.chat,
        part=part,
        message_id=message_id,
        paper_ids=ready.composed.paper_ids,
        note=ready.note,
    )
