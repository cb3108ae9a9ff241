"""`paperboy doctor`: is everything in order, and if not, what to do."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict
from datetime import timedelta

from bot import settings as every_setting
from bot.cli.app import App, Clock, open_app, open_sources
from bot.errors import FetchError, StoreError
from bot.listening import Examined, Listener
from bot.models import Finding
from bot.ports import Surface
from bot.settings import Settings
from bot.store.notes import TICK, heard

#: a paper that every catalogue has
_KNOWN_PAPER = "1706.03762"
#: a worker ticks every 15 s; one that is busy with a database may miss some
_LATEST_TICK = timedelta(minutes=1)
#: a surface that listens says every minute that it does
_LATEST_SIGN = timedelta(minutes=2)
#: what is due for longer goes out too late
_LONGEST_LAG = timedelta(minutes=5)


async def doctor(
    settings: Settings, clock: Clock, surfaces: Mapping[str, Surface], *, live: bool, as_json: bool
) -> int:
    """Look at everything, or only at the deliveries; say what was found. Ends with 1 where something is not well."""
    findings = [finding async for finding in (_alive if live else _look)(settings, clock, surfaces)]
    for finding in findings:
        mark = "✓" if finding.well else "✗"
        sys.stdout.write(
            json.dumps(asdict(finding)) + "\n" if as_json else f"{mark} {finding.what:<14}{finding.told}\n"
        )
    return 0 if all(finding.well for finding in findings) else 1


async def _look(settings: Settings, clock: Clock, surfaces: Mapping[str, Surface]) -> AsyncIterator[Finding]:
    yield _settings()
    try:
        async with open_app(settings, clock) as app:
            yield await _database(app)
    except StoreError as error:
        yield Finding("database", False, str(error))
    if settings.offline:
        yield Finding("network", True, "not used, as PAPERBOY_OFFLINE is set")
        return
    async for finding in _sources(settings, clock):
        yield finding
    for surface in surfaces.values():
        for finding in await surface.examine() if isinstance(surface, Examined) else ():
            yield finding


async def _alive(settings: Settings, clock: Clock, surfaces: Mapping[str, Surface]) -> AsyncIterator[Finding]:
    """Whether digests go out right now."""
    try:
        async with open_app(settings, clock) as app:
            yield await _database(app)
            yield await _tick(app)
            yield await _queue(app)
            for surface in _listeners(surfaces):
                yield await _heard(app, surface.name)
    except StoreError as error:
        yield Finding("database", False, str(error))


async def _tick(app: App) -> Finding:
    last = await app.store.notes.get(TICK)
    if last is None:
        return Finding("tick", False, "nobody has ever looked for what is due; start paperboy run or paperboy work")
    age = app.clock() - last[1]
    return Finding(
        "tick", abs(age) <= _LATEST_TICK, f"{last[0]} looked for what is due {age.total_seconds():.0f} s ago"
    )


async def _queue(app: App) -> Finding:
    lag = await app.store.deliveries.lag(app.clock())
    told = f"the oldest due delivery waits since {lag.total_seconds():.0f} s" if lag else "nothing that is due waits"
    return Finding("queue", lag <= _LONGEST_LAG, told)


async def _heard(app: App, surface: str) -> Finding:
    last = await app.store.notes.get(heard(surface))
    if last is None:
        return Finding(surface, False, "nobody has ever listened there; start paperboy run")
    age = app.clock() - last[1]
    return Finding(surface, abs(age) <= _LATEST_SIGN, f"{last[0]}, {age.total_seconds():.0f} s ago")


def _listeners(surfaces: Mapping[str, Surface]) -> list[Listener]:
    return [surface for surface in surfaces.values() if isinstance(surface, Listener)]


def _settings() -> Finding:
    strangers = every_setting.unknown(os.environ)
    if not strangers:
        return Finding("settings", True, "every one is understood")
    told = (f"{name} is none{f', did you mean {near}?' if near else ''}" for name, near in strangers.items())
    return Finding("settings", False, "; ".join(told))


async def _database(app: App) -> Finding:
    await app.store.check()
    kind = app.settings.database.partition(":")[0].partition("+")[0]
    where = (
        str(app.settings.data_dir) if kind == "sqlite" and not app.settings.database_url.get_secret_value() else kind
    )
    return Finding("database", True, f"{where}, schema {app.store.version}, {await app.store.papers.count():,} papers")


async def _sources(settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    async with open_sources(settings) as sources:
        for catalogue in sources.catalogues:
            started = time.monotonic()
            try:
                harvest = await catalogue.papers([_KNOWN_PAPER], clock())
            except FetchError as error:
                yield Finding(
                    catalogue.name, False, f"{error.reason}; answers come from what is stored until it is back"
                )
                continue
            took = f"{time.monotonic() - started:.1f} s"
            known = any(paper.id == _KNOWN_PAPER for paper in harvest.papers)
            told = f"answered in {took}" if known else f"answered in {took}, but does not know {_KNOWN_PAPER}"
            yield Finding(catalogue.name, True, told)
