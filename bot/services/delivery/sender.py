"""Sends the missing parts of claimed deliveries and records each part in the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TypeVar

from bot.domain.deliveries import Delivery
from bot.domain.errors import DeliveryError, StoreError
from bot.domain.follow_ups import PlannedFollowUp
from bot.domain.log import Log
from bot.domain.mail import ActionLinks, OutgoingMail
from bot.domain.papers import DeliveryReason
from bot.domain.ports import DeliveryLookup, MailSurface, Surface
from bot.domain.requests import Chat
from bot.domain.subscriptions import Subscription
from bot.services.delivery.crash import CrashPoint
from bot.services.delivery.faults import Fault, isolate_failures, log_fault
from bot.services.delivery.follow_up_plans import planned_follow_ups
from bot.services.delivery.intents import Begun, Intents, Lead
from bot.services.delivery.monotonic_clock import MonotonicClock
from bot.services.delivery.preparation import Ready, is_remembered
from bot.services.delivery.rate_limiter import RateLimiter
from bot.services.delivery.recovery import Recovery
from bot.services.delivery.retry_policy import DeliveryRetryPolicy, Retry, Verdict, policy_of
from bot.services.delivery.worker_config import WorkerConfig
from bot.storage import Store
from bot.storage.delivery_progress import Sent, Start

log = Log(__name__)
T = TypeVar("T")

#: first and longest wait in seconds for an unavailable database, and how long after its lease a worker retries
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 2.0
_AFTER_LEASE = timedelta(minutes=5)


class ClaimLost(Exception):
    """Another worker has claimed the delivery: this one sends and writes nothing more of it."""


@dataclass(slots=True, kw_only=True)
class Sender:
    """Sends deliveries of one surface during one lease."""

    store: Store
    surface: Surface
    config: WorkerConfig
    #: started with the claim
    monotonic: MonotonicClock
    crash: CrashPoint
    recovery: Recovery
    #: how long before its turn a message's intent is written; shared by all senders of the surface
    lead: Lead
    #: limits deliveries whose intent is written and whose outcome is not; a crash leaves these uncertain
    in_doubt: asyncio.Semaphore
    #: whether to give back deliveries that are not started
    should_stop: Callable[[], bool] = lambda: False
    #: returns the links of a mail, for a `MailSurface`
    action_links: Callable[[Subscription, str], ActionLinks] | None = None
    rate_limiter: RateLimiter = field(init=False)
    policy: DeliveryRetryPolicy = field(init=False)
    intents: Intents = field(init=False)
    #: ids of deliveries that hold `in_doubt`
    _unsettled: set[int] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self.policy = policy_of(self.surface, self.config.on_uncertain)
        self.intents = Intents(self._record_begun, self.lead)
        self.rate_limiter = RateLimiter(
            store=self.store,
            surface=self.surface,
            monotonic=self.monotonic,
            patience=self.config.patience,
            lead=lambda: timedelta(0) if self.begins_early else self.lead.length,
        )

    @property
    def begins_early(self) -> bool:
        """Return whether intents are written before turns are acquired: nonces make a second attempt safe."""
        return self.surface.nonced

    async def begin(self, ready: Sequence[Ready]) -> tuple[list[Ready], Sequence[tuple[Ready, str]]]:
        """Write the intents of deliveries, except of those that are looked up on the platform first.

        Return the deliveries that are still claimed, and those that failed with an internal error, each with its
        reference.
        """
        written = await self._record_begun([one for one in ready if not one.unseen])
        failed = {one.delivery.id for one, _ in written.failed}
        held = [one for one in ready if one.unseen or one.delivery.id in written.ids]
        for id in sorted({one.delivery.id for one in ready} - {one.delivery.id for one in held} - failed):
            log.warning("not begun, the claim was lost", delivery=id)
        return held, written.failed

    async def _record_begun(self, ready: Sequence[Ready]) -> Begun:
        """Write the intents of deliveries to the ledger, before their first byte is sent."""
        if not ready:
            return Begun()
        self.crash("begin.before")
        found, failed = await isolate_failures(ready, self._write_begun, "not begun")
        self.crash("begin.after")
        await self.recovery.passed()
        return Begun(ids=set().union(*found), failed=failed)

    async def _write_begun(self, ready: Sequence[Ready]) -> set[int]:
        starts = [_start(one) for one in ready]
        return await self.with_retries(lambda: self.store.deliveries.begin(starts, self.monotonic()))

    def after_fault(self, fault: str, delivery: Delivery) -> Verdict:
        """Return the verdict for a message that an internal error kept from being sent."""
        deadline = self.config.deadline(delivery)
        return self.policy.after_fault(fault, failures=delivery.failures, now=self.monotonic(), deadline=deadline)

    async def acquire(self, ready: Sequence[Ready]) -> list[timedelta | Retry]:
        """Return the turn of each delivery, or when to try again."""
        return await self.with_retries(lambda: self.rate_limiter.acquire([one.delivery.chat for one in ready]))

    async def send(self, ready: Ready, turn: timedelta) -> Sent | Verdict | None:
        """Send the missing parts, the first at `turn`. Return None if the claim or the database was lost."""
        try:
            return await self._send_parts(ready, turn)
        except DeliveryError as error:
            return self._after(error, ready.delivery)
        except Fault as error:
            return self.after_fault(str(error), ready.delivery)
        except (ClaimLost, StoreError) as error:
            log.warning("not finished", delivery=ready.delivery.id, reason=str(error) or "the claim was lost")
            return None
        except Exception as error:
            # it is unknown which parts were sent, so the message counts as one that may have arrived
            fault = log_fault("not sent", error, delivery=ready.delivery.id, chat=str(ready.delivery.chat))
            return self._after(_internal(ready.delivery.chat, fault), ready.delivery)

    def _after(self, error: DeliveryError, delivery: Delivery) -> Verdict:
        deadline = self.config.deadline(delivery)
        return self.policy.after(error, failures=delivery.failures, now=self.monotonic(), deadline=deadline)

    async def with_retries(self, write: Callable[[], Awaitable[T]], within: timedelta | None = None) -> T:
        """Run `write`, and retry it while the database is unavailable, because what was sent must be recorded.

        `within` is the time since the start after which it is given up; the default is long after the lease.
        Raise `StoreError` then.
        """
        wait, limit = _FIRST_WAIT, self.config.lease + _AFTER_LEASE if within is None else within
        while True:
            try:
                return await write()
            except StoreError as error:
                if self.monotonic.elapsed > limit:
                    raise
                log.warning("not written yet", reason=str(error))
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)

    async def _send_parts(self, ready: Ready, turn: timedelta) -> Sent | Retry:
        try:
            begun = await self._until_begun(ready, turn)
        except (DeliveryError, StoreError, ClaimLost, Fault):
            raise
        except Exception as error:
            # nothing was sent yet
            chat = str(ready.delivery.chat)
            raise Fault(log_fault("not begun", error, delivery=ready.delivery.id, chat=chat)) from error
        return await self._send_missing(ready, begun) if isinstance(begun, timedelta) else begun

    async def _until_begun(self, ready: Ready, turn: timedelta) -> timedelta | Sent | Retry:
        """Wait until the first part may be sent and write its intent. Return its turn, or the outcome instead."""
        if ready.unseen:
            there = await self._look_up(ready, turn)
            if there is not None:
                return there
            (acquired,) = await self.acquire([ready])
            if isinstance(acquired, Retry):
                return acquired
            turn = acquired
        if self._lease_ends:
            return self._out_of_time()
        if self.begins_early and not ready.unseen:
            return turn
        await self._until_near(turn)
        room = await self._acquire_doubt(ready, turn)
        if isinstance(room, Retry):
            return room
        await self._until_near(room)
        if not await self.intents.write(ready):
            raise ClaimLost
        return room

    async def _acquire_doubt(self, ready: Ready, turn: timedelta) -> timedelta | Retry:
        """Wait for `in_doubt`. Return the turn, or another one if the turn has passed meanwhile."""
        waits = self.in_doubt.locked()
        await self.in_doubt.acquire()
        self._unsettled.add(ready.delivery.id)
        if self.should_stop():
            return Retry(at=self.monotonic(), code=DeliveryReason.RELEASED)
        if not waits or turn > self.monotonic.elapsed:
            return turn
        (acquired,) = await self.acquire([ready])
        return acquired

    def settle(self, ready: Ready) -> None:
        """Release `in_doubt` for a delivery whose outcome is recorded."""
        if ready.delivery.id in self._unsettled:
            self._unsettled.remove(ready.delivery.id)
            self.in_doubt.release()

    def settle_all(self) -> None:
        """Release `in_doubt` for all deliveries, when the sender ends."""
        for _ in self._unsettled:
            self.in_doubt.release()
        self._unsettled.clear()

    async def _send_missing(self, ready: Ready, turn: timedelta) -> Sent | Retry:
        """Send the parts that the platform does not have; the intent of the first is already written."""
        part, message_id = ready.found or (-1, "")
        if ready.found and ready.missing:
            await self._record_part_sent(ready, part, message_id)
        for place, part in enumerate(ready.missing):
            if place:
                await self._record_part_sent(ready, ready.missing[place - 1], message_id)
                acquired = await self._next_turn(ready, part)
                if isinstance(acquired, Retry):
                    return acquired
                turn = acquired
            if hindrance := await self.with_retries(partial(self.rate_limiter.wait, turn)) or self._hindrance(
                ready, part
            ):
                return hindrance
            message_id = await self._send_part(ready, part)
            self.crash("send.after")
        return _sent(ready, part, message_id, self._follow_ups(ready))

    async def _next_turn(self, ready: Ready, part: int) -> timedelta | Retry:
        """Write the intent of a further part and return its turn."""
        if self.begins_early:
            await self._record_part_begun(ready, part)
        (acquired,) = await self.acquire([ready])
        if not isinstance(acquired, Retry) and not self.begins_early:
            await self._until_near(acquired)
            await self._record_part_begun(ready, part)
        return acquired

    async def _until_near(self, turn: timedelta) -> None:
        """Wait until it is time to write the intent of a message with this turn."""
        await asyncio.sleep(max(0.0, (turn - self.lead.length - self.monotonic.elapsed).total_seconds()))

    def _hindrance(self, ready: Ready, part: int) -> Retry | None:
        """Return a retry if a part cannot be sent although its turn has come."""
        self.crash("send.before")
        if self._lease_ends:
            return self._out_of_time()
        doubtful = ready.doubtful
        if doubtful is None or doubtful.part != part or is_remembered(doubtful, self.surface, self.monotonic()):
            return None
        # the platform has forgotten the nonce and would accept a duplicate, so the message is looked up first
        return Retry(at=self.monotonic(), code=DeliveryReason.UNANSWERED, sent=True)

    @property
    def _lease_ends(self) -> bool:
        """Return whether the lease may end before the platform answers."""
        return self.monotonic.elapsed + self.config.timeout >= self.config.lease

    def _out_of_time(self) -> Retry:
        return Retry(at=self.monotonic(), code=DeliveryReason.RELEASED)

    async def _look_up(self, ready: Ready, turn: timedelta) -> Sent | Retry | None:
        """Look the digest up on the platform. Return None if it is not there or cannot be looked up."""
        if not isinstance(self.surface, DeliveryLookup):
            return None
        if retry := await self.with_retries(partial(self.rate_limiter.wait, turn)):
            return retry
        chat, last = ready.delivery.chat, len(ready.parts) - 1
        id = await self._with_timeout(
            ready,
            self.surface.reread(chat, ready.parts[last], nonce=ready.nonces[last], since=ready.delivery.due_at),
        )
        if id:
            log.warning("it was there already", delivery=ready.delivery.id, chat=str(chat))
        return _sent(ready, last, id, self._follow_ups(ready)) if id else None

    def _follow_ups(self, ready: Ready) -> tuple[PlannedFollowUp, ...]:
        return planned_follow_ups(ready, self.surface, self.monotonic())

    async def _send_part(self, ready: Ready, part: int) -> str:
        """Send one part. Raise `DeliveryError`, ambiguous if the platform did not answer."""
        return await self._with_timeout(ready, self._call_surface(ready, part))

    async def _with_timeout(self, ready: Ready, call: Awaitable[T]) -> T:
        """Return the result of a call to the surface. Raise `DeliveryError` after a timeout or any other error."""
        chat = ready.delivery.chat
        try:
            async with asyncio.timeout(self.config.timeout.total_seconds()):
                return await call
        except DeliveryError:
            raise
        except TimeoutError:
            seconds = self.config.timeout.total_seconds()
            raise DeliveryError(chat, f"no answer within {seconds:g} s", ambiguous=True) from None
        except Exception as error:
            # an unexpected error of a surface must not affect other deliveries
            fault = log_fault("surface failed", error, delivery=ready.delivery.id, chat=str(chat))
            raise _internal(chat, fault) from error

    async def _call_surface(self, ready: Ready, part: int) -> str:
        chat, wish, page, nonce = ready.delivery.chat, ready.subscription, ready.parts[part], ready.nonces[part]
        if self.action_links and isinstance(self.surface, MailSurface):
            return await self.surface.post(
                OutgoingMail(
                    chat=chat, page=page, action_links=self.action_links(wish, ready.composed.digest_id), nonce=nonce
                )
            )
        return await self.surface.send(chat, page, nonce=nonce, silent=wish.silent, role=wish.role)

    async def _record_part_sent(self, ready: Ready, part: int, message_id: str) -> None:
        self.crash("part.before")
        deliveries, attempt = self.store.deliveries, ready.delivery.attempt
        if not await self.with_retries(lambda: deliveries.part_sent(attempt, part, message_id, self.monotonic())):
            raise ClaimLost
        self.crash("part.after")

    async def _record_part_begun(self, ready: Ready, part: int) -> None:
        deliveries, attempt = self.store.deliveries, ready.delivery.attempt
        if not await self.with_retries(lambda: deliveries.part_begun(attempt, part, self.monotonic())):
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


def _sent(ready: Ready, part: int, message_id: str, follow_ups: tuple[PlannedFollowUp, ...]) -> Sent:
    return Sent(
        attempt=ready.delivery.attempt,
        chat=ready.delivery.chat,
        part=part,
        message_id=message_id,
        paper_ids=ready.composed.paper_ids,
        note=ready.note,
        follow_ups=follow_ups,
    )
