"""Phrases for filters, sort order and number: "with code", "at least 20 votes", "in cs.CL", "newest first", "top 5"."""

from __future__ import annotations

import re

from bot.query.arxiv import plain_category
from bot.query.dates import number
from bot.query.model import MOST_PAPERS, MOST_VOTES, Has, Order, Query
from bot.query.tokens import Line, Match

HAS = {
    "code": Has.CODE,
    "github": Has.CODE,
    "repo": Has.CODE,
    "repository": Has.CODE,
    "implementation": Has.CODE,
    "project": Has.PROJECT,
    "website": Has.PROJECT,
    "page": Has.PROJECT,
    "demo": Has.PROJECT,
    "abstract": Has.ABSTRACT,
    "summary": Has.SUMMARY,
    "tldr": Has.SUMMARY,
}
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
PAPER_NOUNS = frozenset("paper papers result results article articles preprint preprints hit hits".split())
_VOTES = frozenset("vote votes upvote upvotes like likes".split())
_AT_LEAST = {lead: 0 for lead in ("at least", "min", "minimum", "a minimum of", "minimum of", "no less than")} | {
    lead: 1 for lead in ("more than", "over", "above", "greater than")
}
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_BOUND = re.compile(r"(>=|=>|≥|>|=)?([0-9]{1,9})\+?")
_QUALITIES = frozenset("a an the open source open-source available public official".split())
_MOST_QUALITIES = 3
_WHOLE_CODE = frozenset("code github repo repository implementation".split())


def has_phrase(line: Line, place: int) -> Match | None:
    """Parse "with code" or "with open source code and a project page", unless it is part of a topic."""
    if line.word(place) not in ("with", "having", "has", "have"):
        return None
    wanted: set[Has] = set()
    end = place + 1
    while behind := _thing(line, end):
        wanted.add(HAS.get(line.word(behind - 1), Has.PROJECT))
        end = behind
        if line.word(end) not in ("and", "or") or not _thing(line, end + 1):
            break
        end += 1
    end += line.word(end) in ("available", "released")
    return Match(end, Query(has=frozenset(wanted))) if wanted and line.ends(end) else None


def _thing(line: Line, place: int) -> int:
    """Return the position after something that a paper may have, or 0."""
    for _ in range(_MOST_QUALITIES):
        place += line.word(place) in _QUALITIES
    word, behind = line.word(place), line.word(place + 1)
    if word == "project":
        return place + 1 + (behind in ("page", "pages", "website", "site"))
    if word == "github" and behind in _WHOLE_CODE:
        return place + 2
    return place + 1 if word in HAS and word != "page" else 0


def votes_phrase(line: Line, place: int) -> Match | None:
    """Parse "at least 20 votes", "20+ upvotes" or "votes > 20"."""
    start = place + (line.word(place) == "with")
    if plus := re.fullmatch(r"([0-9]{1,9})\+", line.word(start)):
        return _voted(line, start + 1, int(plus[1]))
    count = number(line.word(start + 2))
    if line.word(start) in ("min", "minimum") and line.word(start + 1) in _VOTES and count is not None:
        return Match(start + 3, Query(min_votes=count))
    for length in (3, 2, 1):
        more = _AT_LEAST.get(" ".join(line.words[start : start + length]))
        count = number(line.word(start + length))
        if more is not None and count is not None:
            return _voted(line, start + length + 1, count + more)
    return None


def _voted(line: Line, place: int, count: int) -> Match | None:
    return Match(place + 1, Query(min_votes=min(count, MOST_VOTES))) if line.word(place) in _VOTES else None


def bound(typed: str) -> int | None:
    """Return the minimum of ">=20", ">20", "20" or "20+", or None."""
    match = _BOUND.fullmatch(typed)
    return min(int(match[2]) + (match[1] == ">"), MOST_VOTES) if match else None


def top_phrase(line: Line, place: int) -> Match | None:
    """Parse "top 5", "top five papers", "the first 10 papers" or "five papers"."""
    leads = line.word(place) in ("top", "first", "best")
    start = place + leads
    count = number(line.word(start))
    if count is None:
        return None
    if not leads and _YEAR.fullmatch(line.word(start)):
        return None
    papers = line.word(start + 1) in PAPER_NOUNS
    alone = line.word(place) == "top" and (place == 0 or line.ends(start + 1)) and not _measure(line, start + 1)
    return Match(start + 1 + papers, limited(count)) if papers or alone else None


def limited(count: int) -> Query:
    """Return a query with this limit, clamped to what one reply can hold; `asked_limit` has the typed number if
    clamped.
    """
    limit = max(1, min(count, MOST_PAPERS))
    return Query(limit=limit, asked_limit=None if limit == count else count)


def _measure(line: Line, place: int) -> bool:
    """Return whether a metric follows, as in "top 1 accuracy" or "top 5 error"."""
    return line.word(place).startswith(("accurac", "error", "predict", "recall", "precision", "acc"))


def category_phrase(line: Line, place: int) -> Match | None:
    """Parse "cs.CL" or "in cs.CL"."""
    start = place + (line.word(place) == "in")
    known = plain_category(line.word(start))
    return Match(start + 1, Query(categories=(known,))) if known else None


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
