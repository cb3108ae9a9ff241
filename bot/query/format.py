"""Format a query as text that parses back to the same query."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.query.model import MOST_WORDS, Has, Query
from bot.query.parser import parse

#: dates are formatted in full, so the day on which they are parsed does not matter
_ANY_DAY = date(2026, 1, 1)
#: number of words tried when looking for one that needs escaping
_TRIED = 8
_BARE = re.compile(r"[^\W_]+(?:[.'-][^\W_]+)*")


def show(query: Query) -> str:
    """Return the query as text, without what was ignored; `parse` returns the same query on any day.

    Words are left as they are unless they would be parsed as something else; then one or all of them are escaped.
    """
    understood = replace(query, ignored=(), asked_limit=None, guesses=())
    some = range(min(len(query.words), _TRIED))
    lines = (" ".join(_parts(query, marked)) for marked in (frozenset[int](), *(frozenset({at}) for at in some)))
    return next((line for line in lines if parse(line, _ANY_DAY) == understood), None) or show_exactly(query)


def show_exactly(query: Query) -> str:
    """Return the query as text with every word escaped, so that it is unambiguous."""
    return " ".join(_parts(query, frozenset(range(MOST_WORDS))))


def _parts(query: Query, marked: frozenset[int]) -> Iterator[str]:
    yield from query.ids
    if marked.issuperset(range(len(query.words))) and query.words:
        yield f'word:"{" ".join(query.words)}"'
    else:
        yield from (f'word:"{word}"' if at in marked else word for at, word in enumerate(query.words))
    yield from (f'"{phrase}"' for phrase in query.phrases)
    yield from (f"({' OR '.join(' '.join(_parts(each, marked)) for each in group)})" for group in query.either)
    yield from (f"author:{_value(name)}" for name in query.authors)
    yield from (f"org:{_value(name)}" for name in query.organizations)
    yield from (f"cat:{name}" for name in query.categories)
    yield from (f"after:{query.after}",) if query.after else ()
    yield from (f"before:{query.before}",) if query.before else ()
    yield from (f"has:{thing.value}" for thing in Has if thing in query.has)
    yield from (f"votes:>={query.min_votes}",) if query.min_votes is not None else ()
    yield from (f'-word:"{word}"' if marked else f"-{word}" for word in query.without)
    yield from _negated(query)
    yield from ("strict:yes",) if query.strict else ()
    yield from (f"sort:{query.sort.value}",) if query.sort else ()
    yield from (f"top:{query.limit}",) if query.limit is not None else ()


def _negated(query: Query) -> Iterator[str]:
    yield from (f'-"{phrase}"' for phrase in query.without_phrases)
    yield from (f"-author:{_value(name)}" for name in query.without_authors)
    yield from (f"-org:{_value(name)}" for name in query.without_organizations)
    yield from (f"-cat:{name}" for name in query.without_categories)


def _value(name: str) -> str:
    return name if _BARE.fullmatch(name) else f'"{name}"'
