"""Access control for /metrics, which reveals how many people use this Paperboy."""

from __future__ import annotations

import hmac

from starlette.exceptions import HTTPException
from starlette.requests import Request

from adapters.kit.networks import is_local
from adapters.web.forms import secret_of
from bot.domain.i18n import tr

#: headers that reverse proxies add; a proxied request may come from anywhere
_OF_PROXIES = ("x-forwarded-for", "forwarded", "x-real-ip", "via", "x-forwarded-host", "x-forwarded-proto")
_BEARER = {"www-authenticate": "Bearer"}


def check(request: Request, token: str) -> None:
    """Raise `HTTPException` unless the request has the token or, if none is set, comes from a local address without
    a proxy.
    """
    if token:
        if not hmac.compare_digest(secret_of(request).encode(), token.encode()):
            raise HTTPException(
                401, tr("Send the header {header}.", header="Authorization: Bearer <PAPERBOY_METRICS_TOKEN>"), _BEARER
            )
        return
    host = request.client.host if request.client else ""
    if any(name in request.headers for name in _OF_PROXIES) or not is_local(host):
        raise HTTPException(
            403,
            tr(
                "Metrics are only served to local addresses. To allow others, set {setting}.",
                setting="PAPERBOY_METRICS_TOKEN",
            ),
        )
