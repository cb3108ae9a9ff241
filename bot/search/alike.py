"""Pure: similar papers without an index, by the distinctive stems that papers share (TF-IDF style)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from bot.domain.papers import Paper
from bot.search import corpus
from bot.search.analyzer import stems_of
from bot.search.normalization import pieces
from bot.search.stop_words import STOP_WORDS

#: stems that occur in a larger share of the papers say nothing about the subject
_MAX_SHARE = 0.12


def subject(paper: Paper, most: int = 8) -> tuple[str, ...]:
    """Return up to `most` distinctive stems of a paper's title and keywords, rarest first."""
    rarity = corpus.shipped().rarity
    return tuple(
        sorted(_distinctive(f"{paper.title} {' '.join(paper.keywords)}"), key=lambda stem: -rarity(stem))[:most]
    )


def like(paper: Paper, others: Iterable[Paper]) -> list[Paper]:
    """Return the other papers that share distinctive stems with `paper`, those sharing the rarest stems first."""
    candidates = [other for other in others if other.id != paper.id]
    theirs = [frozenset(_distinctive(_text(other))) for other in candidates]
    common = Counter(stem for stems in theirs for stem in stems)
    ours = frozenset(_distinctive(_text(paper)))
    scored = [
        (sum(1 / math.log(2 + common[stem]) for stem in ours & stems) / math.sqrt(len(stems) + 8), other)
        for other, stems in zip(candidates, theirs, strict=True)
    ]
    return [other for score, other in sorted(scored, key=lambda pair: (-pair[0], newest_first(pair[1]))) if score > 0]


def newest_first(paper: Paper) -> tuple[int, str]:
    """Return a sort key that puts the newest listing first."""
    day = paper.listed_on or (paper.published_at.date() if paper.published_at else None)
    return (-day.toordinal() if day else 0, paper.id)


def _distinctive(text: str) -> dict[str, None]:
    share = corpus.shipped().share
    stems = (stem for word in pieces(text) if len(word) > 1 and word not in STOP_WORDS for stem in stems_of(word))
    return dict.fromkeys(stem for stem in stems if share((stem,)) <= _MAX_SHARE)


def _text(paper: Paper) -> str:
    return f"{paper.title} {' '.join(paper.keywords)} {paper.summary}"
