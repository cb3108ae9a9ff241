"""Read JSON from the response of a source, with a code for each way in which it can be unusable."""

from __future__ import annotations

import json

from bot.domain.source_troubles import SourceTrouble, TroubleCode
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
