"""A day of all categories of arXiv, about a thousand new papers: `python -m tests.benchmarks.categories`.

Lists of made-up papers, in the proportion that a day has: one cross-list for each new paper, and replacements. The
server is local and answers at once, so this is our own share of the time; the waits between requests are told apart.
"""

from __future__ import annotations

import asyncio
import json
import random
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.query.arxiv import LISTED
from bot.services.collecting import Collector
from bot.sources.arxiv import MANNERS, Arxiv
from bot.sources.arxiv_listings import ArxivListings
from bot.sources.http import FetchPolicy
from bot.storage import Store, open_store
from tests.local_http import Asked, LocalHttp, Reply
from tests.sources.bodies import entry, feed
from tests.sources.listing_bodies import Entry, atom, page
from tests.storage.ledger import subscription

DAY = date(2026, 8, 12)
NOW = datetime(2026, 8, 12, 4, 6, tzinfo=UTC)
ONE_DAY = timedelta(days=1)
PAPERS = 1_000
_WORDS = "model field lattice neural quantum gauge proof bound cell spectrum agent theory sample robust sparse".split()


class Arxiv2026:
    """Feeds and pages of a day, and the API."""

    def __init__(self, day: date, first: int) -> None:
        lists = lists_of(first)
        self._feeds = {name: atom(lists.get(name, ())) for name in LISTED}
        self._pages = {name: page(day, lists.get(name, ())) for name in LISTED}

    def __call__(self, asked: Asked) -> Reply:
        kind, name = asked.path.split("/")[1:3]
        if kind == "atom":
            return Reply(body=self._feeds[name])
        if kind == "list":
            return Reply(body=self._pages[name])
        return Reply(body=feed([entry(f"http://arxiv.org/abs/{id}v1") for id in asked.query["id_list"].split(",")]))


def lists_of(first: int) -> Mapping[str, Sequence[Entry]]:
    """Return the list of each category, with ids from `first` on."""
    chosen = random.Random(first)
    lists: defaultdict[str, list[Entry]] = defaultdict(list)
    for number in range(first, first + PAPERS):
        categories = tuple(chosen.sample(LISTED, chosen.choice((1, 2, 2, 3))))
        abstract, title = " ".join(chosen.choices(_WORDS, k=180)), f"Paper {number}"
        for kind, name in zip(("new", *["cross"] * 3), categories, strict=False):
            id = f"2608.{number}"
            lists[name].append(Entry(id=id, kind=kind, title=title, abstract=abstract, categories=categories))
        replaced = Entry(id=f"2607.{number}", kind="replace", abstract=abstract, categories=categories[:1])
        lists[categories[0]].append(replaced)
    return lists


async def collected(collector: Collector, now: datetime) -> int:
    """Make passes until nothing is due. Return their number."""
    passes = 0
    while any(visit.requests for visit in await collector.round(now)):
        passes += 1
    return passes


async def measure(store: Store) -> None:
    """Collect the first day, look again, and collect the next day; one JSON line each."""
    for start in range(0, len(LISTED), 8):
        await store.subscriptions.add(subscription(query=f"cat:{','.join(LISTED[start : start + 8])}"))
    manners = FetchPolicy(turns="arxiv")
    async with (
        LocalHttp(Arxiv2026(DAY, 10_000)) as server,
        ArxivListings(server.url, server.url, manners=manners, turns=store.turns) as listings,
        Arxiv(server.url, manners=manners, turns=store.turns) as api,
    ):
        collector = Collector(store, completing=api, by_category=[listings])
        for which, now in (("first day", NOW), ("again", NOW), ("next day", NOW + ONE_DAY)):
            if now > NOW:
                server.answer = Arxiv2026(now.date(), 10_000 + PAPERS)
            before, started, cpu = len(server.asked), time.perf_counter(), time.process_time()
            passes = await collected(collector, now)
            requests = len(server.asked) - before
            facts = {
                "look": which,
                "passes": passes,
                "papers": await store.papers.count(),
                "requests": requests,
                "seconds": round(time.perf_counter() - started, 1),
                "cpu_seconds": round(time.process_time() - cpu, 1),
                "waits_seconds": round(requests * MANNERS.pace),
                "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            }
            print(json.dumps(facts))


async def main() -> None:
    """Collect into a fresh SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_store(f"sqlite:///{Path(folder) / 'paperboy.db'}") as store:
            await measure(store)


if __name__ == "__main__":
    asyncio.run(main())
