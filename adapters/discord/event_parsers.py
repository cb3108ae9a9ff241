"""Guarded event parsers: a malformed gateway event is logged with a reference and skipped; others are not affected."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.log import Log

log = Log(__name__)

Parser = Callable[[Any], None]
#: called for an event that could not be parsed, with its name, its data and the reference in the log
OnUnparsed = Callable[[str, object, str], None]
#: on a malformed session event discord.py must fail, so that it starts a new session
_SESSION = frozenset({"READY", "RESUMED"})


class FaultTolerantParsers(dict[str, Parser]):
    """discord.py's event parsers by name.

    discord.py calls them in the task that reads the connection; an exception in one would end that task.
    """

    def __init__(self, parsers: Mapping[str, Parser], answer_unparsed: OnUnparsed) -> None:
        super().__init__(
            {
                name: parse if name in _SESSION else _guarded(name, parse, answer_unparsed)
                for name, parse in parsers.items()
            }
        )

    def __getitem__(self, event: object) -> Parser:
        if not isinstance(event, str):
            # discord.py takes a KeyError for an unknown event
            raise KeyError(str(event))
        return super().__getitem__(event)


def _guarded(name: str, parse: Parser, answer_unparsed: OnUnparsed) -> Parser:
    def guarded(data: object) -> None:
        try:
            parse(data)
        except Exception:
            reference = os.urandom(4).hex()
            log.exception("event not read", reference=reference, on=name)
            answer_unparsed(name, data, reference)

    return guarded
