from __future__ import annotations

import socket
import ssl

import httpx
import pytest

from bot.sources.errors import clause


def because(cause: Exception) -> httpx.ConnectError:
    error = httpx.ConnectError("all attempts failed")
    error.__cause__ = OSError("in between")
    error.__cause__.__context__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (because(socket.gaierror(-2, "Name or service not known")), "can't be reached (DNS lookup failed)"),
        (because(ssl.SSLCertVerificationError(1, "expired")), "can't be reached (invalid TLS certificate)"),
        (because(ssl.SSLError(1, "wrong version number")), "can't be reached (TLS handshake failed)"),
        (because(ConnectionRefusedError(111, "refused")), "can't be reached (no connection)"),
        (httpx.ConnectTimeout(""), "can't be reached (no connection within 5 s)"),
        (httpx.ProxyError("403 Forbidden"), "can't be reached (proxy error: 403 Forbidden)"),
        (httpx.ReadError(""), "the connection was lost"),
        (httpx.UnsupportedProtocol("no scheme"), "can't be queried (no scheme)"),
    ],
)
def test_every_trouble_has_its_clause(error: httpx.HTTPError, words: str) -> None:
    assert clause(error, 5) == words
