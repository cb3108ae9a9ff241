"""Pure: tokenizer and stemmer. Index, relevance model, reasons and highlighting all use this one analyzer."""

from __future__ import annotations

import re
from functools import lru_cache

import tantivy

from bot.search.normalization import LONGEST, normalized, words

#: size of the LRU cache of `stems_of`
_CACHE_SIZE = 4_096
#: words whose stems are cached, about 10 MB: nearly all words of any text, as few words are common
_CACHED_WORDS = 50_000


def analyzers() -> dict[str, tantivy.TextAnalyzer]:
    """Return the analyzers of the index by name: "words" splits a text, "blanks" only at blanks."""
    return {
        "blanks": tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build(),
        "words": _splitter().build(),
    }


def _splitter() -> tantivy.TextAnalyzerBuilder:
    split = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    return split.filter(tantivy.Filter.remove_long(LONGEST + 1)).filter(tantivy.Filter.lowercase())


_STEMMER = _splitter().filter(tantivy.Filter.stemmer("english")).build()
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
#: what a word needs for any of the above to apply to it
_REPLACEABLE = re.compile("|".join(("iz(?:ation|er)", "isation", *_ROOTS)))


class _StemsOfWords(dict[str, str]):
    """Cache of the stems of normalized words; empty for a word that is too long."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _CACHED_WORDS:
            self.clear()
        # the engine splits words of some scripts further
        found = self[word] = "".join(_STEMMER.analyze(_stemmable(word)))
        return found


_STEMS = _StemsOfWords()


def _stemmable(word: str) -> str:
    """Return the word, or what replaces it if the stemmer would take it for another word."""
    if not _REPLACEABLE.search(word):
        return word
    plain = _BRITISH_NOUNS.sub("iz", _NOUNS.sub("iz", word))
    for own in _OWN:
        plain = own.sub(_own_stem, plain)
    return plain


def _own_stem(word: re.Match[str]) -> str:
    return _OWN_STEMS.get(word[0], word[0])


def stems(text: str) -> list[str]:
    """Return the stems of a text in order, ignoring case, accents, Greek letters and inflection."""
    return list(filter(None, map(_STEMS.__getitem__, words(normalized(text)))))


@lru_cache(maxsize=_CACHE_SIZE)
def stems_of(text: str) -> tuple[str, ...]:
    """Return the stems of a short text; cached."""
    return tuple(stems(text))
