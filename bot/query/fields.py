"""Query fields: author:"a gu" cat:cs.CL after:2026-03 votes:>=20 sort:new top:5, and negated -cat:cs.CV."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.query.categories import category
from bot.query.filters import HAS, bound, limited
from bot.query.line import Line, Match
from bot.query.model import Query
from bot.query.orders import ORDERS
from bot.query.people import name_end
from bot.query.tokens import Token, phrase, tokens
from bot.query.when import span_of

_COMMAS = re.compile(r"[,;|]+")
_YES = dict.fromkeys(("yes", "on", "true"), True) | dict.fromkeys(("no", "off", "false"), False)
_DATES = ("after", "before", "until", "date")


def field_value(line: Line, place: int) -> Match | None:
    """Parse a field with its value. Return None if a blank instead of a value follows the colon; then it is a word."""
    found = _read(line, place)
    if found is not None:
        return found
    if place + 1 < len(line) and line.tokens[place + 1].value:
        return line.ignoring(place, place + 2)
    return None


def _read(line: Line, place: int) -> Match | None:
    name, negated = line.tokens[place].field, line.tokens[place].negated
    value = line.tokens[place + 1] if place + 1 < len(line) else None
    if value is None or value.field or value.negated:
        return None
    if name in ("author", "org"):
        return _named(line, place, value, name, negated=negated)
    if name == "cat":
        return _categories(value, place + 2, negated=negated)
    if name == "word":
        return _word(value, place + 2, negated=negated)
    if negated:
        return None
    if name in _DATES:
        return _dated(line, place + 1, value, name)
    asks = _SIMPLE[name](value)
    return None if asks is None else Match(place + 2, asks)


def _named(line: Line, place: int, value: Token, name: str, *, negated: bool) -> Match | None:
    end = place + 2
    if name == "author" and value.plain:
        end = max(end, name_end(line, place + 1))
    said = value.word if end == place + 2 else phrase(" ".join(line.words[place + 1 : end]))
    if not said or not (value.value or place == 0 or line.ends(end)):
        return None
    if name == "author":
        said = _in_order(value.typed) if value.quoted else said
        return Match(end, Query(without_authors=(said,)) if negated else Query(authors=(said,)))
    return Match(end, Query(without_organizations=(said,)) if negated else Query(organizations=(said,)))


def _in_order(typed: str) -> str:
    """Return a name in printed order: "Han, Song" is Song Han."""
    last, comma, first = typed.strip('"').partition(",")
    return phrase(f"{first} {last}" if comma and phrase(first) and "," not in first else typed.strip('"'))


def _categories(value: Token, end: int, *, negated: bool) -> Match | None:
    parts = [part for part in _COMMAS.split(value.word.replace(" ", ",")) if part]
    known = tuple(dict.fromkeys(found for part in parts if (found := category(part))))
    unknown = tuple(part for part in parts if category(part) is None)
    if not known:
        return None
    asks = Query(without_categories=known, ignored=unknown) if negated else Query(categories=known, ignored=unknown)
    return Match(end, asks)


def _word(value: Token, end: int, *, negated: bool) -> Match | None:
    if not value.word:
        return None
    words = tuple(value.word.split())
    return Match(end, Query(without=words) if negated else Query(words=words))


def _dated(line: Line, place: int, value: Token, name: str) -> Match | None:
    words, start = (tuple(token.word for token in tokens(value.word)), 0) if value.quoted else (line.words, place)
    read = span_of(words, start, line)
    span, end = read or (None, place)
    if span is None:
        return None
    end = place + 1 if value.quoted else end
    match name:
        case "after":
            return Match(end, Query(after=span.first))
        case "before":
            return Match(end, Query(before=span.first))
        case "until":
            return Match(end, Query(before=span.end))
    return Match(end, Query(after=span.first, before=span.end))


def _has(value: Token) -> Query | None:
    parts = [part for part in _COMMAS.split(value.word.replace(" ", ",")) if part]
    known = frozenset(HAS[part] for part in parts if part in HAS)
    return Query(has=known, ignored=tuple(part for part in parts if part not in HAS)) if known else None


def _votes(value: Token) -> Query | None:
    least = bound(value.typed.rstrip(",;.!?)").strip('"'))
    return None if least is None else Query(min_votes=least)


def _sort(value: Token) -> Query | None:
    order = ORDERS.get(value.word)
    return Query(sort=order) if order else None


def _top(value: Token) -> Query | None:
    digits = value.typed.rstrip(",;.!?)").strip('"')
    return limited(int(digits)) if re.fullmatch(r"[0-9]{1,9}", digits) else None


def _strict(value: Token) -> Query | None:
    return Query(strict=_YES[value.word]) if value.word in _YES else None


_SIMPLE: dict[str, Callable[[Token], Query | None]] = {
    "has": _has,
    "votes": _votes,
    "sort": _sort,
    "top": _top,
    "strict": _strict,
}
