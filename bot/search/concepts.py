"""Pure: split the words of a query into weighted concepts, using the thesaurus."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.search import corpus, thesaurus
from bot.search.analyzer import stems_of
from bot.search.normalization import pieces
from bot.search.stop_words import STOP_WORDS
from bot.search.thesaurus import ConceptTerm, Entry, Stems

#: up to this many adjacent words that are not in the thesaurus form one term; in a longer run each word is a concept
_MAX_TERM_WORDS = 3
#: weight of a single word that is not in the thesaurus, where a concept of the thesaurus weighs 1
_MIN_WEIGHT = 0.15
_WORD_WEIGHT = 2.0


#: names of the whole field, which papers do not repeat: "ai for mathematics" is about mathematics
_FIELD_NAMES = frozenset(
    tuple(name.split())
    for name in (
        "ai", "artificial intelligence", "ml", "machine learning", "deep learning", "dl",
        "neural networks", "neural network",
    )
)  # fmt: skip
#: their weight beside other concepts; on their own they count like any other word
_FIELD_WEIGHT = 0.02


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept that a query asks for."""

    #: as typed
    text: str
    entry: Entry
    #: stems of the typed words
    stems: Stems
    #: whether it is in the thesaurus
    known: bool
    #: weight relative to the other concepts, 1 for the heaviest
    weight: float
    #: rarity of its papers: the negative logarithm of their share
    rarity: float


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    stem: str

    @property
    def is_stop_word(self) -> bool:
        return self.text in STOP_WORDS


def concepts(words: Sequence[str], *, literally: bool = False) -> tuple[Concept, ...]:
    """Return the concepts of a query's words in order; empty if all of them are stop words.

    With `literally`, each word is a concept of its own and the thesaurus is not used.
    """
    typed = [_Word(piece, stems_of(piece)[0]) for text in words for piece in pieces(text) if stems_of(piece)]
    found = list(_literal(typed) if literally else _named(typed))
    if not literally and not all(_names_field(each) for each in found):
        found = [replace(each, weight=_FIELD_WEIGHT) if _names_field(each) else each for each in found]
    heaviest = max((each.weight for each in found), default=1.0)
    return tuple(_scaled(each, heaviest) for each in dict.fromkeys(found))


def _names_field(concept: Concept) -> bool:
    return tuple(pieces(concept.text)) in _FIELD_NAMES


def _named(typed: Sequence[_Word]) -> Iterator[Concept]:
    known, stems = thesaurus.shipped(), [word.stem for word in typed]
    place, run = 0, list[_Word]()
    while place < len(typed):
        if (name := known.at(stems, place)) and not all(word.is_stop_word for word in typed[place : name[0]]):
            yield from _run(run)
            run, end = [], name[0]
            yield _of_entry(typed[place:end], name[1])
            place = end
            continue
        if typed[place].is_stop_word:
            yield from _run(run)
            run = []
        else:
            run.append(typed[place])
        place += 1
    yield from _run(run)


def _literal(typed: Sequence[_Word]) -> Iterator[Concept]:
    return (_unknown([word]) for word in typed if not word.is_stop_word)


def _run(words: Sequence[_Word]) -> Iterator[Concept]:
    """Yield the concepts of adjacent words that are not in the thesaurus."""
    if not words:
        return
    if len(words) <= _MAX_TERM_WORDS:
        yield _unknown(words)
    else:
        yield from (_unknown([word]) for word in words)


def _of_entry(words: Sequence[_Word], entry: Entry) -> Concept:
    stems = tuple(word.stem for word in words)
    share = corpus.shipped().topic(entry.key, stems)
    return Concept(_text(words), entry, stems, known=True, weight=1.0, rarity=-math.log(share))


def _unknown(words: Sequence[_Word]) -> Concept:
    stems, counts = tuple(word.stem for word in words), corpus.shipped()
    weight = min(1.0, max(_MIN_WEIGHT, _WORD_WEIGHT * max(counts.rarity(stem) for stem in stems)))
    entry = Entry((ConceptTerm(stems, _text(words)),))
    return Concept(_text(words), entry, stems, known=False, weight=weight, rarity=-math.log(counts.share(stems)))


def _text(words: Sequence[_Word]) -> str:
    return " ".join(word.text for word in words)


def _scaled(concept: Concept, heaviest: float) -> Concept:
    """Return the concept with its weight scaled so that the heaviest one has weight 1."""
    weight = concept.weight / heaviest
    return Concept(concept.text, concept.entry, concept.stems, concept.known, weight, concept.rarity)
