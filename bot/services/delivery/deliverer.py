"""Delivery worker: plans what is due, claims a batch, composes, sends and marks it."""

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
from bot.domain.spreading import Spreading
from bot.domain.subscriptions import Subscription
from bot.services.delivery.composer import Composer
from bot.services.delivery.crash import CrashPoint
from bot.services.delivery.faults import isolate_failures
from bot.services.delivery.follow_up_worker import FollowUpWorker
from bot.services.delivery.high_water_mark import HighWaterMark
from bot.services.delivery.in_flight import InFlightLimiter
from bot.services.delivery.intents import Lead
from bot.services.delivery.monotonic_clock import MonotonicClock
from bot.services.delivery.notice_updates import update_notices
from bot.services.delivery.notices import notify_missing
from bot.services.delivery.outcomes import record_outcome
from bot.services.delivery.pause_notices import notify_pauses
from bot.services.delivery.pipeline import SendPipeline
from bot.services.delivery.preparation import Ready, prepare
from bot.services.delivery.recovery import Recovery
from bot.services.delivery.retry_policy import Retry, Verdict
from bot.services.delivery.sender import Sender
from bot.services.delivery.worker_config import WorkerConfig
from bot.storage import Store
from bot.storage.deliveries import Brief
from bot.storage.metadata import MOVED, TICK, ZONES
from bot.storage.planner import Plan

log = Log(__name__)

_BETWEEN_PRUNINGS = timedelta(minutes=10)
#: interval of looking for people to be told of uncertain digests and of pauses
_BETWEEN_NOTICES = timedelta(seconds=15)
#: the wait before a delivery is composed again after the database could not be read
_AWAY = timedelta(seconds=5)
#: rows deleted in one transaction, so that it stays short
_PRUNED_AT_ONCE = 500


