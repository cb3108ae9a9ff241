"""Pure: the text fields of a paper as stems, packed so that terms are found by substring search."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from bot.domain.papers import Paper, PaperText
from bot.search.analyzer import stems

#: size of the LRU cache: many subscriptions are matched against the same papers
_CACHE_SIZE = 3_000


@dataclass(frozen=True, slots=True)
class Passages:
    """The text fields of a paper in packed form; see `packed`."""

    title: str
    keywords: str
    summary: str
    abstract: str
    #: all fields
    whole: str
    #: the set of all stems
    stems: frozenset[str]


def packed(words: list[str] | tuple[str, ...]) -> str:
    """Return stems as one string with a blank on either side of each, for use as text or as pattern."""
    return f" {'  '.join(words)} " if words else ""


def passages(paper: Paper | PaperText) -> Passages:
    """Return the packed fields of a paper. Authors and organization are not part of its topic."""
    return _passages(paper.title, paper.summary, paper.abstract, paper.keywords)


@lru_cache(maxsize=_CACHE_SIZE)
def _passages(title_text: str, summary_text: str, abstract_text: str, keyword_texts: tuple[str, ...]) -> Passages:
    parts = [stems(text) for text in (title_text, summary_text, abstract_text, *keyword_texts)]
    title, summary, abstract, *each = map(packed, parts)
    # a term must not match across two keywords
    keywords = ";".join(each)
    whole = ";".join((title, keywords, summary, abstract))
    return Passages(title, keywords, summary, abstract, whole, frozenset().union(*parts))
