"""Pure: how common words and topics are in the papers of the field, as shipped, so that every install judges alike."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

#: what nobody has counted is taken for this part of the papers
_LEAST = 2e-3
#: words that stand side by side are at most this part of what the rarest of them is
_TOGETHER = 0.3


@dataclass(frozen=True, slots=True)
class Corpus:
    """In how many of the papers a stem occurs, or a concept of the thesaurus: its key, behind "="."""

    papers: int
    frequencies: Mapping[str, int]

    def share(self, stems: Sequence[str]) -> float:
        """Return the part of the papers that have the stems side by side, as far as it can be told from each."""
        rarest = min((self.frequencies.get(stem, 0) for stem in stems), default=0) / self.papers
        return max(rarest if len(stems) == 1 else _TOGETHER * rarest, _LEAST)

    def topic(self, key: str, stems: Sequence[str]) -> float:
        """Return the part of the papers that are about a concept of the thesaurus."""
        counted = self.frequencies.get(f"={key}")
        return self.share(stems) if counted is None else max(counted / self.papers, _LEAST)

    def rarity(self, stem: str) -> float:
        """Return how much a stem tells: 0 for one that every paper has, 1 for one that next to none has."""
        return min(1.0, -math.log(max(self.frequencies.get(stem, 0), 1) / self.papers) / math.log(self.papers))


@cache
def shipped() -> Corpus:
    """Return the counts that `bot.search.data.build` made."""
    first, *rows = (files("bot.search.data") / "frequencies.txt").read_text("utf-8").splitlines()
    pairs = (row.rpartition(" ") for row in rows)
    return Corpus(int(first.rpartition(" ")[2]), {stem: int(often) for stem, _, often in pairs})
