"""What goes wrong on the way, on purpose: limits that are kept, and faults that a test asks for."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from tests.adapters.discord.world import Json


@dataclass(slots=True, kw_only=True)
class Fault:
    """The next requests whose path has some words end like this."""

    path: str = "/messages"
    method: str = "POST"
    times: int = 1
    #: so many of them pass unharmed before
    skip: int = 0
    #: the message is there all the same
    after: bool = False
    status: int = 0
    #: the answer; text is no JSON, as a proxy in front of the API sends it
    body: Json | str = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    #: the connection is cut: before the answer, or in the middle of it
    reset: bool = False
    truncated: bool = False
    #: nothing is answered
    hang: bool = False
    #: seconds before the request is answered as usual
    pause: float = 0.0


def cloudflare(times: int = 1, status: int = 429) -> Fault:
    """An answer of whoever stands in front of Discord."""
    return Fault(status=status, body="<html><title>DiscordConfig denied</title>error code: 1015</html>", times=times)


def refusal(status: int, code: int, message: str, *, times: int = 1) -> Fault:
    """An answer of Discord's own."""
    return Fault(status=status, body={"message": message, "code": code}, times=times)


def limited(seconds: float, *, everywhere: bool = False, times: int = 1) -> Fault:
    """An answer that asks for patience."""
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": everywhere}
    scope = "global" if everywhere else "user"
    return Fault(status=429, body=body, times=times, headers={"X-RateLimit-Scope": scope, "Via": "1.1 google"})


@dataclass(slots=True)
class Limits:
    """Counts in windows. None of the numbers is kept where it is 0."""

    everywhere: int = 50
    a_channel: int = 5
    a_channel_seconds: float = 5.0
    _all: deque[float] = field(default_factory=deque)
    _channels: dict[str, deque[float]] = field(default_factory=dict)

    def globally(self, now: float) -> float:
        """Seconds to wait; 0 where the request may pass, and it is counted."""
        return _taken(self._all, self.everywhere, 1.0, now)

    def in_channel(self, channel: str, now: float) -> tuple[float, dict[str, str]]:
        """The same for a channel, with the headers that tell of its bucket."""
        window = self._channels.setdefault(channel, deque())
        wait = _taken(window, self.a_channel, self.a_channel_seconds, now)
        if not self.a_channel:
            return 0.0, {}
        reset = max(0.0, window[0] + self.a_channel_seconds - now)
        return wait, {
            "X-RateLimit-Limit": str(self.a_channel),
            "X-RateLimit-Remaining": str(0 if wait else self.a_channel - len(window)),
            "X-RateLimit-Reset-After": f"{reset:.3f}",
            "X-RateLimit-Bucket": "0123456789abcdef",
        }


def _taken(window: deque[float], limit: int, seconds: float, now: float) -> float:
    while window and now - window[0] >= seconds:
        window.popleft()
    if limit and len(window) >= limit:
        return window[0] + seconds - now
    window.append(now)
    return 0.0
