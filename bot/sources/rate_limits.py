"""Rate limit headers of HTTP responses: `RateLimit`, GitHub's `X-RateLimit-*`, and `Retry-After`."""

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
_SECONDS = re.compile(r"\d{1,12}", re.ASCII)


def exhausted_until(headers: Mapping[str, str], now: datetime, spare: int = 0) -> datetime | None:
    """Return the end of the rate limit window if it allows at most `spare` more requests, else None.

    The header is that of draft-ietf-httpapi-ratelimit-headers-09: `RateLimit: "api";r=0;t=55`.
    """
    waits = [wait for remaining, wait in _windows(headers, now) if remaining <= spare]
    return _after(max(waits), now) if waits else None


def return_at(headers: Mapping[str, str], now: datetime) -> datetime:
    """Return when to retry after a refusal, from its headers, by default in five minutes."""
    return told_return(headers, now) or now + DEFAULT_WAIT


def told_return(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Return when to retry after a refusal, or None if the source does not say.

    `Retry-After` comes first where the window is not used up, as a source can have several limits.
    """
    windows, wait = list(_windows(headers, now)), _retry_after(headers.get("retry-after", ""), now)
    if windows and (wait is None or any(remaining == 0 for remaining, _ in windows)):
        wait = max(wait for _, wait in windows)
    return None if wait is None else _after(wait, now)


def asks_to_wait(status: int, headers: Mapping[str, str]) -> bool:
    """Return whether a response is a refusal because of too many requests.

    GitHub answers 403 for that, with `Retry-After` or without any remaining request; so do gateways with 503.
    """
    if status == 429:
        return True
    told = "retry-after" in headers
    return (status == 503 and told) or (status == 403 and (told or headers.get("x-ratelimit-remaining") == "0"))


class Peace:
    """Until when a source must not be requested: by the daily lists, and on behalf of people.

    People's queries never restrict the daily lists beyond what the source itself has asked for.
    """

    def __init__(self, default_wait: timedelta = DEFAULT_WAIT) -> None:
        """`default_wait` is the waiting time after a refusal that does not specify one."""
        self._default_wait = default_wait
        self._lists: datetime | None = None
        self._people: datetime | None = None

    def until(self, now: datetime, *, people: bool) -> datetime | None:
        """Return until when to wait, or None if the source may be requested."""
        ends = (self._lists, self._people) if people else (self._lists,)
        return max((end for end in ends if end is not None and now < end), default=None)

    def refused(self, headers: Mapping[str, str], now: datetime, *, people: bool) -> datetime:
        """Record a refusal. Return when the refused kind of request may be retried."""
        told = told_return(headers, now)
        self._people = told or now + self._default_wait
        if told or not people:
            self._lists = self._people
        return self._people

    def answered(self, headers: Mapping[str, str], now: datetime) -> None:
        """Record the rate limit window of a response; its last requests are reserved for the daily lists."""
        self._lists = exhausted_until(headers, now) or self._lists
        self._people = exhausted_until(headers, now, RESERVED) or self._people


def _windows(headers: Mapping[str, str], now: datetime) -> Iterator[tuple[int, int]]:
    """Yield the remaining requests and the seconds until reset for each window in the headers."""
    for window in headers.get("ratelimit", "").split(","):
        said = {name: int(value) for name, value in _PARAMETER.findall(window)}
        if "r" in said and "t" in said:
            yield said["r"], said["t"]
    remaining, reset = headers.get("x-ratelimit-remaining", ""), headers.get("x-ratelimit-reset", "")
    if _SECONDS.fullmatch(remaining) and _SECONDS.fullmatch(reset):
        # a moment, in seconds since 1970
        yield int(remaining), int(reset) - int(now.timestamp())


def _retry_after(value: str, now: datetime) -> int | None:
    """Return the waiting time in seconds; the header contains seconds or a date."""
    if _SECONDS.fullmatch(value.strip()):
        return int(value)
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return None
    return round((then.replace(tzinfo=then.tzinfo or UTC) - now).total_seconds())


def _after(seconds: int, now: datetime) -> datetime:
    """Return the moment plus one second, because clocks differ and a reset takes a moment."""
    return now + min(timedelta(seconds=max(seconds, 0) + 1), MAX_WAIT)
