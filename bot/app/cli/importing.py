"""`paperboy import`: an archive of papers and of their observations."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.app.cli.app import App
from bot.app.cli.output import counted
from bot.app.cli.progress import progress
from bot.domain.sources import Rejected
from bot.sources.archive import Archive

#: most rejected lines that are printed
_TOLD = 10


async def load(app: App, papers: Path, observations: Path | None) -> int:
    """Import all valid lines and print the others. Idempotent."""
    archive = Archive(papers, observations)
    before = await app.store.papers.count()
    seen = 0
    rejected: list[Rejected] = []
    with progress("Importing", archive.total_bytes) as advance:
        for harvest in archive.harvests():
            kept = await app.store.keep(harvest)
            seen += kept.observations
            rejected += (*harvest.rejected, *kept.rejected)
            advance(archive.read_bytes)
    new = await app.store.papers.count() - before
    sys.stdout.write(
        f"Imported {counted(new, 'new paper')} and {counted(seen, 'new observation')} from {papers.name}.\n"
    )
    _tell(rejected)
    return 0


def _tell(rejected: list[Rejected]) -> None:
    for piece in rejected[:_TOLD]:
        sys.stderr.write(f"skipped: {piece.what}: {piece.reason}\n")
    if len(rejected) > _TOLD:
        sys.stderr.write(f"skipped: {len(rejected) - _TOLD:,} more\n")
