from __future__ import annotations

import socket
import ssl

import httpx
import pytest

from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.sources.errors import trouble_of


def because(cause: Exception) -> httpx.ConnectError:
    error = httpx.ConnectError("all attempts failed")
    error.__cause__ = OSError("in between")
    error.__cause__.__context__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (because(socket.gaierror(-2, "Name or service not known")), SourceTrouble(TroubleCode.DNS)),
        (because(ssl.SSLCertVerificationError(1, "expired")), SourceTrouble(TroubleCode.CERTIFICATE)),
        (because(ssl.SSLError(1, "wrong version number")), SourceTrouble(TroubleCode.TLS)),
        (because(ConnectionRefusedError(111, "refused")), SourceTrouble(TroubleCode.CONNECT)),
        (httpx.ConnectTimeout(""), SourceTrouble(TroubleCode.CONNECT_TIMEOUT, "5 s")),
        (httpx.ProxyError("403 Forbidden"), SourceTrouble(TroubleCode.PROXY, "403 Forbidden")),
        (httpx.ReadError(""), SourceTrouble(TroubleCode.CONNECTION_LOST)),
        (httpx.UnsupportedProtocol("no scheme"), SourceTrouble(TroubleCode.CLIENT, "no scheme")),
    ],
)
def test_every_error_has_its_code(error: httpx.HTTPError, trouble: SourceTrouble) -> None:
    assert trouble_of(error, 5) == trouble
