"""Several connections to the mail server, so that a mail that it takes long over holds up no other."""

from __future__ import annotations

import asyncio
import ssl
from datetime import timedelta

from adapters.email.connection import Connection, Envelope
from bot.errors import DeliveryError
from bot.mailing.options import Server

#: seconds for which a mail waits for a connection; then it is somebody else's turn
_WAIT = 30.0
_BUSY = timedelta(minutes=2)


class ConnectionPool:
    """Opens connections when they are needed, and uses the one that was used last first."""

    def __init__(self, server: Server, greeting: str, trusted: ssl.SSLContext | None, *, size: int) -> None:
        """As for `Connection`; `size` is how many there are at most."""
        self._server = server
        self._greeting = greeting
        self._trusted = trusted
        self._free = asyncio.Semaphore(size)
        self._idle: list[Connection] = []
        self._made: list[Connection] = []

    @property
    def opened(self) -> int:
        """How many connections were opened, ever."""
        return sum(each.opened for each in self._made)

    @property
    def open(self) -> int:
        """How many connections nobody uses and the server has not closed."""
        return sum(each.is_open for each in self._idle)

    async def send(self, envelope: Envelope) -> str:
        """Return what the server says of a mail that it took. Raise `DeliveryError`."""
        try:
            async with asyncio.timeout(_WAIT):
                await self._free.acquire()
        except TimeoutError:
            reason = "every connection to the mail server is busy"
            raise DeliveryError(envelope.chat, reason, retry_after=_BUSY) from None
        connection = self._idle.pop() if self._idle else self._new()
        try:
            return await connection.send(envelope)
        finally:
            self._idle.append(connection)
            self._free.release()

    def _new(self) -> Connection:
        connection = Connection(self._server, self._greeting, self._trusted)
        self._made.append(connection)
        return connection

    async def check(self) -> None:
        """Connect, log in, and be ready to send. Raise `DeliveryError`."""
        connection = Connection(self._server, self._greeting, self._trusted)
        try:
            await connection.check()
        finally:
            await connection.close()

    async def close(self) -> None:
        """Close every connection that nobody uses."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(each.close() for each in idle))
