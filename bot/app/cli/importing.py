"""`paperboy import`: an archive of papers, and of what was seen of them over time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.app.cli.app import App
from bot.domain.sources import Rejected
from bot.sources.archive import Archive

#: rejected lines that are told one by one
_TOLD = 10


async def load(app: App, papers: Path, observations: Path | None) -> int:
    """Keep everything that can be used, tell what cannot. Loading an archive again changes nothing."""
    archive = Archive(papers, observations)
    before = await app.store.papers.count()
    seen = 0
    rejected: list[Rejected] = []
    with _progress(archive.total_bytes) as advance:
        for harvest in archive.harvests():
            kept = await app.store.keep(harvest)
            seen += kept.observations
            rejected += (*harvest.rejected, *kept.rejected)
            advance(archive.read_bytes)
    new = await app.store.papers.count() - before
    sys.stdout.write(f"{new:,} new papers and {seen:,} new observations from {papers.name}.\n")
    _tell(rejected)
    return 0


def _tell(rejected: list[Rejected]) -> None:
    for piece in rejected[:_TOLD]:
        sys.stderr.write(f"left out: {piece.what}: {piece.reason}\n")
    if len(rejected) > _TOLD:
        sys.stderr.write(f"left out: {len(rejected) - _TOLD:,} more\n")


@contextmanager
def _progress(total_bytes: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal; nothing where nobody watches."""
    if not sys.stderr.isatty():
        yield lambda read_bytes: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("Importing", total=total_bytes)
        yield lambda read_bytes: bar.update(task, completed=read_bytes)
