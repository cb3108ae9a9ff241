"""Rate limit headers of HTTP responses: `RateLimit` and `Retry-After`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

#: waiting time if a source does not specify one
DEFAULT_WAIT = timedelta(minutes=5)
#: longest waiting time accepted, in case a header is wrong
MAX_WAIT = timedelta(days=1)
#: requests of a source's rate limit window that are reserved for the daily lists
RESERVED = 50

_PARAMETER = re.compile(r";\s*(\w+)\s*=\s*(\d{1,12})")


def exhausted_until(headers: Mapping[str, str], now: datetime, spare: int = 0) -> datetime | None:
    """Return the end of the rate limit window if it allows at most `spare` more requests, else None.

    The header is that of draft-ietf-httpapi-ratelimit-headers-09: `RateLimit: "api";r=0;t=55`.
    """
    waits = [wait for remaining, wait in _windows(headers) if remaining <= spare]
    return _after(max(waits), now) if waits else None


def return_at(headers: Mapping[str, str], now: datetime) -> datetime:
    """Return when to retry after a refusal, from `RateLimit` or `Retry-After`, by default in five minutes."""
    return told_return(headers, now) or now + DEFAULT_WAIT


def told_return(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Return when to retry after a refusal, or None if the source does not say."""
    waits = [wait for _, wait in _windows(headers)]
    wait = max(waits) if waits else _retry_after(headers.get("retry-after", ""), now)
    return None if wait is None else _after(wait, now)


class Peace:
    """Until when a source must not be requested: by the daily lists, and on behalf of people.

    People's queries never restrict the daily lists beyond what the source itself has asked for.
    """

    def __init__(self) -> None:
        self._lists: datetime | None = None
        self._people: datetime | None = None

    def until(self, now: datetime, *, people: bool) -> datetime | None:
        """Return until when to wait, or None if the source may be requested."""
        ends = (self._lists, self._people) if people else (self._lists,)
        return max((end for end in ends if end is not None and now < end), default=None)

    def refused(self, headers: Mapping[str, str], now: datetime, *, people: bool) -> datetime:
        """Record a refusal. Return when the refused kind of request may be retried."""
        told = told_return(headers, now)
        self._people = told or now + DEFAULT_WAIT
        if told or not people:
            self._lists = self._people
        return self._people

    def answered(self, headers: Mapping[str, str], now: datetime) -> None:
        """Record the rate limit window of a response; its last requests are reserved for the daily lists."""
        self._lists = exhausted_until(headers, now) or self._lists
        self._people = exhausted_until(headers, now, RESERVED) or self._people


def _windows(headers: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """Yield the remaining requests and the seconds until reset for each window in the header."""
    for window in headers.get("ratelimit", "").split(","):
        said = {name: int(value) for name, value in _PARAMETER.findall(window)}
        if "r" in said and "t" in said:
            yield said["r"], said["t"]


def _retry_after(value: str, now: datetime) -> int | None:
    """Return the waiting time in seconds; the header contains seconds or a date."""
    if re.fullmatch(r"\d{1,12}", value.strip()):
        return int(value)
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return None
    return round((then.replace(tzinfo=then.tzinfo or UTC) - now).total_seconds())


def _after(seconds: int, now: datetime) -> datetime:
    """Return the moment plus one second, because clocks differ and a reset takes a moment."""
    return now + min(timedelta(seconds=max(seconds, 0) + 1), MAX_WAIT)
