"""Inbound queues: one bounded queue per key (usually a person), so that a flood delays only its sender, who gets one
notice.
"""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from types import TracebackType
from typing import Self

from bot.domain.log import Log

log = Log(__name__)

Job = Callable[[], Awaitable[None]]


class Admission(Enum):
    """The result of `InboundQueue.put`."""

    #: it runs after the earlier jobs with the same key
    QUEUED = auto()
    #: it is dropped, and its sender should get an overload notice
    OVERLOADED = auto()
    #: it is dropped, and its sender has had a notice recently
    DROPPED = auto()


@dataclass(frozen=True, slots=True)
class _Waiting:
    job: Job
    keep: bool


class InboundQueue:
    """Run jobs in order per key, and jobs of different keys concurrently.

    Use it in `async with`: leaving the block drops queued jobs, except those put with `keep`, and gives the rest
    `drain_seconds` to finish. A job that raises is logged with a reference and affects no other.
    """

    def __init__(
        self,
        *,
        limit: int = 8,
        quiet_seconds: float = 30.0,
        drain_seconds: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`limit` is the number of queued jobs per key; after an overload notice there is no other for
        `quiet_seconds`.
        """
        self._limit = limit
        self._quiet_seconds = quiet_seconds
        self._drain_seconds = drain_seconds
        self._clock = clock
        self._waiting: dict[str, deque[_Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        #: the time of the last drop for each key with a notice; oldest first
        self._notified: OrderedDict[str, float] = OrderedDict()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for waiting in self._waiting.values():
            kept = [each for each in waiting if each.keep]
            waiting.clear()
            waiting.extend(kept)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._drain_seconds)
        for task in self._tasks:
            task.cancel()
        for task in list(self._tasks):
            with suppress(asyncio.CancelledError):
                await task

    async def drain(self, seconds: float) -> bool:
        """Wait until all jobs have run, for at most these seconds. Return whether none is left."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._tasks:
                    await asyncio.wait(self._tasks)
        return not self._tasks

    def put(self, key: str, job: Job, *, limit: int | None = None, keep: bool = False) -> Admission:
        """Queue a job behind those with the same key, unless `limit` of them (default: that of the queue) are
        waiting.

        A job with `keep` runs even if the queue is closed before its turn.
        """
        waiting = self._waiting.get(key)
        if waiting is None:
            waiting = self._waiting[key] = deque([_Waiting(job, keep)])
            self._start(self._drain(key, waiting))
            return Admission.QUEUED
        if len(waiting) >= (self._limit if limit is None else limit):
            return self._overloaded(key)
        waiting.append(_Waiting(job, keep))
        return Admission.QUEUED

    def start(self, job: Job) -> None:
        """Run a job immediately, outside of all queues."""
        self._start(_guarded(job))

    def _start(self, doing: Awaitable[None]) -> None:
        task = asyncio.ensure_future(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, key: str, waiting: deque[_Waiting]) -> None:
        try:
            while waiting:
                await _guarded(waiting.popleft().job)
        finally:
            del self._waiting[key]

    def _overloaded(self, key: str) -> Admission:
        now = self._clock()
        while self._notified and now - next(iter(self._notified.values())) >= self._quiet_seconds:
            self._notified.popitem(last=False)
        notified = now - self._notified.pop(key, -math.inf) < self._quiet_seconds
        self._notified[key] = now
        return Admission.DROPPED if notified else Admission.OVERLOADED


async def _guarded(job: Job) -> None:
    try:
        await job()
    except Exception:
        # a failed job must not stop the next one
        log.exception("inbound job failed", reference=os.urandom(4).hex())
