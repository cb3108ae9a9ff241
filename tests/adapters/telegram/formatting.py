"""Telegram's own parser of formatted text, from TDLib, without a network or a login."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from tests.adapters.telegram.world import Json


class CannotParse(Exception):
    """The text is not what it says to be; the message is the server's."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text and what is marked in it; offsets in UTF-16 code units."""

    text: str
    entities: list[Json]


@cache
def _library() -> Any:
    try:
        import tdjson
    except ImportError:
        return None
    tdjson.td_execute(b'{"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}')
    return tdjson


needs_tdjson = pytest.mark.skipif(
    _library() is None, reason="tdjson cannot be loaded here, so nothing parses as Telegram does"
)


def parse_html(text: str) -> Parsed:
    """As the server does it; where TDLib cannot be loaded, tags are merely taken away."""
    if _library() is None:
        return Parsed(html.unescape(re.sub(r"</?[a-z][^>]*>", "", text)), [])
    return _parsed({"@type": "parseTextEntities", "text": text, "parse_mode": {"@type": "textParseModeHTML"}})


def found_in(text: str) -> list[Json]:
    """What a server finds in a text that nobody has marked: mentions, commands, addresses."""
    return _entities(_executed({"@type": "getTextEntities", "text": text}))


def _parsed(query: Json) -> Parsed:
    answer = _executed(query)
    return Parsed(answer["text"], _entities(answer))


def _executed(query: Json) -> Json:
    answer: Json = json.loads(_library().td_execute(json.dumps(query).encode()))
    if answer["@type"] == "error":
        raise CannotParse(answer["message"])
    return answer


#: TDLib reports these to clients, the Bot API does not: "1:11" seeks in the video of a message that has one
_OF_CLIENTS = frozenset({"textEntityTypeMediaTimestamp"})
_NAMES = {"texturl": "text_link", "datetime": "date_time", "expandableblockquote": "expandable_blockquote"}


def _entities(answer: Json) -> list[Json]:
    return [_entity(each) for each in answer["entities"] if each["type"]["@type"] not in _OF_CLIENTS]


def _entity(found: Json) -> Json:
    kind = found["type"]["@type"].removeprefix("textEntityType").lower()
    kind = {"botcommand": "bot_command", "emailaddress": "email"}.get(kind, kind)
    entity = {"type": _NAMES.get(kind, kind), "offset": found["offset"], "length": found["length"]}
    extra = {name: found["type"][name] for name in ("url", "unix_time") if name in found["type"]}
    return entity | extra
