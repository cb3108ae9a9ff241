"""Pure: what a person asks for, from a line of text to a `Query` and back.

Any text is a query; none is an error. `parse(show(query), any_day)` is the same query, but for what was ignored.
"""

from bot.query.asked import (
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
from bot.query.languages import Foreign, foreign
from bot.query.reader import parse
from bot.query.shown import show, show_exactly

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
