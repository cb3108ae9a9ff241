"""Pure: document frequencies of stems and concepts, from a shipped table, so that every installation ranks alike."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

#: smallest share assumed; also used for stems and concepts that are not in the table
_MIN_SHARE = 2e-3
#: adjacent stems occur together in at most this share of the papers that have the rarest of them
_ADJACENT_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Corpus:
    """Document frequencies of stems and of thesaurus concepts; the key of a concept starts with "="."""

    papers: int
    frequencies: Mapping[str, int]

    def share(self, stems: Sequence[str]) -> float:
        """Return the estimated share of papers in which the stems occur next to each other."""
        rarest = min((self.frequencies.get(stem, 0) for stem in stems), default=0) / self.papers
        return max(rarest if len(stems) == 1 else _ADJACENT_SHARE * rarest, _MIN_SHARE)

    def topic(self, key: str, stems: Sequence[str]) -> float:
        """Return the share of papers about a thesaurus concept, falling back to the share of its stems."""
        counted = self.frequencies.get(f"={key}")
        return self.share(stems) if counted is None else max(counted / self.papers, _MIN_SHARE)

    def rarity(self, stem: str) -> float:
        """Return the inverse document frequency of a stem, scaled from 0 (in every paper) to 1 (in almost none)."""
        return min(1.0, -math.log(max(self.frequencies.get(stem, 0), 1) / self.papers) / math.log(self.papers))


@cache
def shipped() -> Corpus:
    """Return the shipped table, which `bot.search.data.build` generates."""
    first, *rows = (files("bot.search.data") / "frequencies.txt").read_text("utf-8").splitlines()
    pairs = (row.rpartition(" ") for row in rows)
    return Corpus(int(first.rpartition(" ")[2]), {stem: int(often) for stem, _, often in pairs})
