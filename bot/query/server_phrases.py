"""Preprint servers in plain English: "from bioRxiv", "new neuroscience preprints from bioRxiv", "medRxiv papers on"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.servers import ARXIV, SERVERS
from bot.domain.subject_areas import MOST_WORDS, SUBJECT_AREAS, areas_named
from bot.query.filter_phrases import PAPER_NOUNS
from bot.query.model import Order, Query
from bot.query.tokens import Match, QueryLine, Token

#: name of a server as typed -> as stored
_NAMES = {server.title.casefold(): server.name for server in SERVERS if server.name}
_BEFORE = frozenset("new recent all any some every the more other latest newest".split())
_NEWEST = frozenset({"latest", "newest"})
_POSTED = frozenset("posted published appearing submitted uploaded available listed".split())
_LEADS = frozenset("from on in at via".split())
_INTO_AREA = frozenset("in on about from for of".split())
#: before a server's name without "from", these make it a topic: "the role of bioRxiv"
_MAKES_TOPIC = frozenset("of by like as than about for with into vs versus and or to".split())
_NOT = frozenset({"not", "except", "excluding", "nothing"})
_MOST_BEFORE = 4


@dataclass(frozen=True, slots=True)
class _Named:
    """Servers or areas, and the position after them."""

    names: tuple[str, ...]
    end: int


def server(value: Token) -> tuple[str, ...]:
    """Return the servers in the value of `server:`; none if one of them is unknown."""
    found = [_NAMES.get(part) for part in value.word.replace(",", " ").split()]
    return tuple(dict.fromkeys(name for name in found if name)) if all(found) else ()


def server_phrase(line: QueryLine, place: int) -> Match | None:
    """Parse a request for the papers of a server, with a subject area of that server if one is named."""
    return _excluded(line, place) or _from_server(line, place) or _papers_of_server(line, place)


def _excluded(line: QueryLine, place: int) -> Match | None:
    """Parse "not from arXiv"."""
    if line.word(place) not in _NOT or line.word(place + 1) not in _LEADS:
        return None
    named = _servers(line, place + 2)
    return Match(named.end, Query(without_servers=named.names)) if named and line.ends(named.end) else None


def _from_server(line: QueryLine, place: int) -> Match | None:
    """Parse "from bioRxiv", "cell biology preprints posted on bioRxiv", "new on bioRxiv in neuroscience"."""
    start = _skip(line, place, _BEFORE)
    # the area is one only if the server has it, so it is read after the server
    for area_end in range(min(start + MOST_WORDS, len(line)), start - 1, -1):
        named = _led(line, area_end)
        area = _area(line, start, area_end, named.names) if named else None
        if named and (area_end == start or area):
            return _match(line, place, start, named, area or ())
    return None


def _led(line: QueryLine, place: int) -> _Named | None:
    """Return the servers of "preprints posted on bioRxiv", if a clause ends there."""
    lead = _skip(line, place + (line.word(place) in PAPER_NOUNS), _POSTED)
    named = _servers(line, lead + 1) if line.word(lead) in _LEADS else None
    return named if named and line.ends(named.end) else None


def _papers_of_server(line: QueryLine, place: int) -> Match | None:
    """Parse "new bioRxiv preprints on", "bioRxiv neuroscience papers", "medRxiv" at either end of a line."""
    start = _skip(line, place, _BEFORE)
    named = _servers(line, start)
    if named is None:
        return None
    for end in range(min(named.end + MOST_WORDS, len(line)), named.end - 1, -1):
        area = _area(line, named.end, end, named.names)
        noun = line.word(end) in PAPER_NOUNS
        if area and (noun or line.ends(end)):
            return _match(line, place, start, _Named(named.names, end + noun), area)
    if line.word(named.end) in PAPER_NOUNS:
        return _match(line, place, start, _Named(named.names, named.end + 1), ())
    apart = start == 0 or line.ends(named.end)
    is_topic = ARXIV in named.names or line.word(start - 1) in _MAKES_TOPIC
    return _match(line, place, start, named, ()) if apart and not is_topic else None


def _match(line: QueryLine, place: int, start: int, named: _Named, area: Sequence[str]) -> Match:
    """Return the query, with the area that follows: "bioRxiv in neuroscience"."""
    end = named.end
    if not area and line.word(end) in _INTO_AREA:
        for last in range(min(end + 1 + MOST_WORDS, len(line)), end + 1, -1):
            found = _area(line, end + 1, last, named.names)
            if found and line.ends(last):
                area, end = found, last
                break
    order = Order.NEW if _NEWEST.intersection(line.words[place:start]) else None
    return Match(end, Query(servers=named.names, categories=tuple(area), sort=order))


def _servers(line: QueryLine, place: int) -> _Named | None:
    """Return the servers at a position: "bioRxiv", "bioRxiv and medRxiv"."""
    found: dict[str, None] = {}
    end = place
    while name := _NAMES.get(line.word(end).removesuffix("'s")):
        found[name] = None
        end += 1
        joined = line.word(end) in ("and", "or", "&") and line.word(end + 1) in _NAMES
        if not joined and not (line.word(end) in _NAMES and line.closed(end)):
            break
        end += joined
    return _Named(tuple(found), end) if found else None


def _area(line: QueryLine, start: int, end: int, servers: Sequence[str]) -> tuple[str, ...]:
    """Return the areas of these servers that the words between two positions name."""
    if end <= start or not all(line.words[start:end]):
        return ()
    known = {area for name in servers for area in SUBJECT_AREAS.get(name, ())}
    return tuple(area for area in areas_named(" ".join(line.words[start:end])) if area in known)


def _skip(line: QueryLine, place: int, words: frozenset[str]) -> int:
    end = place
    while end - place < _MOST_BEFORE and line.word(end) in words:
        end += 1
    return end
