"""Origins: updates as they are stored until their request is answered, so that another process can answer it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError

from adapters.telegram.callback_data import CommandLine
from bot.domain.log import Log
from bot.domain.requests import Door

log = Log(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One request of an update."""

    #: the raw update
    update: dict[str, object] = field(repr=False)
    #: the request's interaction id
    interaction: str
    #: of a message: one of its command lines, completed if it replies to a question. None for a callback query
    line: CommandLine | None = None
    door: Door = Door.TYPED


_STORED: TypeAdapter[Origin] = TypeAdapter(Origin)


def to_text(raw: object, interaction: str, line: CommandLine | None = None, door: Door = Door.TYPED) -> str:
    """Return the origin of a request as JSON; empty if its update cannot be written as JSON."""
    facts = None if line is None else {"command": line.command, "argument": line.argument, "target": line.target}
    try:
        return json.dumps({"update": raw, "interaction": interaction, "line": facts, "door": door})
    except (ValueError, TypeError, RecursionError) as error:
        # it can be answered now, only not by another process
        log.error("update not stored", interaction=interaction, reason=type(error).__name__)
        return ""


def from_text(origin: str) -> Origin:
    """Return the origin of `to_text`. Raise `ValueError`, which does not quote it."""
    try:
        return _STORED.validate_json(origin)
    except ValidationError as error:
        raise ValueError(f"{error.error_count()} errors") from None
