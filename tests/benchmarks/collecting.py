"""How long one round takes that reads a list of 100 papers: `python -m tests.benchmarks.collecting`.

The server is local and answers at once, so this is our own share of the time; the pace of requests is left out.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.services.collecting import Collector
from bot.sources.http import FetchPolicy
from bot.sources.huggingface import HuggingFace
from bot.storage import open_store
from tests.local_http import Asked, LocalHttp, Reply, json_reply
from tests.sources.bodies import item

NOW = datetime(2026, 4, 24, 12, tzinfo=UTC)
PAPERS = 100


def lists(asked: Asked) -> Reply:
    """A hundred papers today, nothing on any other day."""
    today = asked.query.get("date") == str(NOW.date()) and asked.query["p"] == "0"
    return json_reply([item(f"2604.{n:05}", upvotes=n) for n in range(PAPERS)] if today else [])


async def main() -> None:
    """Two rounds into a fresh SQLite file, one JSON line each."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            open_store(f"sqlite:///{Path(folder) / 'paperboy.db'}") as store,
            LocalHttp(lists) as server,
            HuggingFace(server.url, manners=FetchPolicy()) as source,
        ):
            for which in ("first", "second"):
                started = time.perf_counter()
                (visit,) = await Collector(store, [source]).round(NOW)
                seconds = round(time.perf_counter() - started, 3)
                print(
                    json.dumps({"round": which, "papers": visit.papers, "requests": visit.requests, "seconds": seconds})
                )


if __name__ == "__main__":
    asyncio.run(main())
