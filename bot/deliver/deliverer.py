"""The round: plan what is due, take some, send it, mark it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from importlib.metadata import version

from bot.deliver.composing import Composer
from bot.deliver.crash import CrashPoint
from bot.deliver.pace import Pace
from bot.deliver.preparing import Ready, prepare
from bot.deliver.sending import Sender
from bot.deliver.verdicts import End, Moved, Refused, Retry, Verdict
from bot.deliver.watch import Watch
from bot.errors import SettingsError
from bot.letters import Ways
from bot.logs import Log
from bot.models import Chat, Delivery, Subscription
from bot.ports import Surface
from bot.store import Store
from bot.store.notes import MOVED, TICK, ZONES
from bot.store.planning import Plan
from bot.store.sending import Sent

log = Log(__name__)

#: what is sent within so long is marked in one transaction
_TOGETHER_SECONDS = 0.02
#: what is in flight; a task ends with None where the claim or the database was lost
Sending = dict["asyncio.Task[Sent | Verdict | None]", Ready]

_GIVEN_BACK = "its worker was told to stop before it was sent"
_BETWEEN_PRUNINGS = timedelta(minutes=10)
#: rows that are deleted in one transaction, so that nobody waits for it
_PRUNED_AT_ONCE = 500


class Deliverer:
    """One worker. Any number of them may work on one PostgreSQL; on SQLite there is one."""

    def __init__(
        self,
        store: Store,
        surfaces: Mapping[str, Surface],
        *,
        owner: str,
        pace: Pace = Pace(),  # noqa: B008 - frozen
        crash: CrashPoint | None = None,
        ways: Callable[[Subscription, str], Ways] | None = None,
    ) -> None:
        """`owner` is a name that no other worker has, and no worker had before.

        `ways` says what a reader may do with a message of a surface that has no commands.
        """
        self.surfaces = surfaces
        self._store = store
        self._owner = owner
        self._pace = pace
        self._crash = crash or CrashPoint()
        self._ways = ways
        self._composer = Composer(store)
        self._plan = Plan(
            grace=pace.grace,
            carries={name: surface.allowance.in_ten_minutes for name, surface in surfaces.items()},
            halfway=lambda: self._crash("plan.middle"),
        )
        self._pruned_at: datetime | None = None
        self._in_flight = {name: asyncio.Lock() for name in surfaces}

    async def start(self, now: datetime) -> None:
        """Work out anew when everything is due where the rules of the time zones are others than last time.

        Raises `SettingsError` where everything has moved to another database.
        """
        if moved_to := await self._store.notes.get(MOVED):
            raise SettingsError(f"Everything has moved to another database on {moved_to[1]:%Y-%m-%d}: {moved_to[0]}.")
        rules = version("tzdata")
        noted = await self._store.notes.get(ZONES)
        if noted is None or noted[0] != rules:
            moved = await self._store.subscriptions.recompute(now)
            await self._store.notes.put(ZONES, rules, now)
            log.info("time zones have new rules", rules=rules, moved=moved)

    async def round(self, now: datetime) -> int:
        """Plan, and send until nothing more is due; says how many deliveries were taken in hand."""
        watch = Watch(now)
        await self.plan(now)
        return sum(await asyncio.gather(*(self._all(name, watch) for name in self.surfaces)))

    async def plan(self, now: datetime, *, enough: Callable[[], bool] = lambda: False) -> int:
        """Leave a sign of life, plan everything that is due, clear away what is old; says how many were due.

        `enough` is asked between two transactions whether to leave the rest to somebody else.
        """
        await self._store.notes.put(TICK, self._owner, now)
        self._crash("plan.before")
        planned = 0
        while some := await self._store.deliveries.plan(now, self._plan):
            planned += some
            if some < self._plan.limit or enough():
                break
        self._crash("plan.after")
        await self._prune(now)
        return planned

    async def some(
        self, surface: str, clock: Callable[[], datetime], *, enough: Callable[[], bool] = lambda: False
    ) -> int:
        """Take a few deliveries of a surface in hand and see them through; says how many.

        Where this is called again meanwhile, the next few are claimed and composed while these are sent, and wait then:
        never more than these are in flight, and no turn is lost for want of something to send. Those that are told
        `enough` before it is their time are given back.
        """
        watch = Watch(clock())
        self._crash("claim.before")
        chunk = self._pace.nonced_chunk if self.surfaces[surface].nonced else self._pace.chunk
        claimed = await self._store.deliveries.claim(surface, self._owner, watch(), self._pace.lease, chunk)
        self._crash("claim.after")
        sender = Sender(
            store=self._store,
            surface=self.surfaces[surface],
            pace=self._pace,
            watch=watch,
            crash=self._crash,
            ways=self._ways,
        )
        for wave in _waves(claimed):
            await self._see_through(wave, sender, enough)
        return len(claimed)

    async def _all(self, surface: str, watch: Watch) -> int:
        taken = 0
        while some := await self.some(surface, watch):
            taken += some
        return taken

    async def _see_through(self, claimed: Sequence[Delivery], sender: Sender, enough: Callable[[], bool]) -> None:
        """Compose, send and mark deliveries to different chats."""
        composed = await self._composed(claimed, sender)
        async with self._in_flight[sender.surface.name]:
            if not enough():
                await self._sent(composed, sender)
                return
        for ready in composed:
            await self._conclude(ready.delivery, Retry(at=sender.watch(), reason=_GIVEN_BACK), sender)

    async def _sent(self, composed: Sequence[Ready], sender: Sender) -> None:
        sending: Sending = {}
        try:
            waiting = await sender.begin(composed)
            while waiting:
                some, waiting = waiting[: sender.turns.at_once], waiting[sender.turns.at_once :]
                await self._launch(some, sending, sender)
                if waiting and sending:
                    await asyncio.wait(sending, timeout=sender.turns.until_next_draw)
                await self._mark_ended(sending, sender)
            while sending:
                await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
                await asyncio.wait(sending, timeout=_TOGETHER_SECONDS)
                await self._mark_ended(sending, sender)
        finally:
            for task in sending:
                task.cancel()

    async def _launch(self, some: Sequence[Ready], sending: Sending, sender: Sender) -> None:
        """Let each be sent when it is its turn."""
        for ready, turn in zip(some, await sender.draw(some), strict=True):
            if isinstance(turn, Retry):
                await self._conclude(ready.delivery, turn, sender)
            else:
                sending[asyncio.create_task(sender.send(ready, turn))] = ready

    async def _composed(self, claimed: Sequence[Delivery], sender: Sender) -> list[Ready]:
        """Those that have something to send."""
        ready: list[Ready] = []
        for brief in await sender.kept(lambda: self._store.deliveries.briefs(claimed)):
            prepared = await prepare(brief, sender.surface, self._composer, sender.watch())
            if isinstance(prepared, Ready):
                ready.append(prepared)
            else:
                await self._conclude(brief.delivery, prepared, sender)
        return ready

    async def _mark_ended(self, sending: Sending, sender: Sender) -> None:
        """Write what became of those that have ended; those that were sent in one transaction."""
        sent: list[Sent] = []
        for task in [task for task in sending if task.done()]:
            ready, end = sending.pop(task), task.result()
            if isinstance(end, Sent):
                sent.append(end)
            elif end is not None:
                await self._conclude(ready.delivery, end, sender)
        if sent:
            await self._mark(sent, sender)

    async def _mark(self, sent: Sequence[Sent], sender: Sender) -> None:
        self._crash("mark.before")
        ours = await sender.kept(lambda: self._store.deliveries.mark(sent, sender.watch()))
        self._crash("mark.after")
        for one in sent:
            known = one.attempt.delivery_id in ours
            log.info("sent" if known else "sent by a zombie", delivery=one.attempt.delivery_id, chat=str(one.chat))

    async def _conclude(self, delivery: Delivery, end: Verdict, sender: Sender) -> None:
        self._crash("end.before")
        ours = await sender.kept(lambda: self._ended(delivery, end, sender.watch()))
        self._crash("end.after")
        facts = {"delivery": delivery.id, "chat": str(delivery.chat), "why": end.reason, "end": type(end).__name__}
        if ours:
            log.info("not sent", **facts)
        else:
            log.warning("the claim was lost, somebody else decides what becomes of it", **facts)

    async def _ended(self, delivery: Delivery, end: Verdict, now: datetime) -> bool:
        """Write what follows; False where the claim was lost, and nothing was written."""
        deliveries, attempt = self._store.deliveries, delivery.attempt
        match end:
            case Retry(at=at, reason=reason, failed=failed, sent=sent):
                return await deliveries.reschedule(attempt, at, reason, now, failed=failed, sent=sent)
            case Moved(to=to):
                return await deliveries.follow(delivery, to, now)
            case End(state=state, reason=reason):
                return bool(await deliveries.end([attempt], state, reason, now))
            case Refused(reason=reason):
                return await deliveries.refuse(attempt, delivery.subscription_id, reason, now)

    async def _prune(self, now: datetime) -> None:
        if self._pruned_at is not None and timedelta(0) <= now - self._pruned_at < _BETWEEN_PRUNINGS:
            return
        self._pruned_at = now
        await self._store.rates.prune(now)
        pruned = _PRUNED_AT_ONCE
        while pruned == _PRUNED_AT_ONCE:
            pruned = await self._store.deliveries.prune((now - self._pace.kept).date(), _PRUNED_AT_ONCE)


def _waves(claimed: Iterable[Delivery]) -> list[list[Delivery]]:
    """Deliveries to one chat in different waves, as the second must know what the first has shown."""
    waves: list[list[Delivery]] = []
    seen: dict[Chat, int] = {}
    for delivery in claimed:
        place = seen.get(delivery.chat, 0)
        seen[delivery.chat] = place + 1
        if place == len(waves):
            waves.append([])
        waves[place].append(delivery)
    return waves
