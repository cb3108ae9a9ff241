"""The certificates that HTTP clients trust."""

from __future__ import annotations

import ssl
from functools import cache

import httpx


@cache
def trusted() -> ssl.SSLContext:
    """Return the context of this process: to load the certificates takes 25 ms, which each client would do again."""
    return httpx.create_ssl_context()
