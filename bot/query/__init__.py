"""The query language. Parses a line of text into a `Query` and formats a `Query` as text.

Any text is a valid query. `parse(show(query), any_day)` returns the same query without what was ignored.
"""

from bot.query.format import show, show_exactly
from bot.query.languages import Foreign, foreign
from bot.query.model import (
    LONGEST_PHRASE,
    LONGEST_WORD,
    MOST_NAMES,
    MOST_PAPERS,
    MOST_PHRASES,
    MOST_WORDS,
    Has,
    Order,
    Query,
)
from bot.query.parser import parse

__all__ = [
    "LONGEST_PHRASE",
    "LONGEST_WORD",
    "MOST_NAMES",
    "MOST_PAPERS",
    "MOST_PHRASES",
    "MOST_WORDS",
    "Foreign",
    "Has",
    "Order",
    "Query",
    "foreign",
    "parse",
    "show",
    "show_exactly",
]
