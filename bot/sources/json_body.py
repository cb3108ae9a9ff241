"""Read JSON from the response of a source, with a code for each way in which it can be unusable."""

from __future__ import annotations

import json

from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.domain.text import plain
from bot.sources.http import RateLimitedClient, SourceResponse


def read_json(web: RateLimitedClient, answer: SourceResponse) -> object:
    """Return the parsed body of a response with status 200. Raise `FetchError` if it is empty or no JSON."""
    body = answer.body.strip()
    if not body:
        raise web.unusable(answer, SourceTrouble(TroubleCode.EMPTY))
    try:
        content: object = json.loads(body)
    except (ValueError, RecursionError):
        code = TroubleCode.WEB_PAGE if body[:1] == b"<" else TroubleCode.NOT_JSON
        raise web.unusable(answer, SourceTrouble(code)) from None
    return content


def parsed(web: RateLimitedClient, answer: SourceResponse) -> object:
    """Return the parsed body. Raise `FetchError` for an error status, or no JSON."""
    if answer.status != 200:
        raise web.unusable(answer, status_trouble(answer))
    return read_json(web, answer)


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
