"""Forms, as browsers send them."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

#: bytes of a form; the longest thing to be typed is an import of 25 subscriptions
_MOST_BYTES = 64 * 1024
_MOST_FIELDS = 50
#: a form that takes longer to arrive is not waited for
_SECONDS = 10


async def read(asked: Request) -> dict[str, str]:
    """The fields of a form; refused where it is too long, too slow, or none."""
    try:
        async with asyncio.timeout(_SECONDS):
            body = await _body(asked)
    except TimeoutError:
        raise HTTPException(408, "The form took too long to arrive.") from None
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise HTTPException(400, "That is no form that this site has.") from None


def bearer(asked: Request) -> str:
    """The token that a program shows; empty where it shows none."""
    shown = asked.headers.get("authorization", "")
    # headers are read as Latin-1, and whatever is not ASCII in a token was sent as UTF-8
    return shown.removeprefix("Bearer ").encode("latin-1").decode(errors="replace") if "Bearer " in shown else ""


async def _body(asked: Request) -> bytes:
    body = b""
    async for chunk in asked.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise HTTPException(413, f"A form has at most {_MOST_BYTES // 1024} kB.")
    return body
