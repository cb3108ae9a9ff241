"""Validation of settings that several parts share: URLs and addresses to listen on."""

from __future__ import annotations


def http_url(value: str) -> str:
    """Return the URL without its last slash. Raise `ValueError` unless it is http or https with a host."""
    if not value.startswith(("http://", "https://")) or len(value.split("://", 1)[1].strip("/")) == 0:
        raise ValueError("expected an address that begins with http:// or https://")
    return value.rstrip("/")


def optional_http_url(value: str) -> str:
    """Return the same as `http_url`, or "" for an empty value."""
    return http_url(value) if value else value


def listen_address(value: str) -> str:
    """Return "host:port" unchanged, or "" for an empty value. Raise `ValueError` for anything else."""
    host, _, port = value.rpartition(":")
    if value and not (host.strip("[]") and port.isascii() and port.isdecimal() and int(port) < 65536):
        raise ValueError("expected a host and a port, such as 127.0.0.1:8080")
    return value
