"""Rows of the query spec: what a row declares, and the common ways to show a value and to make clauses of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from bot.query.clauses import AnyOf, Clause, Not, Term
from bot.query.merge import Parts
from bot.query.model import MOST_WORDS, Query
from bot.query.values import Reader

T = TypeVar("T")
#: positions of the words that are shown escaped, so that they are read as nothing but words
Escaped = frozenset[int]
EVERY_WORD: Escaped = frozenset(range(MOST_WORDS))
#: a value that needs no quotes
_BARE = re.compile(r"[^\W_]+(?:[.'-][^\W_]+)*")


def no_clauses(value: object) -> Iterable[Clause]:
    return ()


@dataclass(frozen=True, slots=True)
class TypedName:
    """A name by which a field is typed ("cat:"), with its aliases and the reader of its value."""

    names: tuple[str, ...]
    read: Reader
    #: whether the value is a number, so that a blank may precede it: "votes >= 20"
    numeric: bool = False
    #: as the usage of /papers shows it; "" for names that mean what another one says
    example: str = ""
    #: whether it also counts within prose, where "from:" or "author:" are more likely part of the text
    in_prose: bool = False


@dataclass(frozen=True, slots=True)
class Field(Generic[T]):
    """A field of `Query`."""

    #: the attribute of `Query`
    name: str
    get: Callable[[Query], T]
    #: what holds if several parts of a line set the field
    merge: Callable[[Parts, Callable[[Query], T]], T]
    #: the text from which `parse` returns the same value; empty for what is not shown
    show: Callable[[T, Escaped], Iterable[str]]
    typed: tuple[TypedName, ...] = ()
    #: what a paper must satisfy; empty for fields that leave no paper out
    clauses: Callable[[T], Iterable[Clause]] = no_clauses
    #: the same for a field that means something only together with others
    clauses_of: Callable[[Query], Iterable[Clause]] = no_clauses
    #: whether it only excludes papers, so that it does not say what is wanted
    excludes: bool = False

    def unset(self, query: Query) -> Query:
        """Return the query without this field."""
        default: dict[str, Any] = {self.name: self.get(_NOTHING)}
        return replace(query, **default)


_NOTHING = Query()


def _value(text: str) -> str:
    return text if _BARE.fullmatch(text) else f'"{text}"'


def shown_as(name: str, minus: str = "") -> Callable[[Iterable[str], Escaped], Iterator[str]]:
    return lambda texts, escaped: (f"{minus}{name}:{_value(text)}" for text in texts)


def after_name(name: str) -> Callable[[object, Escaped], Iterator[str]]:
    return lambda value, escaped: iter(() if value is None else (f"{name}{value}",))


def hidden(value: object, escaped: Escaped) -> Iterator[str]:
    return iter(())


def plain_words(words: Sequence[str], escaped: Escaped) -> Iterator[str]:
    if words and escaped.issuperset(range(len(words))):
        yield f'word:"{" ".join(words)}"'
    else:
        yield from (f'word:"{word}"' if at in escaped else word for at, word in enumerate(words))


def terms(field: str) -> Callable[[Iterable[str]], Iterator[Clause]]:
    return lambda names: (Term(field, name) for name in names)


def one_of(field: str) -> Callable[[Sequence[str]], Iterator[Clause]]:
    return lambda names: iter((AnyOf(tuple(Term(field, name) for name in names)),) if names else ())


def none_of(field: str) -> Callable[[Iterable[str]], Iterator[Clause]]:
    return lambda names: (Not(Term(field, name)) for name in names)
