"""Four years of every field: `python -m tests.benchmarks.million [--papers N] [--database sqlite|postgresql]`.

Made-up papers with short texts, a thousand for each weekday, on the lists of their categories; the last ten days also
have votes. They are stored as a source brings them, a day in a transaction. Prints how long storing and indexing take
and how long what people and the scheduler ask for takes, and every statement of these whose plan looks through a whole
table of papers. `--index no` leaves out the index, which takes most of the time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import resource
import secrets
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.app.cli.app import App, Sources, open_app
from bot.app.settings import Settings
from bot.commands.typed import typed
from bot.domain.observations import Observation
from bot.domain.papers import Listing, ListingKind, Paper
from bot.domain.requests import Chat
from bot.domain.sources import FetchResult
from bot.query.arxiv import LISTED
from bot.storage import Store
from tests.databases import connected, running_postgres, sqlite_url
from tests.services.ledger import worker
from tests.services.postbox import Postbox

NOW = datetime(2026, 8, 13, 7, tzinfo=UTC)
A_DAY = 1_000
VOTED_DAYS = 10
_WORDS = (
    "model field lattice neural quantum gauge proof bound cell spectrum agent theory sample robust sparse graph kernel "
    "protein membrane galaxy plasma soliton manifold cohomology estimator policy reward token diffusion cortex"
).split()
#: tables with rows for each paper
_LONG = "papers|paper_aliases|listings|observations|vectors|lookups|stories|artifacts|artifact_totals"

#: with its values
Statement = tuple[str, Any]


def days(papers: int) -> Iterator[date]:
    """Yield the weekdays that so many papers need, oldest first."""
    newest, needed = NOW.date(), -(-papers // A_DAY)
    weekdays = (day for back in range(2 * needed + 7) if (day := newest - timedelta(days=back)).weekday() < 5)
    yield from reversed([*islice(weekdays, needed)])


def made(day: date, papers: int) -> FetchResult:
    """Return the lists of a day."""
    chosen = random.Random(day.toordinal())
    seen_at = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
    told, listings, observations = list[Paper](), list[Listing](), list[Observation]()
    for number in range(papers):
        id = f"{day:%y%m}.{day.day * A_DAY + number:05}"
        text = " ".join(chosen.choices(_WORDS, k=40))
        told.append(
            Paper(
                id=id,
                title=" ".join(chosen.choices(_WORDS, k=8)).capitalize(),
                abstract=text,
                authors=("Ada Lovelace", f"Person {chosen.randrange(50_000)}"),
                categories=tuple(chosen.sample(LISTED, chosen.choice((1, 2, 2, 3)))),
                published_at=seen_at - timedelta(days=1),
            )
        )
        categories = told[-1].categories
        kinds = (ListingKind.NEW, *(ListingKind.CROSS,) * (len(categories) - 1))
        for category, kind in zip(categories, kinds, strict=True):
            listings.append(Listing(paper_id=id, source="arxiv_feed", day=day, category=category, kind=kind))
        if number < 50:
            listings.append(Listing(paper_id=id, source="huggingface", day=day))
        if number < 50 and (NOW.date() - day).days < VOTED_DAYS:
            observations.append(Observation(paper_id=id, source="huggingface", seen_at=seen_at, votes=number))
    return FetchResult(
        source="arxiv_feed",
        seen_at=seen_at,
        papers=tuple(told),
        listings=tuple(listings),
        observations=tuple(observations),
    )


@contextmanager
def statements() -> Iterator[list[Statement]]:
    """Note every statement that goes to a database, with its values; of many, the first ones."""
    noted: list[Statement] = []

    def note(_c: object, _cursor: object, statement: str, values: object, _context: object, many: bool) -> None:
        noted.append((statement, values[0] if many and isinstance(values, list) else values))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield noted
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def full_scans(url: str, noted: Sequence[Statement]) -> list[str]:
    """Return the statements, each once, that look through a whole table of papers, with the step of their plan."""
    found: dict[str, None] = {}
    with connected(url) as database:
        is_sqlite = database.dialect.name == "sqlite"
        scan = re.compile(rf"SCAN (?:{_LONG})\b(?!.*USING)" if is_sqlite else rf"Seq Scan on (?:{_LONG})\b")
        explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
        for statement, values in dict((text, values) for text, values in noted).items():
            if statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
                rows = database.exec_driver_sql(explain + statement, values)
                plan = [str(row[3 if is_sqlite else 0]).strip() for row in rows]
                found |= dict.fromkeys(f"{step}: {statement}" for step in plan if scan.search(step))
    return [*found]


class Times:
    """What is measured, in seconds."""

    def __init__(self) -> None:
        self.figures: dict[str, float] = {}
        self.scans: dict[str, list[str]] = {}

    async def measure(self, name: str, url: str, work: Callable[[], Awaitable[object]]) -> None:
        """Do something twice, of which the second time counts, and look at the plans of its statements."""
        with statements() as noted:
            await work()
        begun = time.perf_counter()
        await work()
        self.figures[name] = round(time.perf_counter() - begun, 3)
        if scans := await asyncio.to_thread(full_scans, url, noted):
            self.scans[name] = scans


@asynccontextmanager
async def opened(home: Path, url: str, *, searching: bool) -> AsyncIterator[App]:
    """An app without sources."""
    settings = Settings.model_validate({"data_dir": home, "database_url": url, "offline": True})
    async with open_app(settings, lambda: NOW, searching=searching) as app:
        yield app


async def fill(store: Store, papers: int) -> float:
    """Store the papers. Return the seconds that the last tenth took for a thousand papers."""
    last = 0.0
    every = [*days(papers)]
    for number, day in enumerate(every):
        if number == len(every) - max(1, len(every) // 10):
            last = time.perf_counter()
        await store.keep(made(day, min(papers, A_DAY)))
    return (time.perf_counter() - last) / max(1, len(every) // 10)


async def measured(home: Path, url: str, papers: int, *, indexed: bool) -> dict[str, object]:
    """The figures."""
    times = Times()
    async with opened(home, url, searching=indexed) as app:
        if not await app.store.papers.newest_ids(1):
            begun = time.perf_counter()
            last = await fill(app.store, papers)
            times.figures |= {"store": round(time.perf_counter() - begun, 1), "store_last_thousand": round(last, 3)}
        if app.finder:
            begun = time.perf_counter()
            await app.finder.follow()
            times.figures["index"] = round(time.perf_counter() - begun, 1)
        if not url.startswith("sqlite"):
            with connected(url) as database:
                database.exec_driver_sql("ANALYZE")
        await ask(app, url, times)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"papers": papers, **times.figures, "peak_mb": megabytes, "scans": times.scans}


async def ask(app: App, url: str, times: Times) -> None:
    """Measure what people and the scheduler ask for."""
    # in a folder that stays, other chats have had their digests
    chat = Chat("test", secrets.token_hex(4))

    def said(text: str) -> Callable[[], Awaitable[object]]:
        # a new facade each time, so that no answer comes from a cache
        return lambda: app.commands(Sources()).handle(typed(text, chat, person="ada", may_manage=True))

    for name, text in (
        ("papers_topic", "/papers gauge theory cat:hep-th"),
        ("paper", "/paper 2608.12001"),
        ("proposal", "/subscribe cat:hep-th -survey at 9:00 Europe/Berlin"),
        ("proposal_of_an_archive", "/subscribe cat:astro-ph at 9:00 Europe/Berlin"),
        ("status", "/status"),
    ):
        await times.measure(name, url, said(text))
    await said("/subscribe cat:hep-th -survey at 9:00 Europe/Berlin save")()
    await times.measure("trending", url, said("/trending"))
    await times.measure("trending_category", url, said("/trending cat:hep-th"))
    moments = iter((NOW, NOW + timedelta(days=1)))
    await times.measure("digest", url, lambda: worker(app.store, Postbox()).round(next(moments)))
    await times.measure("collecting", url, lambda: app.collector(Sources()).round(NOW))
    recent = NOW.date() - timedelta(days=60)
    await times.measure("completing", url, lambda: _completing(app.store, recent))
    await times.measure("completing_once_a_day", url, lambda: _completing(app.store, None))
    await times.measure("store_a_day", url, lambda: app.store.keep(made(NOW.date() + timedelta(days=1), A_DAY)))


async def _completing(store: Store, since: date | None) -> None:
    """Look for what the completing source is asked for."""
    await store.papers.without_categories(100, since)
    await store.papers.undated(NOW.date() - timedelta(days=3), ("arxiv_feed",), 100)


async def main() -> None:
    """Print one line of JSON, and the statements with full scans."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=1_000_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--index", choices=("yes", "no"), default="yes")
    parser.add_argument("--home", type=Path, help="a folder that stays, so that a second run finds the papers (SQLite)")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        home = told.home or Path(directory)
        if told.database == "sqlite":
            figures = await measured(home, sqlite_url(home), told.papers, indexed=told.index == "yes")
        else:
            with running_postgres() as server, server.database() as url:
                figures = await measured(home, url, told.papers, indexed=told.index == "yes")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    asyncio.run(main())
