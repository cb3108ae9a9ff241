"""Pure: the text fields of a paper as stems, packed so that terms are found by substring search.

A frequent stem is one character of Unicode's private use area, which no text contains as a word; any other stem stands
between two blanks.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from bot.domain.papers import Paper
from bot.search import corpus
from bot.search.analyzer import stems
from bot.search.lexicon import MOST_INITIALS, explained
from bot.search.normalization import pieces

#: size of the LRU cache: many subscriptions are matched against the same papers
_CACHE_SIZE = 3_000
#: first character for a frequent stem, and their number: the private use area of the basic plane
_FIRST_CHARACTER, _CHARACTERS = 0xE000, 6_400
_STEM = re.compile(r"[\ue000-\uf8ff]| [^ ]+ ")
#: also the separator of keywords, so that words of two keywords are not adjacent
_WORD = re.compile(rf"{_STEM.pattern}|;")
_PARENTHESIS = re.compile(r"\(([^\W_]+)")
#: separates the fields of a paper in its packed text; no stem contains it
_FIELD_END = "\n"


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A word in parentheses whose first letters are the initials of the words before it."""

    #: in lower case, with all that follows without a break: "llms"
    text: str
    #: the words before it that its letters may stand for
    before: str


@dataclass(frozen=True, slots=True)
class Passages:
    """The text fields of a paper in packed form; see `packed`."""

    #: title, keywords, summary and abstract
    fields: tuple[str, str, str, str]
    #: all fields
    whole: str
    abbreviations: tuple[Abbreviation, ...]

    @property
    def title(self) -> str:
        """Return the title."""
        return self.fields[0]

    @property
    def keywords(self) -> str:
        """Return the keywords, separated by semicolons, so that a term does not match across two of them."""
        return self.fields[1]

    @property
    def summary(self) -> str:
        """Return the summary."""
        return self.fields[2]

    @property
    def abstract(self) -> str:
        """Return the abstract."""
        return self.fields[3]

    def has(self, wanted: Iterable[str]) -> bool:
        """Return whether every one of some stems occurs."""
        return all(packed((stem,)) in self.whole for stem in wanted)


class _Packed(dict[str, str]):
    """Frequent stems with their characters; any other stem is put between blanks."""

    def __missing__(self, stem: str) -> str:
        return f" {stem} "


@cache
def _alphabet() -> _Packed:
    counted = [pair for pair in corpus.shipped().frequencies.items() if not pair[0].startswith("=")]
    frequent = sorted(counted, key=lambda pair: (-pair[1], pair[0]))[:_CHARACTERS]
    return _Packed({stem: chr(_FIRST_CHARACTER + at) for at, (stem, _) in enumerate(frequent)})


@cache
def _stems_of_characters() -> dict[str, str]:
    return {character: stem for stem, character in _alphabet().items()}


def alphabet_key() -> str:
    """Return a key that changes with the characters of the stems, for files that contain packed texts."""
    return hashlib.sha256(" ".join(_alphabet()).encode()).hexdigest()


def packed(words: Iterable[str]) -> str:
    """Return stems as one string, for use as text or as pattern."""
    return "".join(map(_alphabet().__getitem__, words))


def unpacked(text: str) -> Iterator[str]:
    """Yield the stems of a packed text in order."""
    known = _stems_of_characters()
    return (known.get(word) or word.strip() for word in _STEM.findall(text))


def numbered(text: str, patterns: Collection[str]) -> Iterator[tuple[int, str]]:
    """Yield the occurrences of some packed stems in a packed text: the number of words before, and the stem."""
    return (pair for pair in enumerate(_WORD.findall(text)) if pair[1] in patterns)


def passages(paper: Paper) -> Passages:
    """Return the packed fields of a paper. Authors and organization are not part of its topic."""
    return _cached(paper.title, paper.summary, paper.abstract, paper.keywords)


def uncached_passages(paper: Paper) -> Passages:
    """As `passages`, for a paper that is not asked for again soon."""
    return _made(paper.title, paper.summary, paper.abstract, paper.keywords)


def _made(title: str, summary: str, abstract: str, keywords: tuple[str, ...]) -> Passages:
    said = f"{title}. {summary} {abstract}"
    fields = (packed(stems(title)), ";".join(filter(None, (packed(stems(each)) for each in keywords))))
    return _of((*fields, packed(stems(summary)), packed(stems(abstract))), tuple(_abbreviations(said)))


_cached = lru_cache(maxsize=_CACHE_SIZE)(_made)


def _of(fields: tuple[str, str, str, str], abbreviations: tuple[Abbreviation, ...]) -> Passages:
    return Passages(fields, _FIELD_END.join(fields), abbreviations)


def _abbreviations(text: str) -> Iterator[Abbreviation]:
    """Yield the abbreviations that a text may explain."""
    for match in _PARENTHESIS.finditer(text):
        short, before = match[1].casefold(), text[: match.start()]
        sizes = range(2, min(len(short), MOST_INITIALS) + 1)
        if any(explained(short[:size], before) for size in sizes):
            yield Abbreviation(short, " ".join(pieces(before)[-MOST_INITIALS:]))


def dumped(text: Passages) -> str:
    """Return the passages as one text, for `loaded`."""
    abbreviations = ";".join(f"{each.text} {each.before}" for each in text.abbreviations)
    return f"{abbreviations}{_FIELD_END}{text.whole}"


def loaded(text: str) -> Passages:
    """Return what `dumped` made a text of. Raise `ValueError` for any other text."""
    abbreviations, _, whole = text.partition(_FIELD_END)
    title, keywords, summary, abstract = whole.split(_FIELD_END)
    found = tuple(map(_abbreviation, abbreviations.split(";"))) if abbreviations else ()
    return Passages((title, keywords, summary, abstract), whole, found)


def _abbreviation(text: str) -> Abbreviation:
    short, _, before = text.partition(" ")
    return Abbreviation(short, before)
