"""arXiv ids, and URLs that contain one."""

from __future__ import annotations

import re

from bot.domain.identifiers import paper_id
from bot.query.line import Line, Match
from bot.query.model import Query
from bot.query.tokens import Token

_SEVERAL = re.compile(r"[,;|]")


def ids_of(token: Token) -> tuple[str, ...]:
    """Return the ids in a token; a quoted phrase of several words has none."""
    if token.quoted and " " in token.word:
        return ()
    known = (paper_id(part) for text in (token.typed, token.word) for part in _SEVERAL.split(text))
    return tuple(dict.fromkeys(id for id in known if id))


def like(line: Line, place: int) -> Match | None:
    """Parse "similar to 2604.01234"; the id alone is the query."""
    if line.word(place) not in ("like", "similar"):
        return None
    start = place + 1 + (line.word(place + 1) == "to")
    ids = ids_of(line.tokens[start]) if start < len(line) else ()
    return Match(start + 1, Query(ids=ids)) if ids else None
