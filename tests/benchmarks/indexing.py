"""How late the event loop is while the first index is made: `python -m tests.benchmarks.indexing --data DIR`.

DIR holds papers.jsonl.gz. Meanwhile somebody asks for /help ten times a second, and somebody else for papers.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.commands import Commands
from bot.domain.requests import Chat, Request
from bot.search.finder import Finder
from bot.services.bundle import build_services
from bot.sources.archive import Archive
from bot.storage import Store, open_store

NOW = datetime(2026, 5, 3, 12, tzinfo=UTC)
QUESTIONS = (("similar", "2506.13759"), ("papers", "agents"), ("papers", "natural gradient"), ("trending", ""))
BETWEEN_LOOKS, BETWEEN_HELPS = 0.01, 0.1


class LagMonitor:
    """Notes how late the loop is and how long /help takes, until it is stopped."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self.late: list[float] = []
        self.helps: list[float] = []

    async def loop(self) -> None:
        """Sleep again and again."""
        while True:
            before = time.perf_counter()
            await asyncio.sleep(BETWEEN_LOOKS)
            self.late.append(time.perf_counter() - before - BETWEEN_LOOKS)

    async def help(self) -> None:
        """Ask again and again."""
        while True:
            self.helps.append(await asked(self._commands, "help", ""))
            await asyncio.sleep(BETWEEN_HELPS)


async def asked(commands: Commands, command: str, argument: str) -> float:
    """Seconds until the answer."""
    before = time.perf_counter()
    await commands.handle(Request(chat=Chat("console", "1"), command=command, argument=argument))
    return time.perf_counter() - before


async def measured(store: Store, home: Path) -> dict[str, float]:
    """The figures of one first build."""
    finder = await Finder.open(store, home)
    commands = Commands(build_services(store, (), finder, prior=0.1), lambda: NOW)
    watch = LagMonitor(commands)
    watching = [asyncio.create_task(watch.loop()), asyncio.create_task(watch.help())]
    before = time.perf_counter()
    finder.start()
    answers = [await asked(commands, *question) for question in QUESTIONS]
    papers = await finder.follow()
    took = time.perf_counter() - before
    for task in watching:
        task.cancel()
    await asyncio.gather(*watching, return_exceptions=True)
    indexed, _ = await finder.status()
    await finder.close()
    return {
        "papers": indexed - papers,
        "build_seconds": round(took, 1),
        **{f"late_p{share}_ms": milliseconds(watch.late, share) for share in (50, 99, 100)},
        **{f"help_p{share}_ms": milliseconds(watch.helps, share) for share in (50, 100)},
        "slowest_question_ms": milliseconds(answers, 100),
    }


def milliseconds(seconds: Sequence[float], share: int) -> float:
    """What so many per cent of them do not exceed."""
    ordered = sorted(seconds)
    return round(ordered[min(len(ordered) - 1, len(ordered) * share // 100)] * 1000, 1)


async def main() -> None:
    """One JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    data: Path = parser.parse_args().data
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        async with open_store(f"sqlite:///{home / 'papers.db'}") as store:
            for harvest in Archive(data / "papers.jsonl.gz", None).harvests():
                await store.keep(harvest)
            print(json.dumps(await measured(store, home)))


if __name__ == "__main__":
    asyncio.run(main())
