"""Connection limits of an HTTP server, in total and per network; when it is full, the oldest idle or slow connection
is closed.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from adapters.kit.networks import is_local
from bot.domain.log import Log
from bot.services.mailboxes.mail_addresses import network

log = Log(__name__)

#: seconds between two log lines about closed or refused connections
_LOG_INTERVAL_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLimits:
    """Deadlines for clients, in seconds, and limits on the number of connections."""

    #: from the first byte of a request (for a new connection: from its start) to the end of the headers
    head: float = 10.0
    #: from there to the end of the body
    body: float = 20.0
    #: for the client to read a response that does not fit into the system's buffers
    reading: float = 60.0
    #: for the client to read what is left when the connection is closed; the system would wait for ever
    linger: float = 5.0
    connections: int = 500
    #: per network: an IPv4 /24 or IPv6 /64. Private and loopback addresses have no limit of their own, as reverse
    #: proxies use them for all their clients
    of_one_network: int = 64
    #: additional connections that may only reach reserved paths: health checks and unsubscribe links
    reserved: int = 32


class HttpConnection(Protocol):
    """What the table needs of a connection."""

    @property
    def waits(self) -> bool:
        """Whether no response is being made: the client is idle, or in the middle of sending a request."""
        ...

    def evict(self) -> None:
        """Close the connection at once."""
        ...


class ConnectionDecision(Enum):
    """Whether a new connection is served."""

    SERVED = auto()
    #: only reserved paths
    RESERVED = auto()
    REFUSED = auto()


class ConnectionTable:
    """All open connections of a server.

    When there are too many, the oldest waiting connection is closed, of the same network first. A client that sends
    its request in one go is therefore answered, however many idle connections are held open.
    """

    def __init__(self, limits: ServerLimits, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` is a monotonic clock in seconds."""
        self.limits = limits
        self._clock = clock
        self._networks: defaultdict[str, dict[HttpConnection, None]] = defaultdict(dict)
        self._network_of: dict[HttpConnection, str] = {}
        self._closed = {"evicted": 0, "refused": 0, "slow": 0}
        self._logged_at = -_LOG_INTERVAL_SECONDS

    def __len__(self) -> int:
        return len(self._network_of)

    def admit(self, connection: HttpConnection, host: str) -> ConnectionDecision:
        """Register a new connection from an IP address, closing another one if necessary."""
        name = network(host)
        if len(self._networks[name]) >= self._most(host) and not self._make_room([name]):
            self.note("refused")
            return ConnectionDecision.REFUSED
        admission = ConnectionDecision.SERVED
        if len(self) >= self.limits.connections and not self._make_room(self._largest_first()):
            admission = ConnectionDecision.RESERVED
            if len(self) >= self.limits.connections + self.limits.reserved:
                self.note("refused")
                return ConnectionDecision.REFUSED
        self._networks[name][connection] = None
        self._network_of[connection] = name
        return admission

    def release(self, connection: HttpConnection) -> None:
        """Remove a closed connection. Calling it twice is harmless."""
        name = self._network_of.pop(connection, None)
        if name is not None:
            del self._networks[name][connection]
            if not self._networks[name]:
                del self._networks[name]

    def note(self, what: str) -> None:
        """Count a connection that was evicted, refused or too slow, and log the counts at most once a minute."""
        self._closed[what] += 1
        if self._clock() - self._logged_at >= _LOG_INTERVAL_SECONDS:
            log.warning("connections closed", open=len(self), **self._closed)
            self._closed = dict.fromkeys(self._closed, 0)
            self._logged_at = self._clock()

    def _most(self, host: str) -> int:
        return (
            self.limits.connections + self.limits.reserved if not host or is_local(host) else self.limits.of_one_network
        )

    def _largest_first(self) -> Iterable[str]:
        return sorted(self._networks, key=lambda name: -len(self._networks[name]))

    def _make_room(self, networks: Iterable[str]) -> bool:
        """Close the oldest waiting connection of the first network that has one. Return False if there is none."""
        for name in networks:
            oldest = next((each for each in self._networks[name] if each.waits), None)
            if oldest is not None:
                self.release(oldest)
                oldest.evict()
                self.note("evicted")
                return True
        return False
