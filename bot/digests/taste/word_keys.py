"""From text to the words that taste is learned from, and back to words that people read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from bot.domain.papers import Paper
from bot.search.normalization import LONGEST, normalized
from bot.search.stop_words import STOP_WORDS, WEAK_WORDS

_IGNORED = STOP_WORDS | WEAK_WORDS
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
#: a plural "s" is removed from words at least this long
_SHORTEST_PLURAL = 4
#: the title counts as if it was written this often
_TITLE_COUNTS = 2


def keys(text: str) -> Iterator[tuple[str, str]]:
    """Yield the key of each word of a text with the word as written; a hyphenated compound also as one word.

    The key ignores case, accents, hyphens and a plural "s".
    """
    for found in _WORD.finditer(text):
        parts = found[0].split("-")
        for part in parts:
            yield from _usable(part)
        if len(parts) > 1:
            yield from _usable(found[0])


def key_of(word: str) -> str:
    """Return the key of one word; empty for a stop word, a single letter, or no word."""
    return next((key for key, _ in _usable(word)), "")


def counted(paper: Paper) -> Counter[str]:
    """Return how often each key occurs in the title and the abstract of a paper.

    Names of authors and organizations are left out on purpose: they would prefer people, not subjects.
    """
    found = Counter(key for key, _ in keys(paper.abstract))
    for key, _ in keys(paper.title):
        found[key] += _TITLE_COUNTS
    return found


def written_forms(paper: Paper) -> dict[str, str]:
    """Return the form in which each key is written most in a paper, as people read it: "agents", "LLMs", "tool-use"."""
    return commonest(Counter((key, _without_capital(form)) for key, form in keys(f"{paper.title} {paper.abstract}")))


def commonest(counts: Counter[tuple[str, str]]) -> dict[str, str]:
    """Return the commonest form of each key."""
    ordered = sorted(counts, key=lambda pair: (counts[pair], pair))
    return dict(ordered)


def _without_capital(word: str) -> str:
    """Return the word in lower case, unless it has capitals behind its first letter: "Agents", "LLMs"."""
    return word if any(letter.isupper() for letter in word[1:]) else word.lower()


def _usable(word: str) -> Iterator[tuple[str, str]]:
    if len(word) > LONGEST:
        return
    key = normalized(word).replace("-", "").replace(" ", "")
    if len(key) < 2 or key in _IGNORED or key.isdecimal():
        return
    if len(key) >= _SHORTEST_PLURAL and key.endswith("s") and not key.endswith("ss"):
        key = key[:-1]
    yield key, word
