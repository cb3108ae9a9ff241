"""Pure: evidence that a paper is about a concept, from where and how often its terms occur (logistic model)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from bot.search import corpus
from bot.search.analyzer import stems_of
from bot.search.concepts import Concept
from bot.search.lexicon import explained
from bot.search.passages import Passages, numbered, packed
from bot.search.thesaurus import ConceptTerm, Stems

#: weights of a mention of a kind and of a mention whose words are not adjacent; a mention of a name weighs 1
_PART, _APART = 0.8, 0.7
#: proximity: extra words allowed between the words of a term, which may be in any order
_GAP = 2
#: smallest weight of mentions that counts as a mention in the title
_MENTION = 0.7
#: coefficients of a logistic model on logarithms of counts, fitted on labelled topics with leave-one-topic-out
_BIAS = -4.55
_TITLE, _TITLE_NAME = 1.42, 0.69
_KEYWORDS, _SUMMARY, _ABSTRACT, _NAMES = 0.33, 1.13, 1.07, 0.64
_RELATED_TITLE, _RELATED_SAID, _RELATED_ABSTRACT = 0.84, 0.2, 0.5
_RARITY = 0.3
#: mentions in the abstract that a mention in the title replaces if the source provides no abstract
_ONLY_TITLE = 3
#: corrections for papers without keywords or summary, and for concepts that are not in the thesaurus
_NO_KEYWORDS, _NO_SUMMARY, _UNKNOWN = 0.21, 0.59, 1.49


@dataclass(frozen=True, slots=True)
class Evidence:
    """Probability that a paper is about a concept, and the matching terms, strongest first."""

    #: 0 to 1; 0 without any evidence
    strength: float
    terms: tuple[str, ...] = ()


_NO_EVIDENCE = Evidence(0.0)
#: no mention in any of the four fields
_NOWHERE = (0, 0, 0, 0)


class _Kind(Enum):
    """How a term relates to its concept."""

    NAME = auto()
    PART = auto()
    RELATED = auto()


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A term with its search pattern."""

    #: position in its thesaurus entry
    place: int
    kind: _Kind
    text: str
    stems: Stems
    pattern: str


@dataclass(frozen=True, slots=True)
class _Apart:
    """A term of several words that need not be adjacent, with a search pattern for each of its words."""

    patterns: tuple[str, ...]
    #: number of words
    size: int


@dataclass(frozen=True, slots=True)
class _Found:
    """The terms of a concept that occur in a paper."""

    names: Sequence[_Pattern]
    parts: Sequence[_Pattern]
    related: Sequence[_Pattern]


