"""Forms, as browsers send them."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from contextlib import suppress
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

#: bytes of a form; the longest thing to be typed is an import of 25 subscriptions
_MOST_BYTES = 64 * 1024
_MOST_FIELDS = 50
#: a form that takes longer to arrive is not waited for
_SECONDS = 10


async def read(asked: Request) -> dict[str, str]:
    """The fields of a form; refused where it is too long, too slow, or none."""
    content = await body(asked, _MOST_BYTES)
    try:
        return dict(parse_qsl(content.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise HTTPException(400, "That is no form that this site has.") from None


async def body(asked: Request, most: int) -> bytes:
    """Return the whole body; refused where it has more than so many bytes, or takes too long to arrive."""
    try:
        async with asyncio.timeout(_SECONDS):
            return await _body(asked, most)
    except TimeoutError:
        raise HTTPException(408, "The form took too long to arrive.") from None
    except ClientDisconnect:
        # nobody reads this
        raise HTTPException(400, "The connection ended.") from None


def shown_secret(asked: Request) -> str:
    """Return what a program shows: `Bearer SECRET`, or `Basic` with it as the password; empty where it shows none.

    Services that can send no header of their own take the second from an address: https://any:SECRET@host/bounces.
    """
    # headers are read as Latin-1, and what is not ASCII in a token was sent as UTF-8
    header = asked.headers.get("authorization", "").encode("latin-1").decode(errors="replace")
    scheme, _, shown = header.partition(" ")
    match scheme.casefold():
        case "bearer":
            return shown
        case "basic":
            with suppress(ValueError):
                return b64decode(shown, validate=True).decode().partition(":")[2]
    return ""


async def _body(asked: Request, most: int) -> bytes:
    content = bytearray()
    async for chunk in asked.stream():
        content += chunk
        if len(content) > most:
            raise HTTPException(413, f"That is longer than {most // 1024} kB.")
    return bytes(content)
