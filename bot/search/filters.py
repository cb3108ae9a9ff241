"""Pure: query filters. Each row defines one filter, both as a predicate on papers and as keys in the index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.domain.papers import Paper
from bot.query import Query
from bot.search.analyzer import stems_of
from bot.search.names import author_keys, wanted_keys
from bot.search.normalization import pieces
from bot.search.passages import passages

#: day of a paper without a date
NO_DAY = 0


@dataclass(frozen=True, slots=True)
class KeyFilter:
    """Filter on sets of keys: a value matches a paper if all keys of the value are among the paper's keys."""

    #: field in the index
    field: str
    required: Callable[[Query], Sequence[str]]
    excluded: Callable[[Query], Sequence[str]]
    #: keys of a paper
    keys: Callable[[Paper], Iterable[str]]
    #: keys that a value requires; a value without keys matches no paper
    value_keys: Callable[[str], Iterable[str]]
    #: whether one of several values is enough
    any_of: bool = False

    def passes(self, paper: Paper, query: Query) -> bool:
        """Return whether a paper matches the required values and none of the excluded ones."""
        required, excluded = self.required(query), self.excluded(query)
        if not required and not excluded:
            return True
        has = frozenset(self.keys(paper))
        held = [self._has(has, value) for value in required]
        right = not held or (any(held) if self.any_of else all(held))
        return right and not any(self._has(has, value) for value in excluded)

    def _has(self, has: frozenset[str], value: str) -> bool:
        wanted = frozenset(self.value_keys(value))
        return bool(wanted) and wanted <= has


@dataclass(frozen=True, slots=True)
class WordFilter:
    """Filter on exact words that are adjacent within one passage."""

    field: str
    required: Callable[[Query], Sequence[str]]
    excluded: Callable[[Query], Sequence[str]]

    def passes(self, paper: Paper, query: Query) -> bool:
        """Return whether a paper contains all required phrases and none of the excluded ones."""
        required, excluded = self.required(query), self.excluded(query)
        if not required and not excluded:
            return True
        said = [f" {' '.join(words)} " for words in self.passages(paper)]
        return all(_contains_phrase(text, said) for text in required) and not any(
            _contains_phrase(text, said) for text in excluded
        )

    def passages(self, paper: Paper) -> Iterable[Sequence[str]]:
        """Return the words of each passage (title, abstract, summary, keywords); phrases do not span passages."""
        return (pieces(text) for text in (paper.title, paper.abstract, paper.summary, *paper.keywords) if text)


@dataclass(frozen=True, slots=True)
class RangeFilter:
    """Filter on a number between two inclusive bounds."""

    field: str
    number: Callable[[Paper, int | None], int | None]
    #: None means unbounded
    least: Callable[[Query], int | None]
    most: Callable[[Query], int | None]

    def passes(self, paper: Paper, query: Query, votes: int | None) -> bool:
        """Return whether a paper's number is within the bounds or unknown."""
        least, most = self.least(query), self.most(query)
        if least is None and most is None:
            return True
        number = self.number(paper, votes)
        return number is None or ((least is None or number >= least) and (most is None or number <= most))


def day_of(paper: Paper) -> int:
    """Return the ordinal of the day on which a paper was published, or else listed; `NO_DAY` if unknown."""
    told = paper.published_at.date() if paper.published_at else paper.listed_on
    return told.toordinal() if told else NO_DAY


def _categories(paper: Paper) -> Iterable[str]:
    """Yield each category and its archive: "cs" for "cs.CL"."""
    every = [*paper.categories, *(category.partition(".")[0] for category in paper.categories)]
    return (category.casefold() for category in every)


def _links(paper: Paper) -> Iterable[str]:
    held = {"code": paper.code_url, "project": paper.project_url, "abstract": paper.abstract, "summary": paper.summary}
    return (name for name, value in held.items() if value)


def _contains_phrase(text: str, said: Iterable[str]) -> bool:
    words = pieces(text)
    return bool(words) and any(f" {' '.join(words)} " in passage for passage in said)


def _ordinal(query: Query) -> int | None:
    if query.after:
        return query.after.toordinal()
    return NO_DAY + 1 if query.before else None


KEYS: tuple[KeyFilter, ...] = (
    KeyFilter(
        "author",
        lambda query: query.authors,
        lambda query: query.without_authors,
        lambda paper: (key for author in paper.authors for key in author_keys(author)),
        wanted_keys,
    ),
    KeyFilter(
        "organization",
        lambda query: query.organizations,
        lambda query: query.without_organizations,
        lambda paper: pieces(paper.organization),
        pieces,
        any_of=True,
    ),
    KeyFilter(
        "category",
        lambda query: query.categories,
        lambda query: query.without_categories,
        _categories,
        lambda name: (name.casefold(),),
        any_of=True,
    ),
    KeyFilter(
        "body",
        lambda query: (),
        # words with several parts, such as "fine-tuning", are matched as phrases
        lambda query: [word for word in query.without if len(pieces(word)) == 1],
        lambda paper: passages(paper).stems,
        stems_of,
    ),
    KeyFilter(
        "has",
        lambda query: sorted(thing.value for thing in query.has),
        lambda query: (),
        _links,
        lambda name: (name,),
    ),
)
WORDS = WordFilter(
    "words",
    lambda query: query.phrases,
    lambda query: (*query.without_phrases, *(word for word in query.without if len(pieces(word)) > 1)),
)
RANGES: tuple[RangeFilter, ...] = (
    RangeFilter(
        "day",
        lambda paper, votes: day_of(paper),
        _ordinal,
        lambda query: query.before.toordinal() - 1 if query.before else None,
    ),
    RangeFilter("votes", lambda paper, votes: votes, lambda query: query.min_votes, lambda query: None),
)


def passes(paper: Paper, query: Query, votes: int | None = None) -> bool:
    """Return whether a paper passes every filter. A minimum of votes passes if `votes` is None."""
    return (
        all(each.passes(paper, query, votes) for each in RANGES)
        and all(each.passes(paper, query) for each in KEYS)
        and WORDS.passes(paper, query)
        and all(any(passes(paper, each, votes) for each in group) for group in query.either)
    )
