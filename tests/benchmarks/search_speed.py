"""How fast papers are found among 10,000, 100,000 and 1,000,000, beside plain tantivy and SQLite's FTS5.

    python -m tests.benchmarks.search_speed --data DIR [--papers N ...] [--without-fts5] [--model MODEL --vectors DIR3]

DIR holds corpus.jsonl.xz. Beyond its papers, others are made of one paper's title and the halves of two others'
abstracts. One line of JSON for each engine and size. "paperboy" is everything that a person's question takes: reading
it, the search with the prior for a hundred results, and the eight papers that are shown, from SQLite; `cpu` is that of
the whole process. MODEL and DIR3 are those of tests.benchmarks.search, for papers of DIR alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from functools import partial
from pathlib import Path
from statistics import quantiles

from bot.domain.papers import Paper
from bot.query import parse
from bot.search.encoders import open_encoder
from bot.search.finder import Finder
from bot.search.index import Index
from bot.search.normalization import pieces
from bot.search.semantic import SemanticSearch
from bot.search.topic import topic_of
from bot.services.digests import DigestService
from bot.services.search import SearchService
from bot.storage import Store, open_store
from tests.benchmarks.labelled import Labelled, harvests, load
from tests.benchmarks.plain_engines import Bm25, Fts5
from tests.benchmarks.search import PRIOR, TODAY
from tests.benchmarks.vectors import put_vectors
from tests.search.hostile import HOSTILE

QUESTIONS = 200
TOP = 10
#: papers of a page
SHOWN = 8
NOW = datetime.combine(TODAY, time_of_day(12), UTC)
COMMON = ("learning", "model", "data", "neural network", "language model", "learning model data", "deep neural network")
FILTER = " after:2024-01-01 cat:cs.CL"


def many(real: Sequence[Paper], number: int) -> Iterator[Paper]:
    """The real papers, then recombinations of them."""
    chance = random.Random(number)
    for place in range(number):
        if place < len(real):
            yield real[place]
            continue
        title, one, other = chance.choices(real, k=3)
        text = one.abstract[: len(one.abstract) // 2] + other.abstract[len(other.abstract) // 2 :]
        yield replace(title, id=str(place), abstract=text)


def questions(real: Sequence[Paper]) -> list[str]:
    """Words of real titles, and very common ones."""
    return [*COMMON, *side_by_side([paper.title for paper in real], QUESTIONS - len(COMMON))]


def side_by_side(titles: Sequence[str], number: int) -> list[str]:
    """One to eight words that stand side by side in a title, always the same."""
    chance = random.Random(1)
    asked = list[str]()
    while len(asked) < number:
        words = pieces(chance.choice(titles))
        size = chance.randint(1, 8)
        start = chance.randrange(max(1, len(words) - size + 1))
        asked.append(" ".join(words[start : start + size]))
    return [text for text in asked if text]


def timed(asked: Sequence[str], answer: Callable[[str], object]) -> dict[str, float]:
    """Milliseconds for a question of a plain engine, in this thread."""

    async def answered(text: str) -> object:
        return answer(text)

    return asyncio.run(measured(asked, answered))


async def measured(asked: Sequence[str], answer: Callable[[str], Awaitable[object]]) -> dict[str, float]:
    """Milliseconds for a question; the first ones are asked twice, as files are read then.

    `cpu` is what the process itself used, which depends less on what else the machine is doing.
    """
    for text in asked[:20]:
        await answer(text)
    took, used = [], []
    for text in asked:
        started, begun = time.perf_counter(), time.process_time()
        await answer(text)
        took.append((time.perf_counter() - started) * 1000)
        used.append((time.process_time() - begun) * 1000)
    wall, cpu = (quantiles(each, n=100, method="inclusive") for each in (took, used))
    return {
        "p50_ms": round(wall[49], 2),
        "p99_ms": round(wall[98], 2),
        "p50_cpu_ms": round(cpu[49], 2),
        "p99_cpu_ms": round(cpu[98], 2),
        "max_cpu_ms": round(max(used), 2),
    }


def size_mb(directory: Path) -> float:
    """Everything in a directory."""
    return round(sum(file.stat().st_size for file in directory.rglob("*") if file.is_file()) / 1e6, 1)


def peak_mb() -> int:
    """The most memory that this process had until now."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@dataclass(frozen=True, slots=True)
class Model:
    """An encoder with vectors that were made before."""

    name: str
    vectors: Path


