"""Transport errors of a source as codes."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

from bot.domain.source_troubles import SourceTrouble, TroubleCode

#: transient errors, which are retried immediately
PASSING = (httpx.NetworkError, httpx.RemoteProtocolError, httpx.ConnectTimeout)


def trouble_of(error: httpx.HTTPError, connect_within: float) -> SourceTrouble:
    """Return the reason without the source's name and the URL, which may contain what a person typed."""
    match error:
        case httpx.ConnectTimeout():
            return SourceTrouble(TroubleCode.CONNECT_TIMEOUT, f"{connect_within:g} s")
        case httpx.ProxyError():
            return SourceTrouble(TroubleCode.PROXY, str(error) or type(error).__name__)
        case httpx.ConnectError():
            return _unreachable(error)
        case httpx.NetworkError() | httpx.RemoteProtocolError():
            return SourceTrouble(TroubleCode.CONNECTION_LOST)
        case httpx.DecodingError():
            return SourceTrouble(TroubleCode.ENCODING)
        case _:
            return SourceTrouble(TroubleCode.CLIENT, str(error))


def _unreachable(error: BaseException) -> SourceTrouble:
    causes = list(_chain(error))
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return SourceTrouble(TroubleCode.DNS)
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return SourceTrouble(TroubleCode.CERTIFICATE)
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return SourceTrouble(TroubleCode.TLS)
    return SourceTrouble(TroubleCode.CONNECT)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
