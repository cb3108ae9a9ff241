"""Papers, queries, and which papers answer which: the form of BEIR, and its measures."""

from __future__ import annotations

import json
import lzma
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.domain.papers import Paper
from bot.domain.sources import FetchResult

#: papers in one transaction
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A query and its answers."""

    text: str
    #: paper -> how well it answers, 1 or more
    grades: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A corpus with queries."""

    name: str
    papers: Sequence[Paper]
    queries: Sequence[Asked]


def load(data: Path, corpus: Path | None = None) -> Labelled:
    """Read a set; its papers from `corpus` where it has none of its own. Queries without an answer are left out."""
    grades: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for line in (data / "qrels.tsv").read_text().splitlines()[1:]:
        query, paper, grade = line.split("\t")
        if int(grade) > 0:
            grades[query][paper] = int(grade)
    queries = [json.loads(line) for line in (data / "queries.jsonl").read_text().splitlines()]
    asked = [Asked(query["text"], grades[str(query["_id"])]) for query in queries if grades[str(query["_id"])]]
    return Labelled(data.resolve().name, [_paper(row) for row in _rows(data, corpus)], asked)


def _rows(data: Path, corpus: Path | None) -> Iterator[dict[str, Any]]:
    places = [folder / name for folder in (data, corpus) if folder for name in ("corpus.jsonl.xz", "corpus.jsonl")]
    found = next((place for place in places if place.exists()), None)
    if found is None:
        raise SystemExit(f"no corpus.jsonl.xz in {data}; say where it is with --corpus")
    with lzma.open(found, "rt") if found.suffix == ".xz" else found.open() as lines:
        yield from map(json.loads, lines)


def _paper(row: dict[str, Any]) -> Paper:
    # some dates are only a year, or a year and a month
    told = str(row.get("date") or "")
    day = f"{told}-01-01"[:10] if told else ""
    return Paper(
        id=str(row["_id"]),
        title=row.get("title") or "",
        abstract=row.get("text") or "",
        authors=tuple(filter(None, (row.get("authors") or "").split(", "))),
        categories=tuple((row.get("cats") or "").split()),
        published_at=datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None,
    )


#: what people write around a question: courtesies, quotes, names, numbers, dates
_PROSE = (
    "Hi everybody. For our reading group next Tuesday I would like to know this. {} We have read 12 papers from 2021 "
    "to 2023 already. Thanks a lot in advance!",
    'My supervisor said that "nobody has looked at this" since 2019. {} I am not so sure, and Smith et al. (2020) '
    "were not either. Accuracy fell by -1.5% in our tests.",
    "{} I ask because we want to release code with a project page, and our results of March 2022 are 3 points worse "
    "than what the authors report. No surveys needed.",
    "Last year at Google I worked on something related. {} At least 20 of my colleagues by now ask the same thing, "
    'most of them with "good reasons" of their own.',
)


def in_prose(labelled: Labelled) -> Labelled:
    """Return the set with each query inside of some sentences of chat, which ask for nothing more."""
    asked = [
        Asked(_PROSE[number % len(_PROSE)].format(_sentence(query.text)), query.grades)
        for number, query in enumerate(labelled.queries)
    ]
    return Labelled(f"{labelled.name}-prose", labelled.papers, asked)


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "?", "!")) else f"{text}."


def harvests(labelled: Labelled) -> Iterator[FetchResult]:
    """The papers as a source would bring them."""
    for start in range(0, len(labelled.papers), _AT_ONCE):
        papers = tuple(labelled.papers[start : start + _AT_ONCE])
        yield FetchResult(source="benchmark", seen_at=datetime(2026, 4, 24, tzinfo=UTC), papers=papers)


def ndcg10(ids: Sequence[str], grades: Mapping[str, int]) -> float:
    """The gain (2^grade - 1) of the first ten, each further down worth less, beside the best possible."""
    gains = [2 ** grades.get(id, 0) - 1 for id in ids[:10]]
    ideal = sorted((2**grade - 1 for grade in grades.values()), reverse=True)[:10]
    return _discounted(gains) / _discounted(ideal)


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains, 1))


def recall100(ids: Sequence[str], grades: Mapping[str, int]) -> float:
    """The part of the answers that is among the first hundred."""
    return len(grades.keys() & set(ids[:100])) / len(grades)
