"""Transport errors of a source, described in one clause for operators."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

#: transient errors, which are retried immediately
PASSING = (httpx.NetworkError, httpx.RemoteProtocolError, httpx.ConnectTimeout)


def clause(error: httpx.HTTPError, connect_within: float) -> str:
    """Return the reason without the source's name and the URL, which may contain what a person typed."""
    match error:
        case httpx.ConnectTimeout():
            return f"cannot be reached: no connection within {connect_within:g} s"
        case httpx.ProxyError():
            return f"cannot be reached: the proxy says {str(error) or 'nothing'}"
        case httpx.ConnectError():
            return f"cannot be reached: {_why(error)}"
        case httpx.NetworkError() | httpx.RemoteProtocolError():
            return "the connection was cut"
        case httpx.DecodingError():
            return "sent a body that cannot be unpacked"
        case _:
            return f"cannot be asked: {error}"


def _why(error: BaseException) -> str:
    causes = list(_chain(error))
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return "its name is not known"
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return "its certificate cannot be trusted"
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return "it does not speak TLS"
    return "no connection"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
