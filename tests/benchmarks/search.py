"""How well the papers that people ask for are found, beside plain BM25 and SQLite's own full-text search.

    python -m tests.benchmarks.search --data DIR [--corpus DIR2] [--model MODEL [--vectors DIR3]] [--only-ours]

DIR holds queries.jsonl, qrels.tsv and corpus.jsonl.xz (or corpus.jsonl; from DIR2 where DIR has none). One line of JSON
for each ranking: ours is "paperboy", which reads each query as typed in a chat and asks a store as the bot does,
without and with the prior; "paperboy+semantic" is the same with an encoder, MODEL as in PAPERBOY_ENCODER. DIR3 has a
folder for each set with its vectors (ids.txt, vectors.npy); those that it lacks are computed. Gains are above
"paperboy" without prior, with 95 % intervals of a paired bootstrap.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from statistics import mean, quantiles

from bot.query import parse
from bot.search.encoders import open_encoder
from bot.search.finder import Finder
from bot.search.prior import Prior
from bot.search.semantic import SemanticSearch
from bot.storage import Store, open_store
from tests.benchmarks.labelled import Labelled, harvests, in_prose, load, ndcg10, recall100
from tests.benchmarks.plain_engines import Bm25, Fts5
from tests.benchmarks.vectors import put_vectors

#: the ids of the papers that a query finds, best first
Ranking = Callable[[str], Awaitable[Sequence[str]]]

DEEP = 100
#: the queries of these sets speak of no day
TODAY = date(2026, 4, 24)
#: as shipped
PRIOR = 0.1
_SAMPLES = 2_000


@dataclass(frozen=True, slots=True)
class Measured:
    """How well a ranking answers a set, by question."""

    set: str
    ranking: str
    ndcg: Sequence[float]
    recall: Sequence[float]
    p50_ms: float
    p99_ms: float

    def line(self, base: Measured | None = None) -> dict[str, object]:
        """One line of the report; with `base`, also what is gained above it."""
        told: dict[str, object] = {
            "set": self.set,
            "ranking": self.ranking,
            "queries": len(self.ndcg),
            "ndcg10": round(mean(self.ndcg), 4),
            "recall100": round(mean(self.recall), 4),
            "p50_ms": self.p50_ms,
            "p99_ms": self.p99_ms,
        }
        if base:
            told |= {"ndcg_gain": gain(self.ndcg, base.ndcg), "recall_gain": gain(self.recall, base.recall)}
        return told


def gain(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """The mean difference, and the bounds of its 95 % interval."""
    chance = random.Random(1)
    differences = [one - other for one, other in zip(ours, theirs, strict=True)]
    means = sorted(mean(chance.choices(differences, k=len(differences))) for _ in range(_SAMPLES))
    return [round(each, 4) for each in (mean(differences), means[_SAMPLES // 40], means[-_SAMPLES // 40])]


async def measure(labelled: Labelled, name: str, ranking: Ranking) -> Measured:
    """Ask every question. The first ones are asked twice, as an engine that has just started reads its files."""
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
    return Measured(
        labelled.name,
        name,
        [ndcg10(ids, query.grades) for query, ids in pairs],
        [recall100(ids, query.grades) for query, ids in pairs],
        round(cuts[49], 2),
        round(cuts[98], 2),
    )


def paperboy(finder: Finder, prior: Prior | None = None) -> Ranking:
    """What the bot would answer."""

    async def ranking(text: str) -> Sequence[str]:
        found = await finder.find(parse(text, TODAY), DEEP, prior)
        assert found
        return list(found.ids)

    return ranking


async def ours(labelled: Labelled, finder: Finder, name: str, base: Measured | None = None) -> Measured:
    """Tell about our ranking with and without the prior, and return the latter."""
    plain = await measure(labelled, name, paperboy(finder))
    _tell(plain.line(base))
    _tell((await measure(labelled, f"{name}, prior", paperboy(finder, Prior(PRIOR, TODAY)))).line(base or plain))
    return plain


async def run(choice: argparse.Namespace) -> None:
    """Measure every ranking on one set, in directories that are gone afterwards; with a model, by meaning too."""
    labelled = load(choice.data, choice.corpus)
    labelled = in_prose(labelled) if choice.prose else labelled
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        for plain in () if choice.only_ours else (Bm25(labelled, directory / "bm25"), Fts5(labelled)):
            _tell((await measure(labelled, plain.name, plain.rank)).line())
        async with open_store(f"sqlite:///{directory / 'papers.db'}") as store:
            for harvest in harvests(labelled):
                await store.keep(harvest)
            finder = await Finder.open(store, directory)
            await finder.follow()
            base = await ours(labelled, finder, "paperboy")
            await finder.close()
            if choice.model:
                await hybrid(labelled, store, directory, choice, base)


async def hybrid(labelled: Labelled, store: Store, directory: Path, choice: argparse.Namespace, base: Measured) -> None:
    """Ours with an encoder, when it has made all its vectors."""
    load_encoder = partial(open_encoder, cache=directory / "models")
    if choice.vectors:
        await put_vectors(store, choice.vectors / labelled.name.removesuffix("-prose"), load_encoder(choice.model).key)

    async def decided() -> str:
        return str(choice.model)

    meaning = SemanticSearch(store, decided, load_encoder, directory)
    finder = await Finder.open(store, directory, meaning)
    started = time.perf_counter()
    made = await meaning.follow()
    _tell({"set": labelled.name, "vectors made": made, "seconds": round(time.perf_counter() - started, 1)})
    await ours(labelled, finder, "paperboy+semantic", base)
    await finder.close()
    await meaning.close()


def _tell(line: dict[str, object]) -> None:
    print(json.dumps(line), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--corpus", type=Path, metavar="DIR2")
    parser.add_argument("--model", metavar="MODEL")
    parser.add_argument("--vectors", type=Path, metavar="DIR3")
    parser.add_argument("--only-ours", action="store_true", help="without plain BM25 and FTS5")
    parser.add_argument("--prose", action="store_true", help="put each question into some sentences of chat")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
