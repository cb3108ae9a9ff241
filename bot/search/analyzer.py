"""Pure: the one analyzer. Index, topic model, reason and highlighting see the same words in a text."""

from __future__ import annotations

from functools import lru_cache

import tantivy

from bot.search.folding import LONGEST, folded

#: the cut texts of so many names and queries are remembered
_REMEMBERED = 4_096


def analyzers() -> dict[str, tantivy.TextAnalyzer]:
    """Return the analyzers of the index: "stems" for subjects, "words" and "blanks" for words as they are written."""
    blanks = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    return {
        "blanks": blanks,
        "words": _words().build(),
        "stems": _words().filter(tantivy.Filter.stemmer("english")).build(),
    }


def _words() -> tantivy.TextAnalyzerBuilder:
    split = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    return split.filter(tantivy.Filter.remove_long(LONGEST + 1)).filter(tantivy.Filter.lowercase())


_STEMS = analyzers()["stems"]


def stems(text: str) -> list[str]:
    """Return the stems of a text in their order: case, accents, Greek letters and endings do not matter."""
    return _STEMS.analyze(folded(text))


@lru_cache(maxsize=_REMEMBERED)
def stems_of(text: str) -> tuple[str, ...]:
    """Return the stems of a short text that is asked for again and again."""
    return tuple(stems(text))
