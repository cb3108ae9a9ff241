"""Health checks for monitors and `paperboy doctor`."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from bot.domain.category_listings import CategoryState
from bot.domain.errors import StoreError
from bot.domain.health import HealthCheck
from bot.domain.sources import SourceState
from bot.domain.supervisor import LoopFailure, Report
from bot.storage import Store
from bot.storage.metadata import FAILING, HIGH_WATER_MARK, RESTORED, SOURCE_BUDGET, TICK, heartbeat

#: a worker ticks every 15 s; one that is busy with a database may miss some
_LATEST_TICK = timedelta(minutes=1)
#: longest acceptable delay of a due delivery
_LONGEST_LAG = timedelta(minutes=5)
#: a failing loop reports at every attempt; older reports are from processes that have ended
_LATEST_FAILURE = timedelta(minutes=10)
#: listening surfaces report every minute
_LATEST_SIGN = timedelta(minutes=2)
#: late lists that are named
_NAMED = 5
#: how long a restored database is reported
_TOLD_RESTORED = timedelta(days=7)


async def health(store: Store, listeners: Collection[str], now: datetime) -> list[HealthCheck]:
    """Return whether the database is writable, digests are sent, and every listening surface is alive."""
    try:
        await store.check()
        written = HealthCheck("writing", True, "the database can be written")
        heartbeats = [await _heartbeat(store, surface, now) for surface in listeners]
        delivering = [await _tick(store, now), await _queue(store, now), *await _restore(store, now)]
        return [written, *delivering, *heartbeats, *await _loops(store, now), *await _searches(store, now)]
    except StoreError as error:
        return [HealthCheck("writing", False, str(error))]


def reporting(store: Store, clock: Callable[[], datetime]) -> Report:
    """Return a function that records which loops fail, so that the checks of every process can report them."""

    async def report(loop: str, failure: LoopFailure | None) -> None:
        if failure is None:
            await store.notes.drop(FAILING + loop)
        else:
            await store.notes.put(FAILING + loop, json.dumps(asdict(failure)), clock())

    return report


async def _loops(store: Store, now: datetime) -> list[HealthCheck]:
    """Return the failing loops, or one check that all are running."""
    noted = await store.notes.beginning(FAILING)
    failing = [_failure(text) for text, at in noted if abs(now - at) <= _LATEST_FAILURE]
    return [
        HealthCheck(each.loop, False, f"{each.reason} ({each.times} times, in the log as {each.reference})")
        for each in sorted(failing, key=lambda each: each.loop)
    ] or [HealthCheck("loops", True, "all loops are running")]


def _failure(text: str) -> LoopFailure:
    try:
        return LoopFailure(**json.loads(text))
    except (ValueError, TypeError):
        return LoopFailure(loop="loops", reference="?", reason="a loop fails, and its record cannot be read", times=1)


async def _tick(store: Store, now: datetime) -> HealthCheck:
    last = await store.notes.get(TICK)
    if last is None and not await store.subscriptions.count():
        return HealthCheck("tick", True, "no subscriptions yet, so nothing needs to be delivered")
    if last is None:
        return HealthCheck("tick", False, "no worker has ever run; start paperboy run or paperboy work")
    age = now - last[1]
    return HealthCheck(
        "tick", abs(age) <= _LATEST_TICK, f"worker {last[0]} checked for due deliveries {_length(age)} ago"
    )


async def _queue(store: Store, now: datetime) -> HealthCheck:
    lag = await store.deliveries.lag(now)
    detail = f"the oldest due delivery has been waiting for {_length(lag)}" if lag else "no due delivery is waiting"
    return HealthCheck("queue", lag <= _LONGEST_LAG, detail)


async def _restore(store: Store, now: datetime) -> list[HealthCheck]:
    """Return whether the database was restored from an older copy; never a failure, as digests are sent anyway."""
    restored, mark = await store.notes.get(RESTORED), await store.notes.get(HIGH_WATER_MARK)
    details = []
    if restored and now - restored[1] < _TOLD_RESTORED:
        details.append(
            f"an older copy of the database was restored, detected on {restored[1]:%Y-%m-%d %H:%MZ}: {restored[0]} "
            "digests may have been sent before and were not sent again: paperboy deliveries --state uncertain"
        )
    if mark and mark[0]:
        details.append(mark[0])
    return [HealthCheck("restore", True, "; ".join(details))] if details else []


async def _searches(store: Store, now: datetime) -> list[HealthCheck]:
    """Return whether requests of people have used up their budget at the sources; a failure only if lists suffer."""
    noted = await store.notes.get(SOURCE_BUDGET)
    try:
        until = datetime.fromisoformat(noted[0]) if noted else now
    except ValueError:
        return []
    if noted is None or not noted[1] <= now < until:
        return []
    failing = [each for each in await store.sources.all() if each.retry_at and each.retry_at > now]
    resting = [each.name for each in failing if await store.fetched(each.name)]
    detail = f"searches have used up their share of requests to the sources until {until:%H:%M:%S} UTC"
    lists = (
        f"the daily lists of {', '.join(resting)} are not fetched either"
        if resting
        else "the daily lists are not affected"
    )
    return [HealthCheck("searches", not resting, f"{detail}; {lists}")]


async def source_ages(store: Store, now: datetime) -> list[HealthCheck]:
    """Return when each source last answered and last brought something new, and which lists by category are late."""
    lists = await store.category_lists.all()
    return [
        _source_age(state, [each for each in lists if each.source == state.name], now)
        for state in await store.sources.all()
    ]


def _source_age(state: SourceState, lists: Sequence[CategoryState], now: datetime) -> HealthCheck:
    overdue = [each for each in lists if each.outcome.overdue]
    facts = [
        f"last answer {_ago(state.succeeded_at, now)}",
        f"something new {_ago(state.new_at, now)}" if state.new_at else "nothing new so far",
        *([f"categories: {len(lists)}"] if lists else []),
        *(
            f"{each.category}: {each.outcome}, its newest list is of {each.day or 'no day'}"
            for each in overdue[:_NAMED]
        ),
        *([f"{len(overdue) - _NAMED} more lists are late"] if len(overdue) > _NAMED else []),
        *([str(state.trouble)] if state.trouble else []),
    ]
    return HealthCheck(f"{state.name} lists", not (overdue or state.trouble), "; ".join(facts))


def _ago(moment: datetime | None, now: datetime) -> str:
    return f"{_length(now - moment)} ago" if moment else "never"


async def _heartbeat(store: Store, surface: str, now: datetime) -> HealthCheck:
    last = await store.notes.get(heartbeat(surface))
    if last is None:
        return HealthCheck(surface, False, "no process has connected yet; start paperboy run")
    age = now - last[1]
    return HealthCheck(surface, abs(age) <= _LATEST_SIGN, f"{last[0]}, {_length(age)} ago")


def _length(span: timedelta) -> str:
    """Return "40 seconds", "5 minutes", "3 hours" or "2 days"."""
    seconds = max(round(span.total_seconds()), 0)
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * size or (seconds >= size and seconds % size == 0):
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"
