"""Transport errors of a source, described in one clause."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

from bot.domain.i18n import Message, tr

#: transient errors, which are retried immediately
PASSING = (httpx.NetworkError, httpx.RemoteProtocolError, httpx.ConnectTimeout)


def clause(error: httpx.HTTPError, connect_within: float) -> Message:
    """Return the reason without the source's name and the URL, which may contain what a person typed."""
    match error:
        case httpx.ConnectTimeout():
            waited = f"{connect_within:g} s"
            return tr("can't be reached (no connection within {time})", time=waited)
        case httpx.ProxyError():
            return tr("can't be reached (proxy error: {reason})", reason=str(error) or type(error).__name__)
        case httpx.ConnectError():
            return _unreachable(error)
        case httpx.NetworkError() | httpx.RemoteProtocolError():
            return tr("the connection was lost")
        case httpx.DecodingError():
            return tr("sent a response that can't be decompressed")
        case _:
            return tr("can't be queried ({reason})", reason=str(error))


def _unreachable(error: BaseException) -> Message:
    causes = list(_chain(error))
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return tr("can't be reached (DNS lookup failed)")
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return tr("can't be reached (invalid TLS certificate)")
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return tr("can't be reached (TLS handshake failed)")
    return tr("can't be reached (no connection)")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
