"""How well authors are told apart: each printed name as a query, over an archive.

    python -m tests.benchmarks.authors --papers FILE

For every author with five papers and more the query is the full printed name; relevant is a paper with an author equal
after folding; all answers count. Then the same with initials. One line of JSON each, means over authors.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import mean

from bot.query import parse
from bot.search.folding import folded
from bot.search.names import author_keys, wanted_keys
from tests.builders import TODAY

_FEWEST = 5


def run(papers: Path) -> None:
    """Ask for every author through the query language and the keys of the index."""
    of_key: defaultdict[str, set[str]] = defaultdict(set)
    of_author: defaultdict[str, set[str]] = defaultdict(set)
    printed: dict[str, str] = {}
    with gzip.open(papers, "rt") as lines:
        for row in map(json.loads, lines):
            for author in row.get("authors") or ():
                same = " ".join(folded(author).split())
                of_author[same].add(row["id"])
                printed.setdefault(same, author)
                for key in author_keys(author):
                    of_key[key].add(row["id"])
    wanted = {printed[same]: ids for same, ids in of_author.items() if len(ids) >= _FEWEST}
    _tell("full names", wanted, of_key, lambda name: name)
    _tell("initials", wanted, of_key, _initials)


def _tell(
    what: str, wanted: Mapping[str, set[str]], of_key: Mapping[str, set[str]], typed: Callable[[str], str]
) -> None:
    measured = []
    for name, ids in wanted.items():
        query = parse(f'author:"{typed(name)}"', TODAY)
        keys = [key for each in query.authors for key in wanted_keys(each)]
        found = set().union(*(of_key.get(key, set()) for key in keys))
        measured.append((len(found & ids) / max(len(found), 1), len(found & ids) / len(ids)))
    precision, recall = (round(mean(each[at] for each in measured), 4) for at in (0, 1))
    print(json.dumps({"asked": what, "authors": len(measured), "precision": precision, "recall": recall}), flush=True)


def _initials(name: str) -> str:
    *given, family = name.split()
    return " ".join([*(f"{part[0]}." for part in given), family])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=Path, required=True, metavar="FILE")
    run(parser.parse_args().papers)


if __name__ == "__main__":
    main()
