"""How well papers like one paper are found, by words and by meaning: papers of the same topic stand for similar ones.

    python -m tests.benchmarks.similar --data DIR --papers FILE --model MODEL [--vectors DIR3]

DIR and FILE are those of tests.benchmarks.topics, MODEL and DIR3 those of tests.benchmarks.search. Up to eight central
papers of each topic are asked for; the other central ones should come. One line of JSON each for /similar and for the
abstract pasted as a query, with the gain of meaning and its 95 % interval.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import mean

from bot.domain.papers import Paper
from bot.query import parse
from bot.search.encoders import open_encoder
from bot.search.finder import Finder
from bot.search.semantic import SemanticSearch
from bot.sources.archive import Archive
from bot.storage import Store, open_store
from tests.benchmarks.labelled import ndcg10
from tests.benchmarks.search import TODAY, gain
from tests.benchmarks.topics import FIRST, LAST
from tests.benchmarks.vectors import put_vectors

#: central papers of a topic that are asked for
_ASKED = 8
_DEEP = 20

#: the ids of the papers that are like a paper, best first
Ranking = Callable[[Finder, Paper], Awaitable[Sequence[str]]]


async def like(finder: Finder, paper: Paper) -> Sequence[str]:
    """What /similar answers."""
    return [each.id for each in await finder.like(paper, _DEEP) or ()]


async def pasted(finder: Finder, paper: Paper) -> Sequence[str]:
    """What the abstract as a query finds besides its own paper."""
    found = await finder.find(parse(paper.abstract, TODAY), _DEEP + 1)
    return [each for each in found.ids if each != paper.id] if found else []


def central(data: Path) -> dict[str, list[str]]:
    """The central papers of each topic."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in (data / "qrels.tsv").read_text().splitlines()[1:]:
        topic, paper, grade = line.split("\t")
        if grade == "2":
            found[topic].append(paper)
    return found


async def quality(finder: Finder, ranking: Ranking, topics: dict[str, list[str]], store: Store) -> list[float]:
    """nDCG@10 for each paper that is asked for."""
    chance, found = random.Random(1), list[float]()
    for ids in topics.values():
        for paper in await store.papers.many(chance.sample(ids, min(_ASKED, len(ids)))):
            others = {each: 1 for each in ids if each != paper.id}
            if others and paper.abstract:
                found.append(ndcg10(await ranking(finder, paper), others))
    return found


async def run(choice: argparse.Namespace) -> None:
    """Measure both in a directory that is gone afterwards."""
    topics = central(choice.data)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        with gzip.open(choice.papers, "rt") as lines, (home / "period.jsonl").open("w") as chosen:
            chosen.writelines(
                line for line in lines if any(FIRST <= day <= LAST for day in json.loads(line)["list_dates"])
            )
        async with open_store(f"sqlite:///{home / 'papers.db'}") as store:
            for harvest in Archive(home / "period.jsonl").harvests():
                await store.keep(harvest)
            load = partial(open_encoder, cache=home / "models")
            if choice.vectors:
                await put_vectors(store, choice.vectors / "topics", load(choice.model).key)
            meaning = SemanticSearch(store, partial(_itself, choice.model), load, home)
            await meaning.follow()
            plain, both = await Finder.open(store, home), await Finder.open(store, home, meaning)
            await plain.follow()
            for ranking in (like, pasted):
                words, fused = [await quality(finder, ranking, topics, store) for finder in (plain, both)]
                told = {"words": round(mean(words), 4), "meaning": round(mean(fused), 4), "gain": gain(fused, words)}
                print(json.dumps({"ranking": ranking.__name__, "papers": len(words), **told}), flush=True)
            await plain.close()
            await both.close()
            await meaning.close()


async def _itself(name: str) -> str:
    return name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--papers", type=Path, required=True, metavar="FILE")
    parser.add_argument("--model", required=True)
    parser.add_argument("--vectors", type=Path, metavar="DIR3")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
