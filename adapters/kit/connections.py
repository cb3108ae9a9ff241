"""Which connections a server keeps: a limit in all and for each network, and slow ones make room for others."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from adapters.kit.networks import is_local
from bot.logs import Log
from bot.mailing.addresses import network

log = Log(__name__)

#: what was closed or refused is told so often at most
_TOLD_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLimits:
    """How long clients may take, in seconds, and how many connections there may be."""

    #: from the first byte of a request (of a connection: from its beginning) to the end of its head
    head: float = 10.0
    #: from there to the end of its body
    body: float = 20.0
    #: for an answer that does not fit into the system's buffers
    reading: float = 60.0
    connections: int = 500
    #: of one network: an IPv4 /24, an IPv6 /64. Private and loopback addresses have no limit of their own, as proxies
    #: come from there and speak for everybody
    of_one_network: int = 64
    #: more connections, on which only a few addresses are answered: those of a monitor, of people who unsubscribe
    reserved: int = 32


class Connection(Protocol):
    """What the table must know of a connection."""

    @property
    def waits(self) -> bool:
        """Whether nothing is being answered: the client is silent, or in the middle of a request."""
        ...

    def evict(self) -> None:
        """Close it at once."""
        ...


class Admission(Enum):
    """Whether a new connection is served."""

    SERVED = auto()
    #: only what is reserved
    RESERVED = auto()
    REFUSED = auto()


class ConnectionTable:
    """Every open connection of a server.

    Where there are too many, the oldest that waits makes room, of the same network first. So whoever sends a request
    in one go is answered, however many connections are held open.
    """

    def __init__(self, limits: ServerLimits, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds and never goes back."""
        self.limits = limits
        self._clock = clock
        self._networks: defaultdict[str, dict[Connection, None]] = defaultdict(dict)
        self._network_of: dict[Connection, str] = {}
        self._closed = {"evicted": 0, "refused": 0, "slow": 0}
        self._told_at = -_TOLD_SECONDS

    def __len__(self) -> int:
        return len(self._network_of)

    def admit(self, connection: Connection, host: str) -> Admission:
        """Take in a new connection from an IP address, if need be in the place of another one."""
        name = network(host)
        if len(self._networks[name]) >= self._most(host) and not self._make_room([name]):
            self.note("refused")
            return Admission.REFUSED
        admission = Admission.SERVED
        if len(self) >= self.limits.connections and not self._make_room(self._largest_first()):
            admission = Admission.RESERVED
            if len(self) >= self.limits.connections + self.limits.reserved:
                self.note("refused")
                return Admission.REFUSED
        self._networks[name][connection] = None
        self._network_of[connection] = name
        return admission

    def release(self, connection: Connection) -> None:
        """Forget a connection, which is over. Twice is harmless."""
        name = self._network_of.pop(connection, None)
        if name is not None:
            del self._networks[name][connection]
            if not self._networks[name]:
                del self._networks[name]

    def note(self, what: str) -> None:
        """Count a connection that was evicted, refused or too slow, and log the counts at most once a minute."""
        self._closed[what] += 1
        if self._clock() - self._told_at >= _TOLD_SECONDS:
            log.warning("connections closed", open=len(self), **self._closed)
            self._closed = dict.fromkeys(self._closed, 0)
            self._told_at = self._clock()

    def _most(self, host: str) -> int:
        return (
            self.limits.connections + self.limits.reserved if not host or is_local(host) else self.limits.of_one_network
        )

    def _largest_first(self) -> Iterable[str]:
        return sorted(self._networks, key=lambda name: -len(self._networks[name]))

    def _make_room(self, networks: Iterable[str]) -> bool:
        """Evict the oldest connection that waits, of the first network that has one."""
        for name in networks:
            oldest = next((each for each in self._networks[name] if each.waits), None)
            if oldest is not None:
                self.release(oldest)
                oldest.evict()
                self.note("evicted")
                return True
        return False
