"""How fast papers are found among 10,000, 100,000 and 1,000,000, beside plain tantivy and SQLite's FTS5.

    python -m tests.benchmarks.search_speed --data DIR [--papers N ...] [--without-fts5]

DIR holds corpus.jsonl.xz. Beyond its papers, others are made of one paper's title and the halves of two others'
abstracts. One line of JSON for each engine and size; "paperboy" is the engine's part of an answer: both looks, in one
thread, with the texts of the teachers at hand.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

from bot.domain.papers import Paper
from bot.query import parse
from bot.search.finder import THREADS
from bot.search.index import Index
from bot.search.normalization import pieces
from bot.search.ranking import first_pass, second_pass
from tests.benchmarks.labelled import Labelled, load, paper_text
from tests.benchmarks.plain_engines import Bm25, Fts5
from tests.benchmarks.search import TODAY
from tests.search.hostile import HOSTILE

QUESTIONS = 200
TOP = 10
COMMON = ("learning", "model", "data", "neural network", "language model", "learning model data", "deep neural network")
FILTER = " after:2024-01-01 cat:cs.CL"


def many(real: Sequence[Paper], number: int) -> Iterator[Paper]:
    """The real papers, then recombinations of them."""
    chance = random.Random(number)
    for place in range(number):
        if place < len(real):
            yield replace(real[place], id=str(place))
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
    """Milliseconds for a question; the first ones are asked twice, as files are read then.

    `cpu` is what the thread itself used, which does not depend on what else the machine is doing.
    """
    for text in asked[:20]:
        answer(text)
    took, used = [], []
    for text in asked:
        started, begun = time.perf_counter(), time.thread_time()
        answer(text)
        took.append((time.perf_counter() - started) * 1000)
        used.append((time.thread_time() - begun) * 1000)
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


def ours(papers: Sequence[Paper], asked: Sequence[str], directory: Path) -> Iterator[dict[str, object]]:
    """Building, adding, asking."""
    index = Index(directory)
    started = time.perf_counter()
    index.write(((paper, number % 100) for number, paper in enumerate(papers)), "x")
    built = time.perf_counter() - started
    by_id = {paper.id: paper_text(paper) for paper in papers}

    def answer(text: str) -> object:
        first = first_pass(index, parse(text, TODAY), TOP)
        return second_pass(index, first, {id: by_id[id] for id in first.teachers}, TOP)

    plain = timed(asked, answer)
    filtered = timed(asked, lambda text: answer(text + FILTER))
    hostile = timed(HOSTILE, answer)
    # asking changes nothing, adding does
    grown = size_mb(directory)
    started = time.perf_counter()
    index.write(((replace(paper, id=f"new {paper.id}"), 0) for paper in papers[:100]), "y")
    added = time.perf_counter() - started
    started = time.perf_counter()
    Index(directory)
    cold = time.perf_counter() - started
    yield {"engine": "paperboy", "build_s": round(built, 1), "index_mb": grown, **plain}
    yield {"engine": "paperboy filtered", **filtered}
    yield {"engine": "paperboy hostile", **hostile}
    yield {"engine": "paperboy", "add_100_ms": round(added * 1000), "cold_start_ms": round(cold * 1000)}


async def lag(papers: Sequence[Paper], asked: Sequence[str], directory: Path) -> float:
    """The longest that the event loop was late while fifty questions were answered at once, in milliseconds."""
    index = Index(directory)
    by_id = {paper.id: paper_text(paper) for paper in papers}
    loop, longest = asyncio.get_running_loop(), 0.0

    def answer(text: str) -> object:
        first = first_pass(index, parse(text, TODAY), TOP)
        return second_pass(index, first, {id: by_id[id] for id in first.teachers if id in by_id}, TOP)

    threads = ThreadPoolExecutor(THREADS)
    answers = asyncio.gather(*(loop.run_in_executor(threads, answer, text) for text in asked[:50]))
    while not answers.done():
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--papers", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--without-fts5", action="store_true")
    choice = parser.parse_args()
    real = load(choice.data).papers
    start = datetime(2018, 1, 1, tzinfo=UTC)
    real = [replace(paper, published_at=start + timedelta(hours=n % 70_000)) for n, paper in enumerate(real)]
    asked = questions(real)
    for number in choice.papers:
        papers = list(many(real, number))
        with tempfile.TemporaryDirectory() as name:
            directory = Path(name)
            for line in ours(papers, asked, directory / "ours"):
                print(json.dumps({"papers": number, **line, "peak_mb": peak_mb()}), flush=True)
            late = asyncio.run(lag(papers, asked, directory / "ours"))
            print(json.dumps({"papers": number, "engine": "paperboy", "loop_lag_ms": late}), flush=True)
            for line in theirs(papers, asked, directory / "plain", not choice.without_fts5):
                print(json.dumps({"papers": number, **line}), flush=True)


if __name__ == "__main__":
    main()
