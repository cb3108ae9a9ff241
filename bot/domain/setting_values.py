"""Validation of settings that several parts share: URLs, addresses to listen on, and days."""

from __future__ import annotations

from datetime import date


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


def days_in(value: str) -> tuple[date, ...]:
    """Return the days in a list of ISO dates with blanks or commas between. Raise `ValueError` for anything else."""
    try:
        return tuple(date.fromisoformat(day) for day in value.replace(",", " ").split())
    except ValueError:
        raise ValueError("expected days like 2027-01-01 with blanks between") from None


def days_text(value: str) -> str:
    """Return the text unchanged. Raise `ValueError` unless it is a list of days."""
    days_in(value)
    return value