class Deliverer:
    """One worker. Any number of them may share a PostgreSQL database; with SQLite there is one."""

    def __init__(
        self,
        store: Store,
        surfaces: Mapping[str, Surface],
        *,
        owner: str,
        config: WorkerConfig = WorkerConfig(),  # noqa: B008 - frozen
        crash: CrashPoint | None = None,
        action_links: Callable[[Subscription, str], ActionLinks] | None = None,
        data_dir: Path | None = None,
    ) -> None:
        """`owner` is a name that no other worker has, and no worker had before.

        `action_links` returns the links of a mail. The high-water mark is stored in `data_dir`; without it a restored
        copy of the database is only detected by a process that was running before.
        """
        self.surfaces = surfaces
        self._store = store
        self._owner = owner
        self._config = config
        self._crash = crash or CrashPoint()
        self._action_links = action_links
        spreading = Spreading({name: surface.allowance.in_ten_minutes for name, surface in surfaces.items()})
        self._composer = Composer(store, thumbnails=config.thumbnails, scored=config.scored, spreading=spreading)
        self._plan = Plan(
            grace=config.grace,
            carries=spreading.carries,
            halfway=lambda: self._crash("plan.middle"),
        )
        self._pruned_at: datetime | None = None
        self._recovery = Recovery(store, HighWaterMark(data_dir), spreading)
        #: when this worker started
        self._since: datetime | None = None
        self._noticed_at: dict[str, datetime] = {}
        self._leads = {name: Lead() for name in surfaces}
        self._limiters = {name: InFlightLimiter(self._admitted_at_once(name)) for name in surfaces}
        self._in_doubt = {name: asyncio.Semaphore(self._chunk(name)) for name in surfaces}

    async def start(self, now: datetime) -> None:
        """Recompute when subscriptions are due if the rules of time zones have changed.

        Raise `SettingsError` if the data was moved to another database.
        """
        if moved_to := await self._store.notes.get(MOVED):
            raise SettingsError(f"Everything has moved to another database on {moved_to[1]:%Y-%m-%d}: {moved_to[0]}.")
        await self._checked(now)
        rules = version("tzdata")
        stored = await self._store.notes.get(ZONES)
        if stored is None or stored[0] != rules:
            moved = await self._store.subscriptions.recompute(now)
            await self._store.notes.put(ZONES, rules, now)
            log.info("time zones have new rules", rules=rules, moved=moved)

    async def round(self, now: datetime) -> int:
        """Plan, and send until nothing more is due. Return the number of deliveries processed."""
        monotonic = MonotonicClock(now)
        await self.plan(now)
        rounds = [self._all(name, monotonic) for name in self.surfaces for _ in range(self._at_once(name))]
        sent = sum(await asyncio.gather(*rounds))
        for name in self.surfaces:
            while await self.follow_up_batch(name, monotonic):
                pass
        return sent

    def _at_once(self, surface: str) -> int:
        return self.workers_for(surface) if isinstance(self.surfaces[surface], Slow) else 1

    async def plan(self, now: datetime, *, should_stop: Callable[[], bool] = lambda: False) -> int:
        """Write a heartbeat, plan all due subscriptions, delete old rows. Return how many were due.

        `should_stop` is asked between two transactions; if true, the rest is left to other workers.
        """
        await self._checked(now)
        await self._store.notes.put(TICK, self._owner, now)
        self._crash("plan.before")
        planned = 0
        while some := await self._store.deliveries.plan(now, self._plan):
            planned += some
            if some < self._plan.limit or should_stop():
                break
        self._crash("plan.after")
        await self._prune(now)
        return planned

    async def process_batch(
        self, surface: str, clock: Callable[[], datetime], *, should_stop: Callable[[], bool] = lambda: False
    ) -> int:
        """Claim, compose and send one batch of a surface. Return the number of deliveries.

        Concurrent calls overlap: one batch is claimed and composed while another is sent. The in-flight limiter is
        shared, so that the number in flight stays limited. If `should_stop` is true, deliveries that are not started
        are given back.
        """
        monotonic = MonotonicClock(clock())
        since = await self._checked(monotonic())
        self._crash("claim.before")
        config, chunk = self._config_of(surface), self._chunk(surface)
        claimed = await self._store.deliveries.claim(surface, self._owner, monotonic(), config.lease, chunk)
        self._crash("claim.after")
        sender = self._sender(surface, monotonic, should_stop)
        for batch in _batches(claimed):
            composed = await self._composed(batch, claimed, sender, since)
            await SendPipeline(sender, self._limiters[surface], should_stop).run(composed)
        if not should_stop():
            await self._notify_missing(sender)
        return len(claimed)

    async def follow_up_batch(
        self, surface: str, clock: Callable[[], datetime], *, should_stop: Callable[[], bool] = lambda: False
    ) -> int:
        """Do some of what is due to messages of a surface that were sent, while no digest is due. Return how many."""
        sender = self._sender(surface, MonotonicClock(clock()), should_stop)
        return await FollowUpWorker(sender=sender, composer=self._composer, owner=self._owner).run()

    def _sender(self, surface: str, monotonic: MonotonicClock, should_stop: Callable[[], bool]) -> Sender:
        return Sender(
            store=self._store,
            surface=self.surfaces[surface],
            config=self._config_of(surface),
            monotonic=monotonic,
            crash=self._crash,
            recovery=self._recovery,
            lead=self._leads[surface],
            in_doubt=self._in_doubt[surface],
            should_stop=should_stop,
            action_links=self._action_links,
        )

    async def _notify_missing(self, sender: Sender) -> None:
        name, now = sender.surface.name, sender.monotonic()
        last = self._noticed_at.get(name)
        if last is None or abs(now - last) >= _BETWEEN_NOTICES:
            self._noticed_at[name] = now
            await notify_missing(sender)
            await notify_pauses(sender)
            await update_notices(sender)

    async def _checked(self, now: datetime) -> datetime:
        """Check that the database is not a restored copy, and return when this worker started."""
        await self._recovery.check(now)
        if self._since is None:
            self._since = now
        return self._since

    def workers_for(self, surface: str) -> int:
        """Return how many calls of `process_batch` should run concurrently for a surface.

        Two suffice for a platform that answers quickly: one sends while the other composes the next batch.
        """
        return self._chunk(surface) + 1 if isinstance(self.surfaces[surface], Slow) else 2

    def _config_of(self, surface: str) -> WorkerConfig:
        platform = self.surfaces[surface]
        return self._config.for_answers_within(platform.answers_within) if isinstance(platform, Slow) else self._config

    def _chunk(self, surface: str) -> int:
        return self._config.nonced_chunk if self.surfaces[surface].nonced else self._config.chunk

    def _admitted_at_once(self, name: str) -> int:
        """Return the limit of deliveries in flight, including those that wait for their turn without an intent."""
        return self._chunk(name) * (1 if self.surfaces[name].nonced else 2)

    async def _all(self, surface: str, monotonic: MonotonicClock) -> int:
        taken = 0
        while some := await self.process_batch(surface, monotonic):
            taken += some
        return taken

    async def _composed(
        self, batch: Sequence[Delivery], claimed: Sequence[Delivery], sender: Sender, since: datetime
    ) -> list[Ready]:
        """Return the deliveries that have something to send; record the outcomes of the others."""
        ready: list[Ready] = []
        for brief in await self._briefs(batch, claimed, sender):
            # composing a hundred digests from the cache would block the event loop for 0.1 s
            await asyncio.sleep(0)
            prepared = await self._prepared(brief, sender, since)
            if isinstance(prepared, Ready):
                ready.append(prepared)
            else:
                await record_outcome(brief.delivery, prepared, sender)
        return ready

    async def _prepared(self, brief: Brief, sender: Sender, since: datetime) -> Ready | Verdict:
        """Compose one delivery, with retries while the database is unavailable; then give the claim back."""
        try:
            return await sender.with_retries(
                lambda: prepare(brief, sender.surface, self._composer, sender.config, sender.monotonic(), since),
                sender.config.lease / 2,
            )
        except StoreError as error:
            log.warning("not composed yet", delivery=brief.delivery.id, reason=str(error))
            at, code = sender.monotonic() + _AWAY, DeliveryReason.RELEASED
            return Retry(at=at, code=code)

    async def _briefs(self, batch: Sequence[Delivery], claimed: Sequence[Delivery], sender: Sender) -> list[Brief]:
        """Return what the database knows of each delivery. One that cannot be read fails alone."""
        found, failed = await isolate_failures(
            batch,
            lambda some: sender.with_retries(lambda: self._store.deliveries.briefs(some, claimed)),
            "not looked up",
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
            pruned = await self._store.deliveries.prune((now - self._config.retention).date(), _PRUNED_AT_ONCE)


def _batches(claimed: Iterable[Delivery]) -> list[list[Delivery]]:
    """Return batches with at most one delivery per chat, as a second one must know what the first has shown."""
    batches: list[list[Delivery]] = []
    seen: dict[Chat, int] = {}
    for delivery in claimed:
        place = seen.get(delivery.chat, 0)
        seen[delivery.chat] = place + 1
        if place == len(batches):
            batches.append([])
        batches[place].append(delivery)
    return batches
