"""Pure: what sets a paper apart, and which papers are like another, where no index can be asked."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from bot.models import Paper
from bot.search import corpus
from bot.search.analyzer import stems_of
from bot.search.common import EMPTY
from bot.search.folding import pieces

#: a stem that more of the papers have than this says nothing of a subject
_COMMON = 0.12


def subject(paper: Paper, most: int = 8) -> tuple[str, ...]:
    """Return the stems that say most of what a paper is about: of its title and keywords, the rarest ones first."""
    rarity = corpus.shipped().rarity
    return tuple(sorted(_telling(f"{paper.title} {' '.join(paper.keywords)}"), key=lambda stem: -rarity(stem))[:most])


def like(paper: Paper, others: Iterable[Paper]) -> list[Paper]:
    """Return the other papers that share something of the subject, those first that share the rarest words."""
    candidates = [other for other in others if other.id != paper.id]
    theirs = [frozenset(_telling(_said(other))) for other in candidates]
    common = Counter(stem for stems in theirs for stem in stems)
    ours = frozenset(_telling(_said(paper)))
    scored = [
        (sum(1 / math.log(2 + common[stem]) for stem in ours & stems) / math.sqrt(len(stems) + 8), other)
        for other, stems in zip(candidates, theirs, strict=True)
    ]
    return [other for score, other in sorted(scored, key=lambda pair: (-pair[0], newest_first(pair[1]))) if score > 0]


def newest_first(paper: Paper) -> tuple[int, str]:
    """Return a key that sorts the newest list first."""
    day = paper.listed_on or (paper.published_at.date() if paper.published_at else None)
    return (-day.toordinal() if day else 0, paper.id)


def _telling(text: str) -> dict[str, None]:
    share = corpus.shipped().share
    stems = (stem for word in pieces(text) if len(word) > 1 and word not in EMPTY for stem in stems_of(word))
    return dict.fromkeys(stem for stem in stems if share((stem,)) <= _COMMON)


def _said(paper: Paper) -> str:
    return f"{paper.title} {' '.join(paper.keywords)} {paper.summary}"
