"""The shipped worker with the platform of the proofs plugged in: `python -m tests.proofs.worker --platform JSON`."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import logs, settings
from bot.app.cli.working import settle, stop_signals
from bot.app.workers import serve
from bot.domain.errors import PaperboyError
from bot.services.delivery.crash import CrashPoint
from bot.services.delivery.deliverer import Deliverer
from bot.storage import open_store
from bot.storage.process_lock import serving
from tests.proofs.crew import Crew
from tests.proofs.lifeline import end_with_parent
from tests.proofs.surface import NAME, Platform, open_surface


def clock(jumps: Path | None) -> Callable[[], datetime]:
    """The wall clock, set forward or back by the seconds that stand in a file."""

    def now() -> datetime:
        moved = float(jumps.read_text() or 0) if jumps else 0.0
        return datetime.now(UTC) + timedelta(seconds=moved)

    return now


async def work(platform: Platform, crew: Crew, now: Callable[[], datetime], *, once: bool) -> None:
    """Deliver until SIGTERM as `paperboy work` does, or for one round as `paperboy deliver` does."""
    chosen = settings.load()
    logs.configure(chosen.log_level, "json", chosen.secrets)
    async with open_store(chosen.database) as store, open_surface(platform) as surface:
        crash = CrashPoint(chosen.crash_at)
        deliverer = Deliverer(store, {NAME: surface}, owner=f"proof-{os.getpid()}", config=crew.config, crash=crash)
        if once:
            await deliverer.round(now())
            return
        settle()
        with serving(chosen.database):
            async with stop_signals() as stop:
                await serve(deliverer, store, now, stop, tick_seconds=crew.tick)


def main() -> int:
    """Read from the command line what to work with."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.worker", description=__doc__)
    parser.add_argument("--platform", type=json.loads, required=True, help="the fields of surface.Platform, as JSON")
    parser.add_argument("--crew", type=json.loads, default={}, help="the fields of crew.Crew, as JSON")
    parser.add_argument("--clock", type=Path, help="a file with the seconds by which the clock is wrong")
    parser.add_argument("--once", action="store_true", help="one round only")
    asked = parser.parse_args()
    end_with_parent()
    try:
        asyncio.run(work(Platform(**asked.platform), Crew(**asked.crew), clock(asked.clock), once=asked.once))
    except PaperboyError as error:
        sys.stderr.write(f"paperboy: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
