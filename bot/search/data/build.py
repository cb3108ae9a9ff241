"""Count the document frequency of each stem and each thesaurus concept in an archive of papers.

    python -m bot.search.data.build papers.jsonl.gz > bot/search/data/frequencies.txt

The shipped table was generated from the Hugging Face daily papers listed before May 2026. It contains counts only.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bot.search.analyzer import stems
from bot.search.passages import packed
from bot.search.thesaurus import Entry, shipped

#: stems that occur in fewer papers are left out
_MIN_FREQUENCY = 3
#: longest stem in the table; longer ones, numbers and words in other scripts are left out
_LONGEST = 24


def main() -> None:
    """Write the table to standard output."""
    papers, found = 0, Counter[str]()
    opener = gzip.open if sys.argv[1].endswith(".gz") else open
    with opener(Path(sys.argv[1]), "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            papers += 1
            said = (row["title"], row.get("summary"), row.get("ai_summary"), " ".join(row.get("ai_keywords") or ()))
            parts = [stems(text) for text in said if text]
            found.update({stem for part in parts for stem in part})
            found.update(_topics(";".join(map(packed, parts))))
    kept = sorted(stem for stem, often in found.items() if often >= _MIN_FREQUENCY and _counts(stem))
    sys.stdout.write(f"# papers {papers}\n")
    sys.stdout.writelines(f"{stem} {found[stem]}\n" for stem in kept)


def _topics(whole: str) -> Iterator[str]:
    """Yield the keys of the concepts whose name or kind occurs in a packed text."""
    return (f"={entry.key}" for entry, patterns in _patterns() if any(pattern in whole for pattern in patterns))


@cache
def _patterns() -> list[tuple[Entry, list[str]]]:
    entries = shipped().entries
    return [(entry, [packed(term.stems) for term in (*entry.names, *entry.kinds)]) for entry in entries]


def _counts(stem: str) -> bool:
    return stem.startswith("=") or (stem.isascii() and len(stem) <= _LONGEST and not stem.isdecimal())


if __name__ == "__main__":
    main()
