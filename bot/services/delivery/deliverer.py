"""The round: plan what is due, take some, send it, mark it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from bot.domain.deliveries import Delivery
from bot.domain.errors import SettingsError, StoreError
from bot.domain.log import Log
from bot.domain.mail import ActionLinks
from bot.domain.papers import DeliveryReason
from bot.domain.ports import Slow, Surface
from bot.domain.requests import Chat
from bot.domain.subscriptions import Subscription
from bot.services.delivery.composer import Composer
from bot.services.delivery.config import WorkerConfig
from bot.services.delivery.crash import CrashPoint
from bot.services.delivery.faults import apart
from bot.services.delivery.high_water_mark import HighWaterMark
from bot.services.delivery.in_flight import InFlightLimiter
from bot.services.delivery.intents import Lead
from bot.services.delivery.monotonic_clock import MonotonicClock
from bot.services.delivery.notices import tell_missing
from bot.services.delivery.outcomes import record_outcome
from bot.services.delivery.pipeline import SendPipeline
from bot.services.delivery.preparation import Ready, prepare
from bot.services.delivery.recovery import Recovery
from bot.services.delivery.retry_policy import Retry, Verdict
from bot.services.delivery.sender import Sender
from bot.storage import Store
from bot.storage.deliveries import Brief
from bot.storage.metadata import MOVED, TICK, ZONES
from bot.storage.planner import Plan

log = Log(__name__)

_BETWEEN_PRUNINGS = timedelta(minutes=10)
#: how often somebody looks whether a chat has to be told of a digest in doubt
_BETWEEN_NOTICES = timedelta(seconds=15)
#: the wait before something is composed for which the database could not be read
_AWAY = timedelta(seconds=5)
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
        pace: WorkerConfig = WorkerConfig(),  # noqa: B008 - frozen
        crash: CrashPoint | None = None,
        ways: Callable[[Subscription, str], ActionLinks] | None = None,
        data_dir: Path | None = None,
    ) -> None:
        """`owner` is a name that no other worker has, and no worker had before.

        `ways` says what a reader may do with a message of a surface that has no commands. The high-water mark is kept
        in `data_dir`; without it a restored copy of the database is only noticed by a process that lives on.
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
        self._recovery = Recovery(store, HighWaterMark(data_dir))
        #: when this worker was asked for the first time to do something
        self._since: datetime | None = None
        self._noticed_at: dict[str, datetime] = {}
        self._leads = {name: Lead() for name in surfaces}
        self._windows = {name: InFlightLimiter(self._admitted_at_once(name)) for name in surfaces}
        self._in_doubt = {name: asyncio.Semaphore(self._chunk(name)) for name in surfaces}

    async def start(self, now: datetime) -> None:
        """Work out anew when everything is due where the rules of the time zones are others than last time.

        Raises `SettingsError` where everything has moved to another database.
        """
        if moved_to := await self._store.notes.get(MOVED):
            raise SettingsError(f"Everything has moved to another database on {moved_to[1]:%Y-%m-%d}: {moved_to[0]}.")
        await self._checked(now)
        rules = version("tzdata")
        noted = await self._store.notes.get(ZONES)
        if noted is None or noted[0] != rules:
            moved = await self._store.subscriptions.recompute(now)
            await self._store.notes.put(ZONES, rules, now)
            log.info("time zones have new rules", rules=rules, moved=moved)

    async def round(self, now: datetime) -> int:
        """Plan, and send until nothing more is due. Return the number of deliveries processed."""
        watch = MonotonicClock(now)
        await self.plan(now)
        rounds = [self._all(name, watch) for name in self.surfaces for _ in range(self._at_once(name))]
        return sum(await asyncio.gather(*rounds))

    def _at_once(self, surface: str) -> int:
        return self.hands(surface) if isinstance(self.surfaces[surface], Slow) else 1

    async def plan(self, now: datetime, *, enough: Callable[[], bool] = lambda: False) -> int:
        """Leave a sign of life, plan everything that is due, clear away what is old; says how many were due.

        `enough` is asked between two transactions whether to leave the rest to somebody else.
        """
        await self._checked(now)
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

        Where this is called again meanwhile, the next few are claimed and composed while these are sent, and go when
        there is room: never more than a few are in flight, and no turn is lost for want of something to send. Those
        that are told `enough` before it is their time are given back.
        """
        watch = MonotonicClock(clock())
        since = await self._checked(watch())
        self._crash("claim.before")
        pace, chunk = self._pace_of(surface), self._chunk(surface)
        claimed = await self._store.deliveries.claim(surface, self._owner, watch(), pace.lease, chunk)
        self._crash("claim.after")
        sender = Sender(
            store=self._store,
            surface=self.surfaces[surface],
            pace=pace,
            watch=watch,
            crash=self._crash,
            recovery=self._recovery,
            lead=self._leads[surface],
            in_doubt=self._in_doubt[surface],
            enough=enough,
            ways=self._ways,
        )
        for wave in _waves(claimed):
            composed = await self._composed(wave, claimed, sender, since)
            await SendPipeline(sender, self._windows[surface], enough).run(composed)
        if not enough():
            await self._tell_missing(sender)
        return len(claimed)

    async def _tell_missing(self, sender: Sender) -> None:
        name, now = sender.surface.name, sender.watch()
        last = self._noticed_at.get(name)
        if last is None or abs(now - last) >= _BETWEEN_NOTICES:
            self._noticed_at[name] = now
            await tell_missing(sender)

    async def _checked(self, now: datetime) -> datetime:
        """Make sure that the database is no older copy of itself; return when this worker began."""
        await self._recovery.check(now)
        if self._since is None:
            self._since = now
        return self._since

    def hands(self, surface: str) -> int:
        """Return how many times `some` should go on at once: one may wait for a slow answer while another sends.

        Where a platform answers quickly, two are enough: while one sends, the other fetches what is sent next.
        """
        return self._chunk(surface) + 1 if isinstance(self.surfaces[surface], Slow) else 2

    def _pace_of(self, surface: str) -> WorkerConfig:
        platform = self.surfaces[surface]
        return self._pace.for_answers_within(platform.answers_within) if isinstance(platform, Slow) else self._pace

    def _chunk(self, surface: str) -> int:
        return self._pace.nonced_chunk if self.surfaces[surface].nonced else self._pace.chunk

    def _admitted_at_once(self, name: str) -> int:
        """Those whose intent is not written yet wait for their turns beside those that are on their way."""
        return self._chunk(name) * (1 if self.surfaces[name].nonced else 2)

    async def _all(self, surface: str, watch: MonotonicClock) -> int:
        taken = 0
        while some := await self.some(surface, watch):
            taken += some
        return taken

    async def _composed(
        self, wave: Sequence[Delivery], claimed: Sequence[Delivery], sender: Sender, since: datetime
    ) -> list[Ready]:
        """Those that have something to send."""
        ready: list[Ready] = []
        for brief in await self._briefs(wave, claimed, sender):
            # a hundred that need nothing from the database would leave nobody else a turn for 0.1 s
            await asyncio.sleep(0)
            prepared = await self._prepared(brief, sender, since)
            if isinstance(prepared, Ready):
                ready.append(prepared)
            else:
                await record_outcome(brief.delivery, prepared, sender)
        return ready

    async def _prepared(self, brief: Brief, sender: Sender, since: datetime) -> Ready | Verdict:
        """Compose one. While the database cannot be read it is waited for, and then the claim is given back."""
        try:
            return await sender.kept(
                lambda: prepare(brief, sender.surface, self._composer, sender.pace, sender.watch(), since),
                sender.pace.lease / 2,
            )
        except StoreError as error:
            log.warning("not composed yet", delivery=brief.delivery.id, reason=str(error))
            at, code = sender.watch() + _AWAY, DeliveryReason.RELEASED
            return Retry(at=at, code=code)

    async def _briefs(self, wave: Sequence[Delivery], claimed: Sequence[Delivery], sender: Sender) -> list[Brief]:
        """What is known of each. One of which nothing can be found out fails by itself."""
        found, failed = await apart(
            wave, lambda some: sender.kept(lambda: self._store.deliveries.briefs(some, claimed)), "not looked up"
        )
        for delivery, fault in failed:
            await record_outcome(delivery, sender.after_fault(fault, delivery), sender)
        return [brief for briefs in found for brief in briefs]

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
