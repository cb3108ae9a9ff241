"""Sort order phrases: "sorted by votes", "newest first", "trending"."""

from __future__ import annotations

from bot.query.line import Line, Match
from bot.query.model import Order, Query

#: values of "sort:" and "sorted by"
ORDERS = (
    {order.value: order for order in Order}
    | dict.fromkeys(("newest", "latest", "recent", "date", "time", "day"), Order.NEW)
    | dict.fromkeys(("voted", "upvoted", "vote", "upvotes", "likes", "liked", "popular", "popularity"), Order.VOTES)
    | dict.fromkeys(("hot", "hottest", "rising", "trend"), Order.TRENDING)
    | dict.fromkeys(("relevant", "match", "best", "similarity"), Order.RELEVANCE)
)
_SORTED = frozenset((word, "by") for word in "sorted sort ordered order ranked".split())
_SUPERLATIVES = frozenset("newest latest trending hottest".split())
_BEHIND_MOST = frozenset("recent voted upvoted popular liked votes upvotes likes relevant".split())


def order_phrase(line: Line, place: int) -> Match | None:
    """Parse "sorted by votes" or "newest first", and at the end of the line "latest", "trending" or "most voted"."""
    if line.words[place : place + 2] in _SORTED:
        return _by(line, place + 2, first=place == 0)
    return _superlative(line, place)


def _by(line: Line, place: int, *, first: bool) -> Match | None:
    place += line.word(place) in ("the", "most", "number")
    order = ORDERS.get(line.word(place))
    return Match(place + 1, Query(sort=order)) if order and (first or line.ends(place + 1)) else None


def _superlative(line: Line, place: int) -> Match | None:
    most = line.word(place) == "most"
    start = place + most
    if line.word(start) not in (_BEHIND_MOST if most else _SUPERLATIVES):
        return None
    end = start + 1 + (line.word(start + 1) in ("papers", "paper", "first"))
    last = end == len(line) or (line.closed(end) and not line.tokens[end].plain)
    alone = place == 0 and end == start + 1 and end < len(line)
    return Match(end, Query(sort=ORDERS[line.word(start)])) if last and not alone else None
