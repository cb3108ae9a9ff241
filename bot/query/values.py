"""Readers of field values: what follows author:, org:, server:, after:, has:, votes:, sort:, top:, cross:, strict:."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.query.date_phrases import span_of
from bot.query.filter_phrases import HAS, ORDERS, bound, limited
from bot.query.model import Query
from bot.query.people_phrases import name_end
from bot.query.server_phrases import server
from bot.query.tokens import Match, QueryLine, Token, phrase, tokens

#: reads the value at a position of the line, which follows its field; the flag tells whether the field is negated.
#: Returns None for a value that it does not understand.
Reader = Callable[[QueryLine, int, bool], Match | None]

_COMMAS = re.compile(r"[,;|]+")
_YES = dict.fromkeys(("yes", "on", "true"), True) | dict.fromkeys(("no", "off", "false"), False)


def simple(read: Callable[[Token], Query | None]) -> Reader:
    """Return a reader for values of one token; such a field cannot be negated."""

    def reader(line: QueryLine, place: int, negated: bool) -> Match | None:
        asks = None if negated else read(line.tokens[place])
        return None if asks is None else Match(place + 1, asks)

    return reader


def author(line: QueryLine, place: int, negated: bool) -> Match | None:
    """Read a name of one or more words: author:"song han", author:Kaiming He, author:"Han, Song"."""
    value = line.tokens[place]
    end = max(place + 1, name_end(line, place)) if value.plain else place + 1
    name = _name(line, place, end)
    if not name:
        return None
    name = _in_order(value.typed) if value.quoted else name
    return Match(end, Query(without_authors=(name,)) if negated else Query(authors=(name,)))


def organization(line: QueryLine, place: int, negated: bool) -> Match | None:
    """Read the name of an organization; one of several words needs quotes."""
    name = _name(line, place, place + 1)
    if not name:
        return None
    return Match(place + 1, Query(without_organizations=(name,)) if negated else Query(organizations=(name,)))


def _name(line: QueryLine, place: int, end: int) -> str:
    """Return the normalized name between two positions; "" if it cannot be the value of a field."""
    value = line.tokens[place]
    name = value.word if end == place + 1 else phrase(" ".join(line.words[place:end]))
    return name if value.value or place == 1 or line.ends(end) else ""


def _in_order(typed: str) -> str:
    """Return a name in printed order: "Han, Song" is Song Han."""
    last, comma, first = typed.strip('"').partition(",")
    return phrase(f"{first} {last}" if comma and phrase(first) and "," not in first else typed.strip('"'))


def servers(line: QueryLine, place: int, negated: bool) -> Match | None:
    """Read one or more preprint servers: server:biorxiv, server:biorxiv,medrxiv."""
    names = server(line.tokens[place])
    if not names:
        return None
    return Match(place + 1, Query(without_servers=names) if negated else Query(servers=names))


def plain_words(line: QueryLine, place: int, negated: bool) -> Match | None:
    """Read words that are only words, whatever they could mean elsewhere: word:"top 5"."""
    words = tuple(line.tokens[place].word.split())
    if not words:
        return None
    return Match(place + 1, Query(without=words) if negated else Query(words=words))


def after(line: QueryLine, place: int, negated: bool) -> Match | None:
    """Read the first day."""
    return _dated(line, place, negated, lambda first, end: Query(after=first))


def before(line: QueryLine, place: int, negated: bool) -> Match | None:
    """Read a day or period that is too late."""
    return _dated(line, place, negated, lambda first, end: Query(before=first))


def until(line: QueryLine, place: int, negated: bool) -> Match | None:
    """Read the last day or period."""
    return _dated(line, place, negated, lambda first, end: Query(before=end))


def during(line: QueryLine, place: int, negated: bool) -> Match | None:
    """Read the day or period itself."""
    return _dated(line, place, negated, lambda first, end: Query(after=first, before=end))


def _dated(line: QueryLine, place: int, negated: bool, bounds: Callable[..., Query]) -> Match | None:
    if negated:
        return None
    value = line.tokens[place]
    words, start = (tuple(token.word for token in tokens(value.word)), 0) if value.quoted else (line.words, place)
    span, end = span_of(words, start, line) or (None, place)
    if span is None:
        return None
    return Match(place + 1 if value.quoted else end, bounds(span.first, span.end))


def has(value: Token) -> Query | None:
    """Read what a paper must have: has:code, has:code,project."""
    parts = [part for part in _COMMAS.split(value.word.replace(" ", ",")) if part]
    known = frozenset(HAS[part] for part in parts if part in HAS)
    return Query(has=known, ignored=tuple(part for part in parts if part not in HAS)) if known else None


def votes(value: Token) -> Query | None:
    """Read a minimum number of votes: ">=20", "20+"."""
    least = bound(_number(value))
    return None if least is None else Query(min_votes=least)


def sort(value: Token) -> Query | None:
    """Read a sort order."""
    order = ORDERS.get(value.word)
    return Query(sort=order) if order else None


def top(value: Token) -> Query | None:
    """Read a number of papers."""
    digits = _number(value)
    return limited(int(digits)) if re.fullmatch(r"[0-9]{1,9}", digits) else None


def strict(value: Token) -> Query | None:
    """Read whether the words themselves are required."""
    return Query(strict=_YES[value.word]) if value.word in _YES else None


def cross(value: Token) -> Query | None:
    """Read whether cross-listed papers count."""
    return Query(cross=_YES[value.word]) if value.word in _YES else None


def _number(value: Token) -> str:
    return value.typed.rstrip(",;.!?)").strip('"')
