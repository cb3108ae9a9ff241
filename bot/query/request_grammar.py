"""Request grammar around a topic: "could you show me the 3 latest papers that propose ...", "... please"."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.query.calendar import of_months
from bot.query.dates import number
from bot.query.filters import limited
from bot.query.line import Line, Match
from bot.query.model import Order, Query
from bot.query.patterns import DIRECT, LEADS_ON, ORDERS, PAPERS, REQUEST

#: number of words matched against the request patterns
_LONGEST_FRAME = 24
_COURTESIES = frozenset("please thanks thx pls plz".split())
_DIRECT_ORDERS = {
    "new": Order.NEW,
    "newest": Order.NEW,
    "hot": Order.TRENDING,
    "rising": Order.TRENDING,
    "voted": Order.VOTES,
}


def request_phrase(line: Line, place: int) -> Match | None:
    """Parse a request at the start of a sentence, with the order, number and year that it gives."""
    text = _beginning(line, place)
    match = REQUEST.match(text)
    if match and (match["request"] or (place == 0 and _is_no_topic(match, text))):
        return Match(place + _length(match), _of_papers(match))
    if place == 0 and (match := DIRECT.match(text)):
        said = [order for name, order in _DIRECT_ORDERS.items() if match[name]]
        return Match(_length(match), Query(sort=said[0] if said else None))
    return None


def courtesy_phrase(line: Line, place: int) -> Match | None:
    """Parse "please" at the end."""
    if place > 0 and place + 1 == len(line) and line.word(place) in _COURTESIES:
        return Match(place + 1, Query())
    return None


def _beginning(line: Line, place: int) -> str:
    said: list[str] = []
    for token in line.tokens[place : place + _LONGEST_FRAME]:
        if not token.plain:
            break
        said.append(f"{token.word} , " if token.closes else f"{token.word} ")
    return "".join(said)


def _length(match: re.Match[str]) -> int:
    return sum(word != "," for word in match[0].split())


def _is_no_topic(match: re.Match[str], text: str) -> bool:
    """Return whether "work" means a paper, as in "work on", rather than the topic, as in "work stealing"."""
    noun, behind = match["noun"].split(), text[match.start("rest") :].split()
    if not re.fullmatch(PAPERS, noun[-1]):
        return False
    return bool(LEADS_ON.fullmatch(behind[0])) if behind else noun[-1] == "papers"


def _of_papers(match: re.Match[str]) -> Query:
    count = number((match["count"] or match["few"] or "").strip())
    asks = replace(Query() if count is None else limited(count), sort=ORDERS.get((match["order"] or "").strip()))
    if match["year"] is None:
        return asks
    year = of_months(int(match["year"]), 1, 12)
    return replace(asks, after=year.first, before=year.end)
