"""The JSON of a source's responses, and the message of its errors."""

from __future__ import annotations

import json

from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.domain.text import plain
from bot.sources.http import RateLimitedClient, SourceResponse


def parsed(web: RateLimitedClient, answer: SourceResponse) -> object:
    """Return the parsed body. Raise `FetchError` for an error status or invalid JSON."""
    if answer.status != 200:
        raise web.unusable(answer, status_trouble(answer))
    try:
        content: object = json.loads(answer.body)
    except (ValueError, RecursionError):
        is_page = answer.body.lstrip()[:1] == b"<"
        code = TroubleCode.WEB_PAGE if is_page else TroubleCode.NOT_JSON
        raise web.unusable(answer, SourceTrouble(code)) from None
    return content


def status_trouble(answer: SourceResponse) -> SourceTrouble:
    """Return the status of a response with its message: `{"error": "..."}` or `{"message": "..."}`."""
    said = ""
    try:
        match json.loads(answer.body):
            case {"error": str(error)} | {"message": str(error)}:
                said = plain(error)[:200]
    except (ValueError, RecursionError):
        pass
    return SourceTrouble(TroubleCode.STATUS, f"{answer.status} ({said})" if said else str(answer.status))
