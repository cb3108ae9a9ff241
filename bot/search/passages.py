"""Pure: what a paper says of itself, as stems that can be searched for terms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from bot.models import Paper
from bot.search.analyzer import stems

#: papers whose stems are remembered; many subscriptions are judged over the same lists
_REMEMBERED = 3_000


@dataclass(frozen=True, slots=True)
class Passages:
    """The parts of a paper, each packed so that a term is found by searching for its pattern."""

    title: str
    keywords: str
    summary: str
    abstract: str
    #: all of them
    whole: str
    #: every stem once
    stems: frozenset[str]


def packed(words: list[str] | tuple[str, ...]) -> str:
    """Return stems as one text in which each stands between blanks of its own, as a text or as a pattern."""
    return f" {'  '.join(words)} " if words else ""


@lru_cache(maxsize=_REMEMBERED)
def passages(paper: Paper) -> Passages:
    """Return the parts of a paper. Its authors and its lab are no part of what it is about."""
    parts = [stems(text) for text in (paper.title, paper.summary, paper.abstract, *paper.keywords)]
    title, summary, abstract, *each = map(packed, parts)
    # a term may not begin in one keyword and end in the next
    keywords = ";".join(each)
    whole = ";".join((title, keywords, summary, abstract))
    return Passages(title, keywords, summary, abstract, whole, frozenset().union(*parts))
