"""`paperboy run` and `paperboy work`: deliver until a signal ends the process."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.app.cli.app import App, open_sources
from bot.app.listeners import ListenerSupervisor, listening
from bot.app.scheduler import TICK_SECONDS, ticking
from bot.app.workers import serve
from bot.domain.errors import SettingsError
from bot.domain.supervisor import Supervisor
from bot.services.health import reporting
from bot.storage.process_lock import serving


async def run(app: App) -> None:
    """Run everything in one process: collect on a schedule, answer people and deliver digests.

    Raise `SettingsError` if no listener can start and nothing can be delivered until the operator acts.
    """
    async with open_sources(app.settings, app.store.turns) as sources, stop_signals() as stop:
        collector, supervisor = app.collector(sources), Supervisor(reporting(app.store, app.clock))

        indexed = -1

        async def collect() -> None:
            nonlocal indexed
            await supervisor.attempt("collector", lambda: collector.tick(app.clock(), app.collect_interval))
            # index new papers at once, not with the next search
            if app.finder and indexed != app.store.learned:
                indexed = app.store.learned
                app.finder.start()

        async with (
            ticking(collect),
            listening(app.listeners, app.service(sources), supervisor) as supervised,
        ):
            watching = asyncio.create_task(_stop_if_all_refused(app, supervised, stop))
            try:
                await _work(app, stop, supervisor)
            finally:
                watching.cancel()
        if _all_refused(app, supervised):
            raise next(iter(supervised.refused.values()))


async def work(app: App, *, tick_seconds: float = TICK_SECONDS) -> None:
    """Deliver what is due. The first signal ends it gracefully, the second at once.

    Raise `SettingsError` if no surface is configured, and `StoreError` if another process holds the lock of the file.
    """
    if not app.surfaces:
        raise SettingsError("No platform is configured, so there is nobody to deliver to. `paperboy chat` needs none.")
    async with stop_signals() as stop:
        await _work(app, stop, Supervisor(reporting(app.store, app.clock)), tick_seconds)


async def _work(app: App, stop: asyncio.Event, supervisor: Supervisor, tick_seconds: float = TICK_SECONDS) -> None:
    settle()
    with serving(app.settings.database):
        if app.surfaces:
            await serve(
                app.deliverer(),
                app.store,
                app.clock,
                stop,
                tick_seconds=tick_seconds,
                supervisor=supervisor,
                retention=app.retention(),
            )
        else:
            await stop.wait()


async def _stop_if_all_refused(app: App, supervised: ListenerSupervisor, stop: asyncio.Event) -> None:
    await supervised.over.wait()
    if _all_refused(app, supervised):
        stop.set()


def _all_refused(app: App, supervised: ListenerSupervisor) -> bool:
    """Return whether every surface was refused; e-mail has no listener and is delivered nevertheless."""
    return supervised.over.is_set() and app.surfaces.keys() <= supervised.refused.keys()


def settle() -> None:
    """Exclude the objects loaded so far from garbage collection.

    Each full collection would block the process for 0.1 s.
    """
    gc.collect()
    gc.freeze()


@asynccontextmanager
async def stop_signals() -> AsyncIterator[asyncio.Event]:
    """Yield an event that the first signal sets. A second one ends the process at once, which the ledger survives."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop_or_exit(number: int) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop_or_exit, number)
    try:
        yield stop
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
