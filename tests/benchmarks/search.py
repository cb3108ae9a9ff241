"""How well the papers that people ask for are found, beside plain BM25 and SQLite's own full-text search.

    python -m tests.benchmarks.search --data DIR [--corpus DIR2] [--semantic [MODEL]]

DIR holds queries.jsonl, qrels.tsv and corpus.jsonl.xz (or corpus.jsonl; from DIR2 where DIR has none). One line of JSON
for each ranking: ours is "paperboy", which reads each query as typed in a chat and asks a store as the bot does, and
"paperboy+semantic" with an encoder: MODEL as in PAPERBOY_ENCODER, or a static one that is distilled here.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from pathlib import Path
from statistics import mean, quantiles

from bot.query import parse
from bot.search.encoders import open_encoder
from bot.search.finder import Finder
from bot.search.meaning import Meaning
from bot.store import Store, open_store
from tests.benchmarks.distilled import distil
from tests.benchmarks.labelled import Labelled, harvests, in_prose, load, ndcg10, recall100
from tests.benchmarks.plain_engines import Bm25, Fts5

#: the ids of the papers that a query finds, best first
Ranking = Callable[[str], Awaitable[Sequence[str]]]

DEEP = 100
#: the queries of these sets speak of no day
TODAY = date(2026, 4, 24)


async def measure(labelled: Labelled, name: str, ranking: Ranking) -> dict[str, str | int | float]:
    """One line of the report. The first queries are asked twice, as an engine that has just started reads its files."""
    for query in labelled.queries[:20]:
        await ranking(query.text)
    took: list[float] = []
    found: list[Sequence[str]] = []
    for query in labelled.queries:
        started = time.perf_counter()
        found.append(await ranking(query.text))
        took.append((time.perf_counter() - started) * 1000)
    pairs = list(zip(labelled.queries, found, strict=True))
    cuts = quantiles(took, n=100)
    return {
        "set": labelled.name,
        "ranking": name,
        "queries": len(labelled.queries),
        "ndcg10": round(mean(ndcg10(ids, query.grades) for query, ids in pairs), 4),
        "recall100": round(mean(recall100(ids, query.grades) for query, ids in pairs), 4),
        "p50_ms": round(cuts[49], 2),
        "p99_ms": round(cuts[98], 2),
    }


def paperboy(finder: Finder) -> Ranking:
    """What the bot would answer."""

    async def ranking(text: str) -> Sequence[str]:
        found = await finder.find(parse(text, TODAY), DEEP)
        assert found
        return [paper.id for paper in found.papers]

    return ranking


async def run(data: Path, corpus: Path | None, model: str | None, *, prose: bool = False) -> None:
    """Measure every ranking on one set, in directories that are gone afterwards; with a `model`, by meaning too."""
    labelled = in_prose(load(data, corpus)) if prose else load(data, corpus)
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        for plain in (Bm25(labelled, directory / "bm25"), Fts5(labelled)):
            print(json.dumps(await measure(labelled, plain.name, plain.rank)), flush=True)
        async with open_store(f"sqlite:///{directory / 'papers.db'}") as store:
            for harvest in harvests(labelled):
                await store.keep(harvest)
            finder = await Finder.open(store, directory)
            await finder.follow()
            print(json.dumps(await measure(labelled, "paperboy", paperboy(finder))), flush=True)
            await finder.close()
            if model is not None:
                await hybrid(labelled, store, directory, model or distil(directory / "distilled"))


async def hybrid(labelled: Labelled, store: Store, directory: Path, model: str) -> None:
    """Ours with an encoder, when it has made all its vectors."""
    meaning = Meaning(store, model, open_encoder)
    finder = await Finder.open(store, directory, meaning)
    started = time.perf_counter()
    made = await meaning.follow()
    seconds = round(time.perf_counter() - started, 1)
    found = await measure(labelled, "paperboy+semantic", paperboy(finder))
    print(json.dumps({**found, "vectors": made, "encoding_s": seconds}), flush=True)
    await finder.close()
    await meaning.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--corpus", type=Path, metavar="DIR2")
    parser.add_argument("--semantic", nargs="?", const="", metavar="MODEL")
    parser.add_argument("--prose", action="store_true", help="put each question into some sentences of chat")
    choice = parser.parse_args()
    asyncio.run(run(choice.data, choice.corpus, choice.semantic, prose=choice.prose))


if __name__ == "__main__":
    main()
