"""Pure: tokenizer and stemmer. Index, relevance model, reasons and highlighting all use this one analyzer."""

from __future__ import annotations

import re
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
#: stemmer override: the Porter stemmer would cut "tokenization", "personalization" and "visualization" down to "token",
#: "person" and "visual"
#: (the patterns begin with letters, for which the engine can search fast)
_NOUNS = re.compile(r"iz(?<=[a-z]{3}iz)(?:ations?|ers?)\b")
_BRITISH_NOUNS = re.compile(r"isation(?<=[a-z]{3}isation)s?\b")
#: words that the Porter stemmer takes for forms of another word -> their own stem
_OWN_STEMS = {
    form: stem
    for stem, forms in (
        ("tokeniz", "tokenize tokenizes tokenized tokenizing"),
        ("personaliz", "personalize personalizes personalized personalizing"),
        ("visualiz", "visualize visualizes visualized visualizing"),
        ("customiz", "customize customizes customized customizing"),
        ("animat", "animate animates animated animating animation animations"),
        ("conversat", "conversation conversations conversational"),
        ("objectiv", "objective objectives"),
        ("operatr", "operator operators"),
        ("computr", "computer computers"),
        ("transformr", "transformer transformers"),
        ("univers", "universe universes"),
        ("universl", "universal universally universality"),
        ("universiti", "university universities"),
    )
    for form in forms.split()
}
_ROOTS = (
    "tokeniz",
    "personaliz",
    "visualiz",
    "customiz",
    "animat",
    "conversation",
    "objective",
    "operator",
    "computer",
    "transformer",
    "univers",
)
_OWN = tuple(re.compile(rf"{root}[a-z]*") for root in _ROOTS)


def stemmable(text: str) -> str:
    """Return the normalized text with the words replaced that the stemmer would take for others."""
    plain = _BRITISH_NOUNS.sub("iz", _NOUNS.sub("iz", normalized(text)))
    for word in _OWN:
        plain = word.sub(_own_stem, plain)
    return plain


def _own_stem(word: re.Match[str]) -> str:
    return _OWN_STEMS.get(word[0], word[0])


def stems(text: str) -> list[str]:
    """Return the stems of a text in order, ignoring case, accents, Greek letters and inflection."""
    return _STEMS.analyze(stemmable(text))


@lru_cache(maxsize=_CACHE_SIZE)
def stems_of(text: str) -> tuple[str, ...]:
    """Return the stems of a short text; cached."""
    return tuple(stems(text))
