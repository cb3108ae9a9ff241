"""Deliveries on their way: admitted when there is room, sent when it is their turn, marked in the end."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.errors import StoreError
from bot.domain.papers import DeliveryReason
from bot.services.delivery.faults import noted
from bot.services.delivery.in_flight import InFlightLimiter
from bot.services.delivery.outcomes import mark, record_outcome
from bot.services.delivery.preparation import Ready
from bot.services.delivery.retry_policy import Retry, Verdict
from bot.services.delivery.sender import Sender
from bot.storage.delivery_progress import Sent

#: what is sent within so long is marked in one transaction
_TOGETHER_SECONDS = 0.02
#: who waits for room asks so often whether it is enough
_ASKED_SECONDS = 0.5


@dataclass(slots=True)
class SendPipeline:
    """One list of deliveries to different chats. Others may fly at the same time, in the same window."""

    sender: Sender
    window: InFlightLimiter
    #: asked before more is begun: whether to leave the rest to somebody else
    enough: Callable[[], bool]
    #: there was no room for them yet
    _waiting: deque[Ready] = field(default_factory=deque, init=False)
    #: admitted, and waiting for a turn to be drawn
    _admitted: deque[Ready] = field(default_factory=deque, init=False)
    #: on their way; a task ends with None where the claim or the database was lost
    _sending: dict[asyncio.Task[Sent | Verdict | None], Ready] = field(default_factory=dict, init=False)
    #: how much of the window is ours
    _taken: int = field(default=0, init=False)

    async def run(self, composed: Sequence[Ready]) -> None:
        """Until everything has come to an end."""
        self._waiting.extend(composed)
        try:
            while self._waiting or self._admitted or self._sending:
                await self._step()
        finally:
            for task in self._sending:
                task.cancel()
            self.sender.settle_all()
            self.window.give_back(self._taken)

    async def _step(self) -> None:
        room = self.window.room
        if self._waiting and self.enough():
            await self._leave_the_rest()
        if self._waiting:
            await self._admit(self.window.take(len(self._waiting)))
        if self._admitted and not self.sender.turns.until_next_draw:
            await self._launch()
        await self._something(room)
        await self._note_ended()

    async def _leave_the_rest(self) -> None:
        while self._waiting:
            end = Retry(at=self.sender.watch(), code=DeliveryReason.RELEASED)
            await record_outcome(self._waiting.popleft().delivery, end, self.sender)

    async def _admit(self, count: int) -> None:
        self._taken += count
        some = [self._waiting.popleft() for _ in range(count)]
        if some and self.sender.begins_early:
            some, failed = await self.sender.begin(some)
            for ready, fault in failed:
                await record_outcome(ready.delivery, self.sender.after_fault(fault, ready.delivery), self.sender)
        self._admitted.extend(some)
        self._give_back(count - len(some))

    async def _launch(self) -> None:
        """Let the next few be sent when it is their turn."""
        some = [self._admitted.popleft() for _ in range(min(len(self._admitted), self.sender.turns.at_once))]
        for ready, turn in zip(some, await self._drawn(some), strict=True):
            if isinstance(turn, timedelta):
                self._sending[asyncio.create_task(self.sender.send(ready, turn))] = ready
            else:
                await record_outcome(ready.delivery, turn, self.sender)
                self._give_back(1)

    async def _drawn(self, some: Sequence[Ready]) -> Sequence[timedelta | Verdict]:
        """Return the turn of each, or what becomes of it; a fault of ours must not stop what is on its way."""
        try:
            return await self.sender.draw(some)
        except StoreError:
            raise
        except Exception as error:
            fault = noted("no turn drawn", error, deliveries=len(some))
            return [self.sender.after_fault(fault, ready.delivery) for ready in some]

    async def _something(self, room: asyncio.Event) -> None:
        """Wait until there is something to do."""
        waits: set[asyncio.Task[object]] = set(self._sending)
        others = asyncio.create_task(room.wait()) if self._waiting else None
        if others:
            waits.add(others)
        if waits:
            done, _ = await asyncio.wait(waits, timeout=self._patience, return_when=asyncio.FIRST_COMPLETED)
            if done - {others}:
                await asyncio.wait(self._sending, timeout=min(_TOGETHER_SECONDS, self._patience))
        elif self._admitted:
            await asyncio.sleep(self._patience)
        if others:
            others.cancel()

    @property
    def _patience(self) -> float:
        """Seconds for which nothing but news is waited for."""
        return min(_ASKED_SECONDS, self.sender.turns.until_next_draw) if self._admitted else _ASKED_SECONDS

    async def _note_ended(self) -> None:
        """Write what became of those that have ended; those that were sent in one transaction."""
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
        self._give_back(len(ended))

    def _give_back(self, count: int) -> None:
        if count:
            self._taken -= count
            self.window.give_back(count)
