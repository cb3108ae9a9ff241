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
        (because(socket.gaierror(-2, "Name or service not known")), "cannot be reached: its name is not known"),
        (because(ssl.SSLCertVerificationError(1, "expired")), "cannot be reached: its certificate cannot be trusted"),
        (because(ssl.SSLError(1, "wrong version number")), "cannot be reached: it does not speak TLS"),
        (because(ConnectionRefusedError(111, "refused")), "cannot be reached: no connection"),
        (httpx.ConnectTimeout(""), "cannot be reached: no connection within 5 s"),
        (httpx.ProxyError("403 Forbidden"), "cannot be reached: the proxy says 403 Forbidden"),
        (httpx.ReadError(""), "the connection was cut"),
        (httpx.UnsupportedProtocol("no scheme"), "cannot be asked: no scheme"),
    ],
)
def test_every_trouble_has_its_clause(error: httpx.HTTPError, words: str) -> None:
    assert clause(error, 5) == words
