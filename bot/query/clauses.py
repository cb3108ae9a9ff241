"""Clauses: what a query field requires of a paper, as typed values over the named fields of the search index.

The same clause is evaluated against a single paper and translated into an index query, so the two cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """The index field has a value: the author "song han", the category "cs.CL"."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a paper contains these words, adjacent and as written."""

    text: str


@dataclass(frozen=True, slots=True)
class Inflected:
    """The text of a paper contains this word in any inflection; a word of several parts is matched as written."""

    word: str


@dataclass(frozen=True, slots=True)
class Range:
    """A number of a paper lies between two inclusive bounds; None means unbounded."""

    field: str
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the clauses holds."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The clause does not hold."""

    clause: Clause


Clause = Term | Text | Inflected | Range | AnyOf | Not
