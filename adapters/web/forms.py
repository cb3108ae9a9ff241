"""Read request bodies and forms with limits on size and time, and secrets in the Authorization header."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from contextlib import suppress
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from bot.domain.i18n import tr

#: maximum bytes of a form; the longest input is an import of 25 subscriptions
_MOST_BYTES = 64 * 1024
_MOST_FIELDS = 50
#: time-out in seconds for receiving a form
_SECONDS = 10


async def read(request: Request) -> dict[str, str]:
    """Return the form's fields. Raise `HTTPException` if it is too long, too slow or malformed."""
    content = await body(request, _MOST_BYTES)
    try:
        return dict(parse_qsl(content.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise HTTPException(400, tr("This form doesn't exist here.")) from None


async def body(request: Request, most: int) -> bytes:
    """Return the whole body. Raise `HTTPException` if it has more than `most` bytes or arrives too slowly."""
    try:
        async with asyncio.timeout(_SECONDS):
            return await _body(request, most)
    except TimeoutError:
        raise HTTPException(408, tr("Sending the form took too long. Try again.")) from None
    except ClientDisconnect:
        # the client has gone, so nobody sees this
        raise HTTPException(400, tr("The connection was closed.")) from None


def secret_of(request: Request) -> str:
    """Return the secret in the Authorization header: `Bearer SECRET`, or the password of `Basic`; empty if there is
    none.

    Services that cannot set headers pass it in the URL: https://any:SECRET@host/bounces.
    """
    # the server decodes headers as Latin-1; non-ASCII tokens are sent as UTF-8
    header = request.headers.get("authorization", "").encode("latin-1").decode(errors="replace")
    scheme, _, shown = header.partition(" ")
    match scheme.casefold():
        case "bearer":
            return shown
        case "basic":
            with suppress(ValueError):
                return b64decode(shown, validate=True).decode().partition(":")[2]
    return ""


async def _body(request: Request, most: int) -> bytes:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > most:
            raise HTTPException(413, tr("Too long: send at most {size} kB.", size=most // 1024))
    return bytes(content)
