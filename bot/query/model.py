"""Data model of a query."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum

#: limits of one query; what exceeds them is reported in `ignored`
MOST_WORDS = 64
LONGEST_WORD = 60
MOST_PHRASES = 8
LONGEST_PHRASE = 200
#: limit for each of authors, organizations, categories, ids
MOST_NAMES = 8
MOST_VOTES = 999_999_999
#: entries of `ignored`
MOST_IGNORED = 16
#: papers in one reply
MOST_PAPERS = 25


class Order(StrEnum):
    """Sort order of the results."""

    RELEVANCE = "relevance"
    TRENDING = "trending"
    NEW = "new"
    VOTES = "votes"


class Has(StrEnum):
    """Links and texts that a paper may have."""

    CODE = "code"
    PROJECT = "project"
    ABSTRACT = "abstract"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A parsed query: topic, filters, sort order and number of papers.

    Words and phrases define the topic and the ranking; all other fields are filters. A paper must have every author,
    one of the organizations, one of the categories and one of the servers. Texts are lower case, NFC, with single
    blanks. No field except `words` contains duplicates.
    """

    #: in typed order including stop words ("of"), without immediate repetitions
    words: tuple[str, ...] = ()
    #: quoted phrases, which a paper must contain exactly: "natural gradient"
    phrases: tuple[str, ...] = ()
    #: names as typed, in any order, with or without accents and initials: "a gu", "gu, albert"
    authors: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    #: as the server spells them: "cs.CL", or "cs" for all that start with "cs."; "cell biology" of bioRxiv
    categories: tuple[str, ...] = ()
    #: names of the servers that host the papers: "arxiv", "biorxiv"
    servers: tuple[str, ...] = ()
    #: excluded words, in any inflection
    without: tuple[str, ...] = ()
    #: excluded phrases, matched exactly
    without_phrases: tuple[str, ...] = ()
    without_authors: tuple[str, ...] = ()
    without_organizations: tuple[str, ...] = ()
    without_categories: tuple[str, ...] = ()
    without_servers: tuple[str, ...] = ()
    #: first day
    after: date | None = None
    #: the day after the last
    before: date | None = None
    has: frozenset[Has] = frozenset()
    min_votes: int | None = None
    #: groups of alternatives; a paper must match one query of each group
    either: tuple[tuple[Query, ...], ...] = ()
    #: whether a paper may be cross-listed in a wanted category; if not, one of these is its primary one
    cross: bool = True
    #: match only papers that contain the words themselves, without synonyms
    strict: bool = False
    #: ids of papers, from ids, DOIs and URLs anywhere in the text
    ids: tuple[str, ...] = ()
    #: None for the default order
    sort: Order | None = None
    #: number of papers, 1 to MOST_PAPERS; None for the default
    limit: int | None = None
    #: the typed number if it exceeded the maximum, else None
    asked_limit: int | None = field(default=None, compare=False)
    #: possible meanings of ambiguous text; they raise matching papers but exclude none
    guesses: tuple[Query, ...] = ()
    #: text that could not be used, as typed and in order
    ignored: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether it selects papers at all."""
        said = (self.words, self.phrases, self.ids, self.without, self.without_phrases, self.either)
        return any(said) or self.filters

    @property
    def texts(self) -> tuple[str, ...]:
        """All topic words and phrases, including those of the alternatives."""
        others = (text for group in self.either for each in group for text in each.texts)
        return (*self.words, *self.phrases, *others)

    @property
    def filters(self) -> bool:
        """Whether it has filters besides words and phrases."""
        return any(getattr(self, name) != getattr(_NOTHING, name) for name in _FILTERS)


#: fields that are the topic, or that leave no paper out
_NO_FILTERS = frozenset(
    """
    words phrases ids without without_phrases either
    cross strict sort limit asked_limit guesses ignored
    """.split()
)
_FILTERS = tuple(each.name for each in fields(Query) if each.name not in _NO_FILTERS)
_NOTHING = Query()