async def ours(
    papers: Sequence[Paper], asked: Sequence[str], directory: Path, model: Model | None
) -> AsyncIterator[dict[str, object]]:
    """Building, asking, adding."""
    async with open_store(f"sqlite:///{directory / 'papers.db'}") as store:
        for harvest in harvests(Labelled("speed", papers, ())):
            await store.keep(harvest)
        finder = await Finder.open(store, directory)
        started = time.perf_counter()
        await finder.follow()
        built = round(time.perf_counter() - started, 1)
        yield {"engine": "paperboy", "build_s": built, "index_mb": size_mb(finder.index.directory)}
        async for line in answers("paperboy", store, finder, asked):
            yield line
        late = await lag(SearchService(store, DigestService(store), finder, prior=PRIOR), asked)
        yield {"engine": "paperboy", "loop_lag_ms": late}
        for line in changes(finder.index, papers, directory):
            yield line
        await finder.close()
        if model:
            load_encoder = partial(open_encoder, cache=directory / "models")
            await put_vectors(store, model.vectors, load_encoder(model.name).key)
            meaning = SemanticSearch(store, partial(_itself, model.name), load_encoder, directory)
            await meaning.key()
            finder = await Finder.open(store, directory, meaning)
            async for line in answers("paperboy+semantic", store, finder, asked):
                yield line
            await finder.close()
            await meaning.close()


async def _itself(name: str) -> str:
    return name


async def answers(name: str, store: Store, finder: Finder, asked: Sequence[str]) -> AsyncIterator[dict[str, object]]:
    """Questions by their kinds."""
    service = SearchService(store, DigestService(store), finder, prior=PRIOR)

    async def answer(text: str) -> object:
        found = await service.find(parse(text, TODAY), NOW)
        return await service.read(found, 0, SHOWN)

    topics = [text for text in asked if topic_of(parse(text, TODAY)).narrow]
    descriptions = [text for text in asked if text not in set(topics)]
    filtered = [text + FILTER for text in asked]
    for kind, texts in (
        ("topics", topics),
        ("descriptions", descriptions),
        ("filtered", filtered),
        ("hostile", HOSTILE),
    ):
        yield {"engine": f"{name} {kind}", "questions": len(texts), **await measured(texts, answer)}


def changes(index: Index, papers: Sequence[Paper], directory: Path) -> Iterator[dict[str, object]]:
    """Adding a hundred papers, and opening the index."""
    started = time.perf_counter()
    index.write(((replace(paper, id=f"new {paper.id}"), 0) for paper in papers[:100]), "y")
    added = time.perf_counter() - started
    started = time.perf_counter()
    Index(directory)
    cold = time.perf_counter() - started
    yield {"engine": "paperboy", "add_100_ms": round(added * 1000), "cold_start_ms": round(cold * 1000)}


async def lag(service: SearchService, asked: Sequence[str]) -> float:
    """The longest that the event loop was late while fifty questions were answered at once, in milliseconds."""
    loop, longest = asyncio.get_running_loop(), 0.0
    fifty = asyncio.gather(*(service.find(parse(text, TODAY), NOW) for text in asked[:50]))
    while not fifty.done():
        before = loop.time()
        await asyncio.sleep(0.001)
        longest = max(longest, loop.time() - before - 0.001)
    return round(longest * 1000, 1)


def theirs(papers: Sequence[Paper], asked: Sequence[str], directory: Path, fts5: bool) -> Iterator[dict[str, object]]:
    """Plain engines."""
    labelled = Labelled("speed", papers, ())
    makers: list[Callable[[], Bm25 | Fts5]] = [lambda: Bm25(labelled, directory, TOP)]
    makers += [lambda: Fts5(labelled, TOP)] if fts5 else []
    for make in makers:
        started = time.perf_counter()
        engine = make()
        built = round(time.perf_counter() - started, 1)
        yield {"engine": engine.name, "build_s": built, "index_mb": size_mb(directory), **timed(asked, engine.find)}


async def report(papers: Sequence[Paper], asked: Sequence[str], directory: Path, model: Model | None) -> None:
    """Print what ours takes."""
    async for line in ours(papers, asked, directory, model):
        print(json.dumps({"papers": len(papers), **line, "peak_mb": peak_mb()}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--papers", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--without-fts5", action="store_true")
    parser.add_argument("--model", metavar="MODEL")
    parser.add_argument("--vectors", type=Path, metavar="DIR3")
    choice = parser.parse_args()
    model = Model(choice.model, choice.vectors / choice.data.name) if choice.model else None
    real = load(choice.data).papers
    start = datetime(2018, 1, 1, tzinfo=UTC)
    real = [replace(paper, published_at=start + timedelta(hours=n % 70_000)) for n, paper in enumerate(real)]
    asked = questions(real)
    for number in choice.papers:
        papers = list(many(real, number))
        with tempfile.TemporaryDirectory() as name:
            directory = Path(name)
            asyncio.run(report(papers, asked, directory, model if number == len(real) else None))
            for line in theirs(papers, asked, directory / "plain", not choice.without_fts5):
                print(json.dumps({"papers": number, **line}), flush=True)


if __name__ == "__main__":
    main()