class Matcher:
    """Matches papers against one concept."""

    def __init__(self, concept: Concept) -> None:
        self._concept = concept
        entry = concept.entry
        #: patterns by the rarest of their stems
        self._anchored: dict[str, list[_Pattern]] = {}
        for kind, terms in (
            (_Kind.NAME, _without_longer(entry.names)),
            (_Kind.PART, _without_longer(entry.kinds)),
            (_Kind.RELATED, entry.related),
        ):
            for place, term in enumerate(terms):
                term_pattern = _Pattern(place, kind, term.text, term.stems, packed(term.stems))
                self._anchored.setdefault(packed((_anchor(term.stems),)), []).append(term_pattern)
        self._apart = [
            _Apart(tuple(dict.fromkeys(packed((stem,)) for stem in stems)), len(stems))
            for stems in dict.fromkeys((concept.stems, entry.names[0].stems))
            if len(set(stems)) > 1
        ]
        initials = {"".join(stem[0] for stem in name.stems) for name in entry.names if len(name.stems) > 1}
        self._short = frozenset((short,) for short in initials)
        self._known_names = frozenset(name.stems for name in (*entry.names, *entry.kinds))

    def occurs(self, text: Passages) -> bool:
        """Return whether the typed words occur next to each other anywhere in the text."""
        return packed(self._concept.stems) in text.whole

    def evidence(self, text: Passages) -> Evidence:
        """Return the evidence that a paper is about the concept."""
        found = self._found(text)
        apart = [each for each in self._apart if all(pattern in text.whole for pattern in each.patterns)]
        if not found.names and not found.parts and not found.related and not apart:
            return _NO_EVIDENCE
        fields = text.fields
        named = [_count(found.names, field) for field in fields]
        direct: Sequence[float] = named
        if found.parts or apart:
            direct = [
                name + _PART * _count(found.parts, field) + _APART * _proximity_count(apart, field, name)
                for name, field in zip(named, fields, strict=True)
            ]
        supported = [_count(found.related, field) for field in fields] if found.related else _NOWHERE
        if not any(direct) and not any(supported):
            return _NO_EVIDENCE
        reason_terms = (*self._reason_terms(found.names, text), *self._reason_terms(found.parts, text))
        return Evidence(logistic(self._points(direct, named, supported, text)), tuple(dict.fromkeys(reason_terms)))

    def _found(self, text: Passages) -> _Found:
        names: list[_Pattern] = []
        parts: list[_Pattern] = []
        related: list[_Pattern] = []
        whole = text.whole
        for anchor, patterns in self._anchored.items():
            if anchor not in whole:
                continue
            for each in patterns:
                if len(each.stems) > 1 and each.pattern not in whole:
                    continue
                if each.kind is _Kind.PART:
                    parts.append(each)
                elif each.kind is _Kind.RELATED:
                    related.append(each)
                elif not self._is_other_abbreviation(each, text):
                    names.append(each)
        return _Found(names, parts, related)

    def _points(self, direct: Sequence[float], named: Sequence[int], related: Sequence[int], text: Passages) -> float:
        title, keywords, summary, abstract = direct
        if not text.abstract:
            abstract = _ONLY_TITLE * title
        points = _BIAS + _RARITY * self._concept.rarity + (0.0 if self._concept.known else _UNKNOWN)
        points += _TITLE * (title >= _MENTION) + _TITLE_NAME * (named[0] > 0)
        points += _KEYWORDS * math.log1p(keywords) + _SUMMARY * math.log1p(summary) + _ABSTRACT * math.log1p(abstract)
        points += _NAMES * math.log1p(sum(named)) + _RELATED_TITLE * math.log1p(related[0])
        points += _RELATED_SAID * math.log1p(related[1] + related[2]) + _RELATED_ABSTRACT * math.log1p(related[3])
        if not text.keywords:
            points += _NO_KEYWORDS
        if not text.summary:
            points += _NO_SUMMARY * math.log1p(abstract)
        return points

    def _reason_terms(self, found: Sequence[_Pattern], text: Passages) -> Iterator[str]:
        """Yield the terms for the reason: the concept as typed if a name matched, else the kinds, those in the title
        first.
        """
        if any(each.kind is _Kind.NAME for each in found):
            yield self._concept.text
            return
        order = sorted(
            found, key=lambda each: (each.pattern not in text.title, each.pattern not in text.keywords, each.place)
        )
        yield from (each.text for each in order)

    def _is_other_abbreviation(self, term: _Pattern, text: Passages) -> bool:
        """Return whether the paper expands an abbreviation differently, as in "test-time scaling (TTS)"."""
        if term.stems not in self._short:
            return False
        [short] = term.stems
        explanations = (explained(short, each.before) for each in text.abbreviations if each.text.startswith(short))
        long = next(filter(None, explanations), ())
        return bool(long) and stems_of(" ".join(long)) not in self._known_names


def _without_longer(names: Sequence[ConceptTerm]) -> list[ConceptTerm]:
    """Return the names without those that contain another name, which would be counted twice."""
    patterns = [packed(name.stems) for name in names]
    return [
        name
        for name, own in zip(names, patterns, strict=True)
        if not any(other != own and other in own for other in patterns)
    ]


def _anchor(stems: Stems) -> str:
    """Return the rarest stem of a term."""
    return max(stems, key=corpus.shipped().rarity)


def _count(terms: Sequence[_Pattern], field: str) -> int:
    if not terms or not field:
        return 0
    return sum([field.count(each.pattern) for each in terms])


def _proximity_count(apart: Sequence[_Apart], field: str, named: int) -> int:
    """Return how many more proximity matches than `named` any of the terms has, with words in any order."""
    found = named
    for each in apart:
        # a match needs all words, so there are at most as many as of the rarest one
        if min([field.count(pattern) for pattern in each.patterns]) > found:
            found = max(found, _count_near(each, field))
    return found - named


def _count_near(term: _Apart, field: str) -> int:
    window, found, free = term.size + _GAP, 0, 0
    last: dict[str, int] = {}
    for place, pattern in numbered(field, term.patterns):
        last[pattern] = place
        if len(last) == len(term.patterns) and (first := min(last.values())) >= free and place - first < window:
            found, free = found + 1, place + 1
            last = {}
    return found


def logistic(points: float) -> float:
    """Return the probability that belongs to log odds."""
    return 1 / (1 + math.exp(-points))
