"""Pure: abbreviations learned from their definitions in papers: "retrieval-augmented generation (RAG)"."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from bot.search.normalization import pieces

#: fewer definitions may be one author's mistake
_MIN_COUNT = 3
#: share of all definitions that a long form needs to be the usual meaning
_MIN_SHARE = 0.5
#: letters of the longest abbreviation that is explained
MOST_INITIALS = 6
_EXPLAINED = re.compile(r"\(([A-Z][A-Za-z0-9-]{1,9})\)")

Words = tuple[str, ...]


class Lexicon:
    """Abbreviations and their long forms, counted from texts."""

    def __init__(self, seen: dict[str, Counter[Words]] | None = None) -> None:
        self._seen: defaultdict[str, Counter[Words]] = defaultdict(Counter, seen or {})

    def learn(self, text: str) -> None:
        """Count every abbreviation that the text defines."""
        for match in _EXPLAINED.finditer(text):
            short = _singular(match[1])
            if sum(letter.isupper() for letter in short) > 1 and (long := explained(short, text[: match.start()])):
                self._seen[short.casefold()][long] += 1

    def long(self, short: str) -> Words:
        """Return the words that an abbreviation stands for; empty if it is unknown or ambiguous."""
        forms = self._seen.get(short) or self._seen.get(_singular(short))
        if not forms:
            return ()
        form, often = forms.most_common(1)[0]
        return form if often >= _MIN_COUNT and often >= _MIN_SHARE * forms.total() else ()

    def short(self, words: Sequence[str]) -> str:
        """Return the abbreviation of these words in lower case; empty if there is none in use."""
        if not 1 < len(words) <= MOST_INITIALS:
            return ""
        initials = "".join(word[0] for word in words)
        return initials if self.long(initials) == tuple(words) else ""

    def dump(self) -> str:
        """Return all counts as JSON."""
        return json.dumps(
            {short: [[*form, often] for form, often in forms.items()] for short, forms in self._seen.items()}
        )

    @classmethod
    def load(cls, text: str) -> Lexicon:
        """Return the lexicon that `dump` wrote. Raise `ValueError` for any other text."""
        try:
            loaded = json.loads(text)
            seen = {
                short: Counter({tuple(form[:-1]): int(form[-1]) for form in forms}) for short, forms in loaded.items()
            }
        except (AttributeError, IndexError, TypeError) as error:
            raise ValueError("not a lexicon") from error
        return cls(seen)


def _singular(short: str) -> str:
    return short[:-1] if len(short) > 2 and short.endswith("s") else short


def explained(short: str, before: str) -> Words:
    """Return the last words of a text if their initials form the abbreviation, else an empty tuple."""
    initials = [letter for letter in short.casefold() if letter.isalnum()]
    words = pieces(before[-120:])[-len(initials) :]
    if len(initials) > MOST_INITIALS or [word[0] for word in words] != initials:
        return ()
    return (*words[:-1], _singular_word(words[-1]))


def _singular_word(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
