"""What each part of our order brings, one after the other.

    python -m tests.benchmarks.search_parts --data DIR [--corpus DIR2]

DIR as for tests.benchmarks.search. One line of JSON for each part, which is added to those above it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bot.query import Query, parse
from bot.search.index import Index
from bot.search.normalization import pieces
from bot.search.ranking import FirstPass, first_pass, second_pass
from bot.search.stop_words import FAINTLY, STOP_WORDS, WEAK_WORDS
from tests.benchmarks.labelled import load
from tests.benchmarks.plain_engines import Bm25
from tests.benchmarks.search import DEEP, TODAY, Ranking, measure

#: stems with what each is worth, for the words of a query
Weighing = Callable[[Index, Query], Mapping[str, float]]


def every_word(index: Index, query: Query) -> Mapping[str, float]:
    """All words as typed, in body and title."""
    return {stem: 1.0 for word in _typed(query) for stem in index.stems(word)}


def telling_words(index: Index, query: Query) -> Mapping[str, float]:
    """Without those that say nothing."""
    words = [word for word in _typed(query) if word not in STOP_WORDS] or _typed(query)
    return {stem: 1.0 for word in words for stem in index.stems(word)}


def faint_words(index: Index, query: Query) -> Mapping[str, float]:
    """Those that people wrap around a topic count for less."""
    words = [word for word in _typed(query) if word not in STOP_WORDS] or _typed(query)
    return {stem: FAINTLY if word in WEAK_WORDS else 1.0 for word in words for stem in index.stems(word)}


def written_otherwise(index: Index, query: Query) -> Mapping[str, float]:
    """Abbreviations, hyphens and likely spellings are looked up besides."""
    return index.expanded(query).stems


def _typed(query: Query) -> list[str]:
    return [word for text in (*query.words, *query.phrases) for word in pieces(text)]


def parts(index: Index) -> Sequence[tuple[str, Ranking]]:
    """The parts by name, in order."""

    def weighed(weigh: Weighing) -> Ranking:
        async def ranking(text: str) -> Sequence[str]:
            query = parse(text, TODAY)
            return [hit.id for hit in index.best(query, weigh(index, query), DEEP)]

        return ranking

    async def taught(text: str) -> Sequence[str]:
        first: FirstPass = first_pass(index, parse(text, TODAY), DEEP)
        return [hit.id for hit in second_pass(index, first, DEEP)]

    steps = (every_word, telling_words, faint_words, written_otherwise)
    return (*((step.__name__, weighed(step)) for step in steps), ("feedback", taught))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--corpus", type=Path, metavar="DIR2")
    choice = parser.parse_args()
    labelled = load(choice.data, choice.corpus)
    with tempfile.TemporaryDirectory() as name:
        plain = Bm25(labelled, Path(name) / "bm25")
        index = Index(Path(name))
        index.write(((paper, 0) for paper in labelled.papers), "x")
        for part, ranking in (("bm25", plain.rank), *parts(index)):
            print(json.dumps(asyncio.run(measure(labelled, part, ranking)).line()), flush=True)


if __name__ == "__main__":
    main()
