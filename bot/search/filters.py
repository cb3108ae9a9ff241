"""Pure: query filters. Evaluates the clauses of a query against a paper, over the fields that the index has too.

The tables of fields are what index and predicate have in common: `bot.search.schema` writes a paper's keys and numbers
into the index, and `passes` compares the same keys and numbers directly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.papers import Paper
from bot.query import Query
from bot.query.clauses import AnyOf, Clause, Inflected, Not, Range, Term, Text
from bot.query.spec import clauses
from bot.search.analyzer import stems_of
from bot.search.names import author_keys, wanted_keys
from bot.search.normalization import pieces
from bot.search.passages import passages

#: day of a paper without a date
NO_DAY = 0
#: the index field with all words as written, for phrases
WORDS = "words"
#: the index field with the stems of all words
STEMS = "body"


@dataclass(frozen=True, slots=True)
class KeyField:
    """An index field of keys. A value matches a paper if all keys of the value are among the paper's keys."""

    of_paper: Callable[[Paper], Iterable[str]]
    #: a value without keys matches no paper
    of_value: Callable[[str], Iterable[str]]


#: a number of a paper, given its votes; None only if the votes are not known, then every bound is met
NumberField = Callable[[Paper, int | None], int | None]


def day_of(paper: Paper) -> int:
    """Return the ordinal of the day on which a paper was published, or else listed; `NO_DAY` if unknown."""
    day = paper.published_at.date() if paper.published_at else paper.listed_on
    return day.toordinal() if day else NO_DAY


def _categories(paper: Paper) -> Iterable[str]:
    """Yield each category and its archive: "cs" for "cs.CL"."""
    every = [*paper.categories, *(category.partition(".")[0] for category in paper.categories)]
    return (category.casefold() for category in every)


def _primary(paper: Paper) -> Iterable[str]:
    """Yield the primary category and its archive."""
    for category in paper.categories[:1]:
        yield from (category.casefold(), category.partition(".")[0].casefold())


def _links(paper: Paper) -> Iterable[str]:
    held = {"code": paper.code_url, "project": paper.project_url, "abstract": paper.abstract, "summary": paper.summary}
    return (name for name, value in held.items() if value)


KEY_FIELDS: Mapping[str, KeyField] = {
    "author": KeyField(lambda paper: (key for author in paper.authors for key in author_keys(author)), wanted_keys),
    "organization": KeyField(lambda paper: pieces(paper.organization), pieces),
    "category": KeyField(_categories, lambda name: (name.casefold(),)),
    "server": KeyField(lambda paper: (paper.server,), lambda name: (name,)),
    "primary": KeyField(_primary, lambda name: (name.casefold(),)),
    "has": KeyField(_links, lambda name: (name,)),
}
NUMBER_FIELDS: Mapping[str, NumberField] = {
    "day": lambda paper, votes: day_of(paper),
    "votes": lambda paper, votes: votes,
}


@dataclass(frozen=True, slots=True)
class Keys:
    """A clause as the index evaluates it: all keys in one field; no keys match nothing."""

    field: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Adjacent:
    """A clause as the index evaluates it: words as written, adjacent within one passage; no words match nothing."""

    words: tuple[str, ...]


def looked_up(clause: Term | Text | Inflected) -> Keys | Adjacent:
    """Return the keys or words that a clause on a value or a text stands for."""
    match clause:
        case Term(field, value):
            return Keys(field, tuple(dict.fromkeys(KEY_FIELDS[field].of_value(value))))
        case Text(text):
            return Adjacent(tuple(pieces(text)))
        case Inflected(word):
            # a word of several parts, such as "fine-tuning", is matched as written
            parts = pieces(word)
            return Keys(STEMS, tuple(stems_of(word))) if len(parts) == 1 else Adjacent(tuple(parts))


def passages_of(paper: Paper) -> Iterable[Sequence[str]]:
    """Return the words of each passage (title, abstract, summary, keywords); phrases do not span passages."""
    return (pieces(text) for text in (paper.title, paper.abstract, paper.summary, *paper.keywords) if text)


def passes(paper: Paper, query: Query, votes: int | None = None) -> bool:
    """Return whether a paper passes every filter. A minimum of votes passes if `votes` is None."""
    return all(_holds(clause, paper, votes) for clause in clauses(query)) and all(
        any(passes(paper, each, votes) for each in group) for group in query.either
    )


def _holds(clause: Clause, paper: Paper, votes: int | None) -> bool:
    match clause:
        case AnyOf(several):
            return any(_holds(each, paper, votes) for each in several)
        case Not(other):
            return not _holds(other, paper, votes)
        case Range(field, least, most):
            number = NUMBER_FIELDS[field](paper, votes)
            return number is None or ((least is None or number >= least) and (most is None or number <= most))
        case Term() | Text() | Inflected():
            wanted = looked_up(clause)
            return _has_keys(wanted, paper) if isinstance(wanted, Keys) else _has_phrase(wanted.words, paper)


def _has_keys(wanted: Keys, paper: Paper) -> bool:
    if not wanted.keys:
        return False
    if wanted.field == STEMS:
        return passages(paper).has(wanted.keys)
    return frozenset(KEY_FIELDS[wanted.field].of_paper(paper)).issuperset(wanted.keys)


def _has_phrase(words: Sequence[str], paper: Paper) -> bool:
    phrase = f" {' '.join(words)} "
    return bool(words) and any(phrase in f" {' '.join(passage)} " for passage in passages_of(paper))
