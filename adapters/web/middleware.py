"""Middleware: a rate limiter per visitor, and security headers (CSP and others)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.web.languages import language_of
from bot.domain.asker import on_behalf_of
from bot.domain.i18n import tr
from bot.messages.localization import text_in
from bot.services.mailboxes.mail_addresses import network

#: only the site's own styles and forms; no scripts
_POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_HEADERS = {
    "content-security-policy": "; ".join(f"{name} {value}" for name, value in _POLICY.items()),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "interest-cohort=()",
}
_TOO_MANY = tr("Too many requests. Try again in a few seconds.")
#: maximum number of visitors in memory
_REMEMBERED = 10_000


class VisitorLimiter:
    """A rate limiter (token bucket) per address."""

    def __init__(self, clock: Callable[[], float], *, per_second: float = 20, seconds: float = 10) -> None:
        """`clock` is a monotonic clock in seconds. Unused requests accumulate for `seconds` seconds."""
        self._clock = clock
        self._interval = 1 / per_second
        self._ahead = seconds
        self._full: OrderedDict[str, float] = OrderedDict()

    def allow(self, address: str) -> bool:
        """Count a request; return whether it is within the limit."""
        now = self._clock()
        full = max(self._full.pop(address, now), now) + self._interval
        allowed = full - now <= self._ahead
        self._full[address] = full if allowed else full - self._interval
        while len(self._full) > _REMEMBERED:
            self._full.popitem(last=False)
        return allowed


class Guard:
    """Answer requests beyond the limit with 429, and add security headers to every response."""

    def __init__(self, app: ASGIApp, visitors: VisitorLimiter) -> None:
        self._app = app
        self._visitors = visitors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        client = scope.get("client")
        who = visitor(client[0] if client else "")
        if not self._visitors.allow(who):
            text = text_in(_TOO_MANY, language_of(Request(scope)))
            refusal = PlainTextResponse(f"{text}\n", 429, {"retry-after": "5"})
            await refusal(scope, receive, _with_headers(send))
            return
        # the budget for remote searches is per visitor: a browser can start any number of conversations, and most
        # pages belong to none
        with on_behalf_of(f"web:{who}"):
            await self._app(scope, receive, _with_headers(send))


def visitor(host: str) -> str:
    """Return the rate limiter's key: an IPv4 address, or the IPv6 network of one customer."""
    return network(host) if ":" in host else host


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
