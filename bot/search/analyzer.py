"""Pure: tokenizer and stemmer. Index, relevance model, reasons and highlighting all use this one analyzer."""

from __future__ import annotations

from functools import lru_cache

import tantivy

from bot.search.normalization import LONGEST, normalized

#: size of the LRU cache of `stems_of`
_CACHE_SIZE = 4_096


def analyzers() -> dict[str, tantivy.TextAnalyzer]:
    """Return the analyzers of the index by name.

    "stems" is for topics; "words" and "blanks" keep words as written.
    """
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
    """Return the stems of a text in order, ignoring case, accents, Greek letters and inflection."""
    return _STEMS.analyze(normalized(text))


@lru_cache(maxsize=_CACHE_SIZE)
def stems_of(text: str) -> tuple[str, ...]:
    """Return the stems of a short text; cached."""
    return tuple(stems(text))
