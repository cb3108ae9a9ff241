"""`paperboy doctor`: health checks of settings, database, sources and platforms, with advice."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from bot.app import settings as every_setting
from bot.app.cli.app import App, Clock, open_app, open_sources
from bot.app.cli.deliveries import waiting
from bot.app.cli.encoder import check_encoder, offer_encoder
from bot.app.cli.output import write_json
from bot.app.cli.progress import status
from bot.app.cli.public_checks import public_checks
from bot.app.listeners import Listener
from bot.app.settings import Settings
from bot.domain.deliveries import DeliveryState
from bot.domain.errors import FetchError, StoreError
from bot.domain.health import HealthCheck
from bot.domain.ports import Diagnosable, Discussions, PublicDiagnosable, StarHistories, Surface
from bot.domain.redaction import Redactor
from bot.services.health import health, source_ages
from bot.sources.registry import find
from bot.storage import Store
from bot.storage.address import is_sqlite, parse

Adapters = Sequence[Surface | Listener]

_A_DAY = timedelta(days=1)
#: most unsent deliveries that are listed
_TOLD = 5
#: most unreadable rows that are listed
_MOST_ROWS = 10
#: SQLite versions without the bug that corrupts a file when two processes run a checkpoint at the same time
_MENDED, _MENDED_BEFORE = (3, 51, 3), ((3, 44, 6), (3, 50, 7))


async def doctor(settings: Settings, clock: Clock, adapters: Adapters, *, live: bool, as_json: bool) -> int:
    """Run all checks, or only those of deliveries, and print the results. Return 1 if any of them fails."""
    redact = Redactor(settings.secrets)
    with status("Checking …"):
        found = [finding async for finding in (_alive if live else _look)(settings, clock, adapters)]
    findings = [replace(finding, detail=redact.text(finding.detail)) for finding in found]
    if as_json:
        write_json([asdict(finding) for finding in findings])
    else:
        sys.stdout.writelines(f"{_mark(finding)} {finding.name:<13} {finding.detail}\n" for finding in findings)
    if not live and not as_json:
        await _offer(settings, clock, adapters)
    return 0 if all(finding.ok for finding in findings) else 1


async def _offer(settings: Settings, clock: Clock, adapters: Adapters) -> None:
    """Ask what may be asked for; a database that cannot be opened has been told about."""
    with suppress(StoreError):
        async with open_app(settings, clock, adapters, searching=False) as app:
            await offer_encoder(app.store, settings, clock())


def _mark(finding: HealthCheck) -> str:
    return "✓" if finding.ok else "✗"


async def _look(settings: Settings, clock: Clock, adapters: Adapters) -> AsyncIterator[HealthCheck]:
    yield _settings()
    try:
        async with open_app(settings, clock, adapters, searching=False) as app:
            yield await _database(app)
            async for finding in deliveries_of_today(app.store, clock()):
                yield finding
            for finding in await source_ages(app.store, clock()):
                yield finding
            yield await _rows(app)
            yield await check_encoder(app.store, settings.models)
            if is_sqlite(parse(settings.database)):
                yield sqlite(sqlite3.sqlite_version_info)
    except StoreError as error:
        yield HealthCheck("database", False, str(error))
    if settings.offline:
        yield HealthCheck("network", True, "not used, because PAPERBOY_OFFLINE is set")
        return
    async for finding in _sources(settings, clock):
        yield finding
    async for finding in _platforms(settings, adapters):
        yield finding


async def _alive(settings: Settings, clock: Clock, adapters: Adapters) -> AsyncIterator[HealthCheck]:
    """Yield the checks of whether digests are being delivered."""
    try:
        async with open_app(settings, clock, adapters, searching=False) as app:
            yield await _database(app)
            for finding in await health(app.store, [listener.name for listener in app.listeners], clock()):
                yield finding
    except StoreError as error:
        yield HealthCheck("database", False, str(error))


async def deliveries_of_today(store: Store, now: datetime) -> AsyncIterator[HealthCheck]:
    """Yield the counts of unsent deliveries of the last day, and the newest of them with their reasons."""
    counts = await store.deliveries.unsent(now - _A_DAY, now)
    if not counts:
        yield HealthCheck("deliveries", True, "all deliveries that were due in the last 24 hours were sent")
        return
    told = ", ".join(f"{number:,} {state}" for state, number in sorted(counts.items()))
    well = not counts.keys() & {DeliveryState.FAILED, DeliveryState.UNCERTAIN}
    hint = "" if well else "; paperboy deliveries lists them, paperboy resend ID sends one again"
    yield HealthCheck("deliveries", well, f"due in the last 24 hours and not sent: {told}{hint}")
    for delivery in await store.deliveries.find_unsent(now - _A_DAY, now, _TOLD):
        fine = delivery.state not in (DeliveryState.FAILED, DeliveryState.UNCERTAIN)
        facts = " · ".join(filter(None, (str(delivery.chat), delivery.state, waiting(delivery, now), delivery.note)))
        yield HealthCheck(f"delivery {delivery.id}", fine, facts)


async def _platforms(settings: Settings, adapters: Adapters) -> AsyncIterator[HealthCheck]:
    for surface in (each for each in adapters if isinstance(each, Diagnosable)):
        for finding in await surface.examine():
            yield finding
    if any(isinstance(each, PublicDiagnosable) for each in adapters) or settings.public_url:
        async for finding in public_checks(settings, adapters):
            yield finding


def _settings() -> HealthCheck:
    strangers = every_setting.unknown(os.environ)
    if not strangers:
        return HealthCheck("settings", True, "all names are valid")
    told = (f"{name} is not a setting{f'; did you mean {near}?' if near else ''}" for name, near in strangers.items())
    return HealthCheck("settings", False, "; ".join(told))


async def _database(app: App) -> HealthCheck:
    await app.store.check()
    kind = app.settings.database.partition(":")[0].partition("+")[0]
    where = (
        str(app.settings.data_dir) if kind == "sqlite" and not app.settings.database_url.get_secret_value() else kind
    )
    return HealthCheck(
        "database", True, f"{where}, schema {app.store.version}, {await app.store.papers.count():,} papers"
    )


async def _rows(app: App) -> HealthCheck:
    found = await app.store.unreadable_rows(_MOST_ROWS)
    if not found:
        return HealthCheck("rows", True, "all subscriptions and papers are readable")
    told = "; ".join(f"{each.table} {each.key}: {each.reason}" for each in found)
    return HealthCheck("rows", False, f"{told}. They are skipped until they are repaired or deleted")


def sqlite(version: tuple[int, ...]) -> HealthCheck:
    """Return the check of SQLite's version; it never fails, because Paperboy avoids the bug of older versions."""
    told = f"version {'.'.join(map(str, version))}"
    if version >= _MENDED or any(version[:2] == mended[:2] and version >= mended for mended in _MENDED_BEFORE):
        return HealthCheck("sqlite", True, told)
    return HealthCheck(
        "sqlite",
        True,
        f"{told} can corrupt a file if two processes run a checkpoint at the same time. Paperboy avoids that; don't "
        "write to the file with other programs, or use 3.51.3 or newer: https://www.sqlite.org/wal.html#walresetbug",
    )


