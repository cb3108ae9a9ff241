"""Pure: from the words of a query to the concepts that a paper on it is about."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.search import corpus, thesaurus
from bot.search.analyzer import stems_of
from bot.search.common import EMPTY
from bot.search.folding import pieces
from bot.search.thesaurus import Entry, Stems, Term

#: words of a run without a name that are looked for as one term; of a longer run each word is a concept of its own
_ONE_TERM = 3
#: what a single word counts for that nobody has named, beside 1 for a concept with a name
_LEAST_WEIGHT = 0.15
_WORD_WEIGHT = 2.0


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that a query asks for."""

    #: as it was typed
    text: str
    entry: Entry
    #: the typed stems
    stems: Stems
    #: whether the thesaurus knows it
    known: bool
    #: what it counts for among the others
    weight: float
    #: how rare its papers are, as a negative logarithm
    rarity: float


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    stem: str

    @property
    def empty(self) -> bool:
        return self.text in EMPTY


def concepts(words: Sequence[str], *, literally: bool = False) -> tuple[Concept, ...]:
    """Return the concepts of a query's words, in their order; none where no word says anything.

    `literally`: each word stands for itself and for nothing else.
    """
    typed = [_Word(piece, stems_of(piece)[0]) for text in words for piece in pieces(text) if stems_of(piece)]
    found = list(_literal(typed) if literally else _named(typed))
    heaviest = max((each.weight for each in found), default=1.0)
    return tuple(_scaled(each, heaviest) for each in dict.fromkeys(found))


def _named(typed: Sequence[_Word]) -> Iterator[Concept]:
    known, stems = thesaurus.shipped(), [word.stem for word in typed]
    place, run = 0, list[_Word]()
    while place < len(typed):
        if (name := known.at(stems, place)) and not all(word.empty for word in typed[place : name[0]]):
            yield from _run(run)
            run, end = [], name[0]
            yield _of_entry(typed[place:end], name[1])
            place = end
            continue
        if typed[place].empty:
            yield from _run(run)
            run = []
        else:
            run.append(typed[place])
        place += 1
    yield from _run(run)


def _literal(typed: Sequence[_Word]) -> Iterator[Concept]:
    return (_unknown([word]) for word in typed if not word.empty)


def _run(words: Sequence[_Word]) -> Iterator[Concept]:
    """Words that stand together and have no name in the field."""
    if not words:
        return
    if len(words) <= _ONE_TERM:
        yield _unknown(words)
    else:
        yield from (_unknown([word]) for word in words)


def _of_entry(words: Sequence[_Word], entry: Entry) -> Concept:
    stems = tuple(word.stem for word in words)
    share = corpus.shipped().topic(entry.key, stems)
    return Concept(_text(words), entry, stems, known=True, weight=1.0, rarity=-math.log(share))


def _unknown(words: Sequence[_Word]) -> Concept:
    stems, counts = tuple(word.stem for word in words), corpus.shipped()
    weight = min(1.0, max(_LEAST_WEIGHT, _WORD_WEIGHT * max(counts.rarity(stem) for stem in stems)))
    entry = Entry((Term(stems, _text(words)),))
    return Concept(_text(words), entry, stems, known=False, weight=weight, rarity=-math.log(counts.share(stems)))


def _text(words: Sequence[_Word]) -> str:
    return " ".join(word.text for word in words)


def _scaled(concept: Concept, heaviest: float) -> Concept:
    """With the heaviest one at 1, so that a query of weak words uses them all."""
    weight = concept.weight / heaviest
    return Concept(concept.text, concept.entry, concept.stems, concept.known, weight, concept.rarity)
