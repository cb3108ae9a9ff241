"""Values of `cat:`: arXiv categories, and subject areas of bioRxiv and medRxiv, which may have several words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.domain.subject_areas import MOST_WORDS, areas_named
from bot.query.arxiv import category
from bot.query.model import Query
from bot.query.tokens import Match, QueryLine

_COMMAS = re.compile(r"[,;|]+")


def categories(line: QueryLine, place: int, negated: bool) -> Match | None:
    """Read one or more categories; unknown ones are ignored.

    An area of several words needs no quotes: `cat:cell biology`, `cat:cell-biology` and `cat:"cell biology"` are one.
    """
    end = _end(line, place)
    text = " ".join(line.words[place:end]) if end > place + 1 else line.tokens[place].word
    known: dict[str, None] = {}
    unknown: list[str] = []
    for part in _COMMAS.split(text):
        for word, found in _each(part.split()):
            known |= dict.fromkeys(found)
            unknown += () if found else (word,)
    if not known:
        return None
    ignored = tuple(unknown)
    names = tuple(known)
    asks = Query(without_categories=names, ignored=ignored) if negated else Query(categories=names, ignored=ignored)
    return Match(end, asks)


def _end(line: QueryLine, place: int) -> int:
    """Return the position after the longest name of an area that begins here and goes on in the next words."""
    value = line.tokens[place]
    if value.quoted or value.closes:
        return place + 1
    # commas and the end of a clause end a name
    last = place + 1
    while last < len(line) and last - place < MOST_WORDS and line.tokens[last].plain:
        last += 1
        if line.tokens[last - 1].closes:
            break
    begins = _COMMAS.split(value.word)[-1]
    for end in range(last, place + 1, -1):
        if areas_named(" ".join((begins, *line.words[place + 1 : end]))):
            return end
    return place + 1


def _each(words: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each name with the categories that it means, the longest names first; none for an unknown word."""
    place = 0
    while place < len(words):
        for length in range(min(MOST_WORDS, len(words) - place), 0, -1):
            name = " ".join(words[place : place + length])
            found = _meant(name)
            if found:
                break
        else:
            name, found, length = words[place], (), 1
        yield name, found
        place += length


def _meant(name: str) -> tuple[str, ...]:
    """Return the categories with this name; a word of arXiv comes first, as `cat:` knew it before."""
    of_arxiv = category(name)
    return (of_arxiv,) if of_arxiv else areas_named(name)
