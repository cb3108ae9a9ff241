"""What stands before every route: limits for visitors, and headers that leave a page nothing to be abused for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.domain.asker import on_behalf_of
from bot.services.mailboxes.addresses import network

#: nothing but our own style and our own forms; no script anywhere
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "interest-cohort=()",
}
#: visitors that are remembered
_REMEMBERED = 10_000


class VisitorLimiter:
    """How much each address has asked for lately: a bucket that refills."""

    def __init__(self, clock: Callable[[], float], *, per_second: float = 20, seconds: float = 10) -> None:
        """`clock` counts seconds and never goes back. What was not asked for is saved up for so many seconds."""
        self._clock = clock
        self._interval = 1 / per_second
        self._ahead = seconds
        self._full: OrderedDict[str, float] = OrderedDict()

    def welcome(self, address: str) -> bool:
        """Whether one more request is fine; counts it if so."""
        now = self._clock()
        full = max(self._full.pop(address, now), now) + self._interval
        welcome = full - now <= self._ahead
        self._full[address] = full if welcome else full - self._interval
        while len(self._full) > _REMEMBERED:
            self._full.popitem(last=False)
        return welcome


class Guard:
    """Answers by itself what is too much, and adds headers to every answer."""

    def __init__(self, app: ASGIApp, visitors: VisitorLimiter) -> None:
        self._app = app
        self._visitors = visitors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        client = scope.get("client")
        who = visitor(client[0] if client else "")
        if not self._visitors.welcome(who):
            refusal = PlainTextResponse("Too many requests; come back in a moment.\n", 429, {"retry-after": "5"})
            await refusal(scope, receive, _with_headers(send))
            return
        # a browser can have any number of conversations, and most pages are asked for by nobody in particular
        with on_behalf_of(f"web:{who}"):
            await self._app(scope, receive, _with_headers(send))


def visitor(host: str) -> str:
    """Return who is counted as one visitor: an IPv4 address, or the IPv6 network that one customer has."""
    return network(host) if ":" in host else host


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
