"""Send pipeline: admits deliveries into flight, sends each at its turn, and records the outcomes."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.errors import StoreError
from bot.domain.papers import DeliveryReason
from bot.services.delivery.faults import log_fault
from bot.services.delivery.in_flight import InFlightLimiter
from bot.services.delivery.outcomes import mark, record_outcome
from bot.services.delivery.preparation import Ready
from bot.services.delivery.retry_policy import Retry, Verdict
from bot.services.delivery.sender import Sender
from bot.storage.delivery_progress import Sent

#: deliveries sent within this time are marked in one transaction
_TOGETHER_SECONDS = 0.02
#: interval of asking `should_stop` while waiting
_ASKED_SECONDS = 0.5


@dataclass(slots=True)
class SendPipeline:
    """Sends a list of deliveries to different chats. Several pipelines may share one in-flight limiter."""

    sender: Sender
    limiter: InFlightLimiter
    #: asked before more deliveries are started; if true, the rest is given back
    should_stop: Callable[[], bool]
    #: not admitted yet
    _waiting: deque[Ready] = field(default_factory=deque, init=False)
    #: admitted, waiting for a turn to be acquired
    _admitted: deque[Ready] = field(default_factory=deque, init=False)
    #: in flight; a task returns None if the claim or the database was lost
    _sending: dict[asyncio.Task[Sent | Verdict | None], Ready] = field(default_factory=dict, init=False)
    #: how many admissions of the limiter this pipeline holds
    _in_flight: int = field(default=0, init=False)

    async def run(self, composed: Sequence[Ready]) -> None:
        """Send all deliveries and record their outcomes. Return when none is left."""
        self._waiting.extend(composed)
        try:
            while self._waiting or self._admitted or self._sending:
                await self._step()
        finally:
            for task in self._sending:
                task.cancel()
            self.sender.settle_all()
            self.limiter.release(self._in_flight)

    async def _step(self) -> None:
        room = self.limiter.room
        if self._waiting and self.should_stop():
            await self._leave_the_rest()
        if self._waiting:
            await self._admit(self.limiter.take(len(self._waiting)))
        if self._admitted and not self.sender.rate_limiter.until_next_acquire:
            await self._launch()
        await self._wait(room)
        await self._record_ended()

    async def _leave_the_rest(self) -> None:
        while self._waiting:
            end = Retry(at=self.sender.monotonic(), code=DeliveryReason.RELEASED)
            await record_outcome(self._waiting.popleft().delivery, end, self.sender)

    async def _admit(self, count: int) -> None:
        self._in_flight += count
        some = [self._waiting.popleft() for _ in range(count)]
        if some and self.sender.begins_early:
            some, failed = await self.sender.begin(some)
            for ready, fault in failed:
                await record_outcome(ready.delivery, self.sender.after_fault(fault, ready.delivery), self.sender)
        self._admitted.extend(some)
        self._release(count - len(some))

    async def _launch(self) -> None:
        """Acquire turns for the next deliveries and start their tasks."""
        some = [self._admitted.popleft() for _ in range(min(len(self._admitted), self.sender.rate_limiter.at_once))]
        for ready, turn in zip(some, await self._acquired(some), strict=True):
            if isinstance(turn, timedelta):
                self._sending[asyncio.create_task(self.sender.send(ready, turn))] = ready
            else:
                await record_outcome(ready.delivery, turn, self.sender)
                self._release(1)

    async def _acquired(self, some: Sequence[Ready]) -> Sequence[timedelta | Verdict]:
        """Return the turn of each, or the verdict; an internal error does not affect deliveries that are in flight."""
        try:
            return await self.sender.acquire(some)
        except StoreError:
            raise
        except Exception as error:
            fault = log_fault("no turn drawn", error, deliveries=len(some))
            return [self.sender.after_fault(fault, ready.delivery) for ready in some]

    async def _wait(self, room: asyncio.Event) -> None:
        """Wait until a delivery ends, the limiter has room, or the next turn can be acquired."""
        waits: set[asyncio.Task[object]] = set(self._sending)
        others = asyncio.create_task(room.wait()) if self._waiting else None
        if others:
            waits.add(others)
        if waits:
            done, _ = await asyncio.wait(waits, timeout=self._wait_seconds, return_when=asyncio.FIRST_COMPLETED)
            if done - {others}:
                await asyncio.wait(self._sending, timeout=min(_TOGETHER_SECONDS, self._wait_seconds))
        elif self._admitted:
            await asyncio.sleep(self._wait_seconds)
        if others:
            others.cancel()

    @property
    def _wait_seconds(self) -> float:
        """Return the longest wait in seconds for one of these events."""
        return min(_ASKED_SECONDS, self.sender.rate_limiter.until_next_acquire) if self._admitted else _ASKED_SECONDS

    async def _record_ended(self) -> None:
        """Record the outcomes of tasks that have ended; sent deliveries are marked in one transaction."""
        sent: list[Sent] = []
        ended = [task for task in self._sending if task.done()]
        settled = [self._sending[task] for task in ended]
        for task in ended:
            ready, end = self._sending.pop(task), task.result()
            if isinstance(end, Sent):
                sent.append(end)
            elif end is not None:
                await record_outcome(ready.delivery, end, self.sender)
        if sent:
            await mark(sent, self.sender)
        for ready in settled:
            self.sender.settle(ready)
        self._release(len(ended))

    def _release(self, count: int) -> None:
        if count:
            self._in_flight -= count
            self.limiter.release(count)
