"""What papers must come with, how many votes they need, how many of them, in what order, and what they must not be."""

from __future__ import annotations

import re

from bot.query.asked import MOST_PAPERS, Has, Order, Query
from bot.query.categories import plain_category
from bot.query.dates import number
from bot.query.line import Found, Line
from bot.query.tokens import phrase

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
ORDERS = (
    {order.value: order for order in Order}
    | dict.fromkeys(("newest", "latest", "recent", "date", "time", "day"), Order.NEW)
    | dict.fromkeys(("voted", "upvoted", "vote", "upvotes", "likes", "liked", "popular", "popularity"), Order.VOTES)
    | dict.fromkeys(("hot", "hottest", "rising", "trend"), Order.TRENDING)
    | dict.fromkeys(("relevant", "match", "best", "similarity"), Order.RELEVANCE)
)
PAPER_NOUNS = frozenset("paper papers result results article articles preprint preprints hit hits".split())
_VOTES = frozenset("vote votes upvote upvotes like likes".split())
_AT_LEAST = {lead: 0 for lead in ("at least", "min", "minimum", "a minimum of", "minimum of", "no less than")} | {
    lead: 1 for lead in ("more than", "over", "above", "greater than")
}
_BOUND = re.compile(r"(>=|=>|>|=|:)? *([0-9]{1,9})\+?")
#: what a person may want left out without wanting anything else left out
_KINDS = frozenset(
    """
    survey surveys review reviews benchmark benchmarks tutorial tutorials overview overviews thesis theses workshop
    workshops
    """.split()
)
_WHOLE_CODE = frozenset("code github repo repository implementation".split())


def has_phrase(line: Line, place: int) -> Found | None:
    """ "with code", "with open source code and a project page", where nothing follows that makes it a topic."""
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
    return Found(end, Query(has=frozenset(wanted))) if wanted and line.ends(end) else None


def _thing(line: Line, place: int) -> int:
    """The place behind one thing that a paper may have; 0 where there is none."""
    for _ in range(3):
        if line.word(place) in ("a", "an", "the", "open", "source", "open-source", "available", "public", "official"):
            place += 1
    word, behind = line.word(place), line.word(place + 1)
    if word == "project":
        return place + 1 + (behind in ("page", "pages", "website", "site"))
    if word == "github" and behind in _WHOLE_CODE:
        return place + 2
    return place + 1 if word in HAS and word != "page" else 0


def votes_phrase(line: Line, place: int) -> Found | None:
    """ "at least 20 votes", "20+ upvotes", "votes > 20"."""
    start = place + (line.word(place) == "with" or (line.word(place) == "and"))
    if plus := re.fullmatch(r"([0-9]{1,9})\+", line.word(start)):
        return _voted(line, start + 1, int(plus[1]))
    if line.word(start) in ("min", "minimum") and line.word(start + 1) in _VOTES:
        count = number(line.word(start + 2))
        return None if count is None else Found(start + 3, Query(min_votes=count))
    for length in (3, 2, 1):
        more = _AT_LEAST.get(" ".join(line.words[start : start + length]))
        count = number(line.word(start + length))
        if more is not None and count is not None:
            return _voted(line, start + length + 1, count + more)
    return None


def _voted(line: Line, place: int, count: int) -> Found | None:
    return Found(place + 1, Query(min_votes=count)) if line.word(place) in _VOTES else None


def bound(typed: str) -> int | None:
    """The least number of votes of ">=20", ">20", "20" or "20+"."""
    match = _BOUND.fullmatch(typed)
    return int(match[2]) + (match[1] == ">") if match else None


def top_phrase(line: Line, place: int) -> Found | None:
    """ "top 5", "top five papers", "the first 10 papers", "five papers"."""
    leads = line.word(place) in ("top", "first", "best")
    start = place + leads
    count = number(line.word(start))
    if count is None:
        return None
    papers = line.word(start + 1) in PAPER_NOUNS
    if papers or (line.word(place) == "top" and (place == 0 or line.ends(start + 1)) and not _measure(line, start + 1)):
        return Found(start + 1 + papers, Query(limit=limit(count)))
    return None


def limit(count: int) -> int:
    """As many papers as were asked for, and as one answer carries."""
    return max(1, min(count, MOST_PAPERS))


def _measure(line: Line, place: int) -> bool:
    """Of "top 1 accuracy", "top 5 error"."""
    return line.word(place).startswith(("accurac", "error", "predict", "recall", "precision", "acc"))


def order_phrase(line: Line, place: int) -> Found | None:
    """ "sorted by votes", "newest first", and at the very end "latest", "trending", "most voted"."""
    if line.word(place) in ("sorted", "sort", "ordered", "order", "ranked") and line.word(place + 1) == "by":
        behind = place + 2 + (line.word(place + 2) in ("the", "most", "number"))
        order = ORDERS.get(line.word(behind))
        return Found(behind + 1, Query(sort=order)) if order and (place == 0 or line.ends(behind + 1)) else None
    most = line.word(place) == "most"
    start = place + most
    word = line.word(start)
    order = ORDERS.get(word)
    if order is None or word not in (_MOST if most else _ALONE):
        return None
    end = start + 1 + (line.word(start + 1) in ("papers", "paper", "first"))
    last = line.closed(end) and (end == len(line) or not line.tokens[end].plain)
    return Found(end, Query(sort=order)) if last and (place > 0 or end > start + 1 or end == len(line)) else None


_MOST = frozenset("recent voted upvoted popular liked votes upvotes likes relevant".split())
_ALONE = frozenset("newest latest trending hottest".split())


def refusal(line: Line, place: int) -> Found | None:
    """ "without surveys", "not about robots", "excluding robot arms"."""
    start = place + (line.word(place) == "but")
    two = f"{line.word(start)} {line.word(start + 1)}"
    free = two in ("not about", "not on", "except about") or line.word(start) in ("excluding", "exclude")
    if not free and line.word(start) not in ("without", "no", "not", "except"):
        return None
    first = start + 1 + (two in ("not about", "not on", "except about"))
    first += line.word(first) in ("any", "the", "all")
    end = first
    while end - first < 3 and line.word(end) and not (end > first and line.ends(end)):
        end += 1
    end += line.word(end) == "papers"
    words = [word for word in line.words[first:end] if word not in PAPER_NOUNS]
    if not words or not line.ends(end) or not (free or (len(words) == 1 and words[0] in _KINDS)):
        return None
    refused = phrase(" ".join(words))
    return Found(end, Query(without_phrases=(refused,)) if " " in refused else Query(without=(refused,)))


def category_phrase(line: Line, place: int) -> Found | None:
    """ "cs.CL" or "in cs.CL"."""
    start = place + (line.word(place) == "in")
    known = plain_category(line.word(start))
    return Found(start + 1, Query(categories=(known,))) if known else None
