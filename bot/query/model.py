"""What a person asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

#: what one query can hold; the rest is left out, and `ignored` says so
MOST_WORDS = 64
LONGEST_WORD = 60
MOST_PHRASES = 8
LONGEST_PHRASE = 200
#: of each kind: authors, organizations, categories, ids
MOST_NAMES = 8
MOST_VOTES = 999_999_999
#: things that were typed in vain
MOST_IGNORED = 16
#: what a chat carries in one answer
MOST_PAPERS = 25


class Order(StrEnum):
    """Which of the papers come first."""

    RELEVANCE = "relevance"
    TRENDING = "trending"
    NEW = "new"
    VOTES = "votes"


class Has(StrEnum):
    """What a paper may come with."""

    CODE = "code"
    PROJECT = "project"
    ABSTRACT = "abstract"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What the papers are to be about, what they must be or not be, in what order they come and how many.

    Words and phrases say what a paper is about and put the papers in order; everything else leaves papers out. A paper
    must have every author, and come from one of the organizations and one of the categories. Texts are in lower case,
    NFC, with single blanks. No field but `words` holds the same thing twice.
    """

    #: in the order in which they were typed and as often, but none twice running; small words ("of") are among them
    words: tuple[str, ...] = ()
    #: what stood in quotes: a paper must have the words side by side as they are written: "natural gradient"
    phrases: tuple[str, ...] = ()
    #: names as typed, in any order, with or without accents and initials: "a gu", "gu, albert"
    authors: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    #: as arXiv writes them: "cs.CL", or "cs" for all that begin with "cs."
    categories: tuple[str, ...] = ()
    #: words that a paper must not have, in no form
    without: tuple[str, ...] = ()
    #: and in quotes, as they are written
    without_phrases: tuple[str, ...] = ()
    without_authors: tuple[str, ...] = ()
    without_organizations: tuple[str, ...] = ()
    without_categories: tuple[str, ...] = ()
    #: the first day
    after: date | None = None
    #: the day after the last
    before: date | None = None
    has: frozenset[Has] = frozenset()
    min_votes: int | None = None
    #: groups of alternatives; a paper must answer one query of each group
    either: tuple[tuple[Query, ...], ...] = ()
    #: only papers that have the words themselves, not those that are about the same in other words
    strict: bool = False
    #: arXiv ids without version, of ids and addresses that stand anywhere in the text
    ids: tuple[str, ...] = ()
    #: None where the person leaves it to us
    sort: Order | None = None
    #: papers in the answer, 1 to MOST_PAPERS; None where the person leaves it to us
    limit: int | None = None
    #: the number that was typed, where no answer can have so many; None where `limit` is what was asked for
    asked_limit: int | None = field(default=None, compare=False)
    #: what was read between the lines; it lifts papers and leaves none out
    guesses: tuple[Query, ...] = ()
    #: what was typed and could not be used, as it was typed, in that order
    ignored: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether it asks for some papers and not for others."""
        said = (self.words, self.phrases, self.ids, self.without, self.without_phrases, self.either)
        return any(said) or self.filters

    @property
    def texts(self) -> tuple[str, ...]:
        """All that says what a paper is to be about, with that of the alternatives."""
        others = (text for group in self.either for each in group for text in each.texts)
        return (*self.words, *self.phrases, *others)

    @property
    def filters(self) -> bool:
        """Whether anything but words and phrases leaves papers out."""
        chosen = (self.authors, self.organizations, self.categories, self.has)
        refused = (self.without_authors, self.without_organizations, self.without_categories)
        bounds = (self.after, self.before, self.min_votes)
        return any(chosen) or any(refused) or any(bound is not None for bound in bounds)
