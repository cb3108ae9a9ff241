"""What a subscription to a topic lets through, and how /papers orders it, held against labelled topics.

    python -m tests.benchmarks.topics --data DIR --papers FILE

DIR has queries.jsonl and qrels.tsv, FILE is the archive (papers.jsonl.gz). One line of JSON with means over t01 to t24:
precision, recall and F1 of what `paperboy topic` lets through of the lists of February to April 2026, once for grade 2
alone and once for grade 1 or better, and nDCG@10 and R-precision of `paperboy papers` over the same papers.
With --each, a line for each topic comes before.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import mean
from typing import Any

from tests.benchmarks.labelled import ndcg10

FIRST, LAST = "2026-02-01", "2026-04-30"
#: it hangs on another topic's labels
_LEFT_OUT = frozenset({"t25"})


@dataclass(frozen=True, slots=True)
class Quality:
    """How well one topic is answered; means over topics have the same form."""

    precision2: float
    recall2: float
    f2: float
    precision1: float
    recall1: float
    f1: float
    ndcg10: float
    r_precision: float


def quality(let_through: Sequence[str], ordered: Sequence[str], grades: Mapping[str, int]) -> Quality:
    """Measure one topic; `grades` are those of its papers, 0 for those that are listed and are not about it."""
    central = {id for id, grade in grades.items() if grade == 2}
    touching = {id for id, grade in grades.items() if grade >= 1}
    first = ordered[: len(central)]
    return Quality(
        *_measures(let_through, central),
        *_measures(let_through, touching),
        ndcg10(ordered, {id: grades[id] for id in touching}),
        len(central.intersection(first)) / len(central),
    )


def _measures(found: Sequence[str], wanted: set[str]) -> tuple[float, float, float]:
    right = len(wanted.intersection(found))
    precision, recall = right / max(len(found), 1), right / len(wanted)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


class Shipped:
    """The shipped command over the papers of the period."""

    def __init__(self, home: Path, papers: Path) -> None:
        self._environment = {**os.environ, "PAPERBOY_DATA_DIR": str(home), "PAPERBOY_OFFLINE": "1"}
        period = home / "period.jsonl.gz"
        with gzip.open(papers, "rt") as lines, gzip.open(period, "wt") as chosen:
            chosen.writelines(line for line in lines if _listed(json.loads(line)))
        self._run("import", str(period))

    def let_through(self, query: str) -> list[str]:
        """The ids that a subscription lets through, best first."""
        told = json.loads(self._run("topic", query, "--from", FIRST, "--to", LAST, "--json"))
        return [paper["id"] for paper in told["papers"]]

    def ordered(self, query: str) -> list[str]:
        """The ids that /papers answers, best first."""
        return [paper["id"] for paper in json.loads(self._run("papers", query, "--json"))["papers"]]

    def _run(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "bot", *arguments]
        return subprocess.run(command, env=self._environment, check=True, capture_output=True, text=True).stdout


def _listed(row: dict[str, Any]) -> bool:
    return any(FIRST <= day <= LAST for day in row["list_dates"])


def run(data: Path, papers: Path, *, each: bool) -> None:
    """Measure every topic, in a directory that is gone afterwards."""
    grades: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for line in (data / "qrels.tsv").read_text().splitlines()[1:]:
        topic, paper, grade = line.split("\t")
        grades[topic][paper] = int(grade)
    queries = [json.loads(line) for line in (data / "queries.jsonl").read_text().splitlines()]
    found: list[Quality] = []
    with tempfile.TemporaryDirectory() as home:
        shipped = Shipped(Path(home), papers)
        for query in (query for query in queries if query["id"] not in _LEFT_OUT):
            text = query["text"]
            found.append(quality(shipped.let_through(text), shipped.ordered(text), grades[query["id"]]))
            if each:
                print(json.dumps({"topic": query["id"], "text": text, **_rounded(asdict(found[-1]))}), flush=True)
    means = {field.name: mean(getattr(one, field.name) for one in found) for field in fields(Quality)}
    print(json.dumps({"topics": len(found), **_rounded(means)}), flush=True)


def _rounded(told: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in told.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--papers", type=Path, required=True, metavar="FILE")
    parser.add_argument("--each", action="store_true")
    choice = parser.parse_args()
    run(choice.data, choice.papers, each=choice.each)


if __name__ == "__main__":
    main()
