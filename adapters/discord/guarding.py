"""One malformed event of the gateway costs that event only: it is logged with a reference and skipped."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from bot.logs import Log

log = Log(__name__)

Parser = Callable[[Any], None]
#: told of an event that could not be read: its name, what it said, and the reference in the log
Unread = Callable[[str, object, str], None]
#: a session that was not understood is no session: discord.py must fail, and begins another one
_SESSION = frozenset({"READY", "RESUMED"})


class GuardedParsers(dict[str, Parser]):
    """discord.py's parsers of events, by name.

    It calls them from the task that reads the connection, which ends for good with whatever one of them raises.
    """

    def __init__(self, parsers: Mapping[str, Parser], unread: Unread) -> None:
        super().__init__(
            {name: parse if name in _SESSION else _guarded(name, parse, unread) for name, parse in parsers.items()}
        )

    def __getitem__(self, event: object) -> Parser:
        if not isinstance(event, str):
            # discord.py takes a KeyError for an event that it does not know
            raise KeyError(str(event))
        return super().__getitem__(event)


def _guarded(name: str, parse: Parser, unread: Unread) -> Parser:
    def guarded(data: object) -> None:
        try:
            parse(data)
        except Exception:
            reference = os.urandom(4).hex()
            log.exception("event not read", reference=reference, on=name)
            unread(name, data, reference)

    return guarded
