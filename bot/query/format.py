"""Format a query as text that parses back to the same query."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

from bot.query.field import EVERY_WORD, Escaped
from bot.query.model import Query
from bot.query.parser import parse
from bot.query.spec import shown

#: dates are formatted in full, so the day on which they are parsed does not matter
_ANY_DAY = date(2026, 1, 1)
#: number of words tried when looking for one that needs escaping
_TRIED = 8
#: size of the LRU cache: a page shows its query in several places
_CACHE_SIZE = 512


@lru_cache(maxsize=_CACHE_SIZE)
def show(query: Query) -> str:
    """Return the query as text, without what was ignored; `parse` returns the same query on any day.

    Words are left as they are unless they would be parsed as something else; then one or all of them are escaped.
    """
    understood = replace(query, ignored=(), asked_limit=None, guesses=())
    some = range(min(len(query.words), _TRIED))
    lines = (" ".join(shown(query, words)) for words in (Escaped(), *(Escaped({at}) for at in some)))
    return next((line for line in lines if parse(line, _ANY_DAY) == understood), None) or show_exactly(query)


def show_exactly(query: Query) -> str:
    """Return the query as text with every word escaped, so that it is unambiguous."""
    return " ".join(shown(query, EVERY_WORD))
