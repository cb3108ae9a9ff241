"""Phrases for filters, sort order and number: "with code", "at least 20 votes", "in cs.CL", "newest first", "top 5"."""

from __future__ import annotations

import re

from bot.query.arxiv import plain_category
from bot.query.dates import number
from bot.query.model import MOST_PAPERS, MOST_VOTES, Has, Order, Query
from bot.query.tokens import Match, QueryLine

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
_OR_MORE = frozenset({"or more", "or higher", "or above", "and more", "and up", "and above", "at least", "at minimum"})
_LIMITS = tuple(
    tuple(words.split())
    for words in (
        "limit it to",
        "no more than",
        "limit to",
        "at most",
        "up to",
        "limit",
        "only",
        "just",
        "max",
        "maximum",
    )
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_BOUND = re.compile(r"(>=|=>|≥|>|=)?([0-9]{1,9})\+?")
_QUALITIES = frozenset(
    "a an the their some any open source open-source available public official released working".split()
)
_MOST_QUALITIES = 3
_CATEGORY_LEADS = frozenset("in from under the arxiv category categories cat section".split())
_MOST_CATEGORY_LEADS = 4
_WHOLE_CODE = frozenset(
    "code github repo repos repository repositories implementation implementations link links".split()
)
_FORMS = HAS | {f"{name}s": thing for name, thing in HAS.items()} | {"repositories": Has.CODE}
#: what may stand before "with" and "have": "only papers that come with", "must have"
_LEADS_TO_HAVING = frozenset(
    """
    only just papers ones those that which must should need needs to come comes came
    """.split()
)
_MOST_LEADS = 6
_HAVING = frozenset({"with", "having", "has", "have", "include", "includes", "including"})
_PUBLIC = frozenset(
    """available released public open online on github included provided open-sourced published required
    needed mandatory""".split()
)
_BETWEEN = frozenset("is are also publicly freely openly made been has".split())


def has_phrase(line: QueryLine, place: int) -> Match | None:
    """Parse "with code", "that come with open source code and a demo", "code available", unless part of a topic."""
    return _having(line, place) or _released(line, place) or _implementations(line, place)


def _having(line: QueryLine, place: int) -> Match | None:
    lead = place
    while lead - place < _MOST_LEADS and line.word(lead) in _LEADS_TO_HAVING:
        lead += 1
    if line.word(lead) not in _HAVING:
        return None
    wanted: set[Has] = set()
    end = lead + 1
    while behind := _thing(line, end):
        wanted.add(_FORMS.get(line.word(behind - 1), Has.CODE if line.word(behind - 2) == "github" else Has.PROJECT))
        end = behind
        if line.word(end) not in ("and", "or") or not _thing(line, end + 1):
            break
        end += 1
    end += line.word(end) in ("available", "released")
    return Match(end, Query(has=frozenset(wanted))) if wanted and line.ends(end) else None


def _thing(line: QueryLine, place: int) -> int:
    """Return the position after something that a paper may have, or 0."""
    for _ in range(_MOST_QUALITIES):
        place += line.word(place) in _QUALITIES
    word, behind = line.word(place), line.word(place + 1)
    if word == "project":
        return place + 1 + (behind in ("page", "pages", "website", "site"))
    if word == "github" and behind in _WHOLE_CODE:
        return place + 2
    return place + 1 if word in _FORMS and word not in ("page", "pages") else 0


def _released(line: QueryLine, place: int) -> Match | None:
    """Parse "code available", "the implementation is on github"."""
    if not line.closed(place) and line.word(place - 1) not in ("and", "but", "whose", "where"):
        return None
    start = place + (line.word(place) == "the")
    thing = _FORMS.get(line.word(start))
    end = start + 1
    while line.word(end) in _BETWEEN:
        end += 1
    first = end
    while line.word(end) in _PUBLIC:
        end += 1
    found = thing in (Has.CODE, Has.PROJECT) and end > first and line.closed(end)
    return Match(end, Query(has=frozenset({thing}))) if found and thing else None


def _implementations(line: QueryLine, place: int) -> Match | None:
    """Parse "open source implementations of", "official code for" at the start of the line."""
    end = place
    while line.word(end) in _QUALITIES:
        end += 1
    public = {"open", "open-source", "public", "official"}.intersection(line.words[place:end])
    if place or not public or _FORMS.get(line.word(end)) is not Has.CODE or line.word(end + 1) not in ("of", "for"):
        return None
    return Match(end + 2, Query(has=frozenset({Has.CODE})))


def votes_phrase(line: QueryLine, place: int) -> Match | None:
    """Parse "at least 20 votes", "20+ upvotes" or "votes > 20"."""
    start = place + (line.word(place) == "with")
    if plus := re.fullmatch(r"([0-9]{1,9})\+", line.word(start)):
        return _voted(line, start + 1, int(plus[1]))
    if behind := _or_more(line, start):
        return behind
    count = number(line.word(start + 2))
    if line.word(start) in ("min", "minimum") and line.word(start + 1) in _VOTES and count is not None:
        return Match(start + 3, Query(min_votes=count))
    for length in (3, 2, 1):
        more = _AT_LEAST.get(" ".join(line.words[start : start + length]))
        count = number(line.word(start + length))
        if more is not None and count is not None:
            return _voted(line, start + length + 1, count + more)
    return None


def _or_more(line: QueryLine, place: int) -> Match | None:
    """Parse "30 votes or more", "30 upvotes and up", "30 likes minimum"."""
    count = number(line.word(place))
    if count is None or line.word(place + 1) not in _VOTES:
        return None
    two = f"{line.word(place + 2)} {line.word(place + 3)}"
    end = place + 4 if two in _OR_MORE else place + 3 if line.word(place + 2) in ("minimum", "min") else 0
    return Match(end, Query(min_votes=min(count, MOST_VOTES))) if end and line.closed(end) else None


def _voted(line: QueryLine, place: int, count: int) -> Match | None:
    return Match(place + 1, Query(min_votes=min(count, MOST_VOTES))) if line.word(place) in _VOTES else None


def bound(typed: str) -> int | None:
    """Return the minimum of ">=20", ">20", "20" or "20+", or None."""
    match = _BOUND.fullmatch(typed)
    return min(int(match[2]) + (match[1] == ">"), MOST_VOTES) if match else None


def top_phrase(line: QueryLine, place: int) -> Match | None:
    """Parse "top 5", "top five papers", "the first 10 papers" or "five papers"."""
    limits = _limit_words(line, place)
    place += limits
    leads = line.word(place) in ("top", "first", "best")
    start = place + leads
    count = number(line.word(start))
    if count is None:
        return None
    if not leads and _YEAR.fullmatch(line.word(start)):
        return None
    papers = line.word(start + 1) in PAPER_NOUNS
    limited_to = limits and line.word(place - limits) == "limit" and line.ends(start + 1)
    alone = (
        (line.word(place) == "top" or limited_to)
        and (place == 0 or limited_to or line.ends(start + 1))
        and not _measure(line, start + 1)
    )
    return Match(start + 1 + papers, limited(count)) if papers or alone else None


def _limit_words(line: QueryLine, place: int) -> int:
    """Return the number of words that limit a number: "only", "at most", "limit to"."""
    three = tuple(line.words[place : place + 3])
    return next((len(words) for words in _LIMITS if three[: len(words)] == words), 0)


def limited(count: int) -> Query:
    """Return a query with this limit, clamped to what one reply can hold; `asked_limit` has the typed number if
    clamped.
    """
    limit = max(1, min(count, MOST_PAPERS))
    return Query(limit=limit, asked_limit=None if limit == count else count)


def _measure(line: QueryLine, place: int) -> bool:
    """Return whether a metric follows, as in "top 1 accuracy" or "top 5 error"."""
    return line.word(place).startswith(("accurac", "error", "predict", "recall", "precision", "acc"))


def category_phrase(line: QueryLine, place: int) -> Match | None:
    """Parse "cs.CL", "in cs.CL" or "category cs.CL"."""
    start = place
    while start - place < _MOST_CATEGORY_LEADS and line.word(start) in _CATEGORY_LEADS:
        start += 1
    known = plain_category(line.word(start))
    return Match(start + 1, Query(categories=(known,))) if known else None


def order_phrase(line: QueryLine, place: int) -> Match | None:
    """Parse "sorted by votes" or "newest first", and at the end of the line "latest", "trending" or "most voted"."""
    if line.words[place : place + 2] in _SORTED:
        return _by(line, place + 2, first=place == 0)
    return _superlative(line, place)


def _by(line: QueryLine, place: int, *, first: bool) -> Match | None:
    place += line.word(place) in ("the", "most", "number")
    order = ORDERS.get(line.word(place))
    return Match(place + 1, Query(sort=order)) if order and (first or line.ends(place + 1)) else None


def _superlative(line: QueryLine, place: int) -> Match | None:
    most = line.word(place) == "most"
    start = place + most
    if line.word(start) not in (_BEHIND_MOST if most else _SUPERLATIVES):
        return None
    end = start + 1 + (line.word(start + 1) in ("papers", "paper", "first"))
    last = end == len(line) or (line.closed(end) and not line.tokens[end].plain)
    alone = place == 0 and end == start + 1 and end < len(line)
    return Match(end, Query(sort=ORDERS[line.word(start)])) if last and not alone else None
