"""How long the archive takes into a fresh SQLite file.

    python -m tests.benchmarks.importing --data DIR [--times N]

DIR holds papers.jsonl.gz and upvote_observations.csv.gz. With N the archive is read N times, each time with other ids:
linear growth shows in papers_per_second, which stays. One line of JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from bot.domain.sources import FetchResult
from bot.sources.archive import Archive
from bot.storage import open_store


def copies(data: Path, times: int) -> Iterator[FetchResult]:
    """The archive as it is, then copies of it."""
    for number in range(times):
        archive = Archive(data / "papers.jsonl.gz", data / "upvote_observations.csv.gz")
        for harvest in archive.harvests():
            yield renamed(harvest, f"/{number}") if number else harvest


def renamed(harvest: FetchResult, suffix: str) -> FetchResult:
    """The same of other papers."""
    return replace(
        harvest,
        papers=tuple(replace(paper, id=paper.id + suffix) for paper in harvest.papers),
        listings=tuple(replace(listing, paper_id=listing.paper_id + suffix) for listing in harvest.listings),
        observations=tuple(replace(seen, paper_id=seen.paper_id + suffix) for seen in harvest.observations),
    )


async def load(data: Path, times: int, database: Path) -> tuple[int, int]:
    """How many papers and observations were kept."""
    papers = observations = 0
    async with open_store(f"sqlite:///{database}") as store:
        for harvest in copies(data, times):
            kept = await store.keep(harvest)
            papers += kept.papers
            observations += kept.observations
    return papers, observations


def measure(data: Path, times: int, database: Path) -> dict[str, float]:
    """What was kept, and how quickly."""
    start = perf_counter()
    papers, observations = asyncio.run(load(data, times, database))
    seconds = perf_counter() - start
    return {
        "papers": papers,
        "observations": observations,
        "seconds": round(seconds, 2),
        "papers_per_second": round(papers / seconds),
        "database_mb": round(database.stat().st_size / 1e6, 1),
    }


def main() -> None:
    """Measures once."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--times", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        print(json.dumps(measure(arguments.data, arguments.times, Path(directory) / "papers.db")))


if __name__ == "__main__":
    main()