async def _sources(settings: Settings, clock: Clock) -> AsyncIterator[HealthCheck]:
    async with open_sources(settings) as sources:
        for catalogue in sources.catalogues:
            started, wanted = time.monotonic(), find(catalogue.name).known_paper
            try:
                harvest = await catalogue.papers([wanted], clock())
            except FetchError as error:
                yield HealthCheck(
                    catalogue.name, False, f"{error.reason}. Until it works again, answers use stored papers"
                )
                continue
            took = f"{time.monotonic() - started:.1f} s"
            known = any(paper.id == wanted for paper in harvest.papers)
            told = f"answered in {took}" if known else f"answered in {took}, but without the known paper {wanted}"
            yield HealthCheck(catalogue.name, True, told)
        if sources.stars:
            yield await _stars(sources.stars, clock())
        if sources.discussions:
            yield await _discussions(sources.discussions, clock())


async def _stars(source: StarHistories, now: datetime) -> HealthCheck:
    """Return what is left of the quota, or that the token is refused; the request itself is free."""
    try:
        quota = await source.quota(now)
    except FetchError as error:
        return HealthCheck(source.name, False, f"{error.reason}. Until it works again, stars are not read")
    hint = "" if source.has_token else "; PAPERBOY_GITHUB_TOKEN allows more"
    return HealthCheck(source.name, True, f"{quota.remaining} of {quota.limit} requests are left in this hour{hint}")


async def _discussions(source: Discussions, now: datetime) -> HealthCheck:
    known = find(source.name).known_paper
    try:
        found = await source.about([known], now)
    except FetchError as error:
        return HealthCheck(source.name, False, f"{error.reason}. Until it works again, no new discussions are found")
    return HealthCheck(source.name, True, f"answered with {len(found.stories)} stories about {known}")
