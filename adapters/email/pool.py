"""A pool of SMTP connections, so that a slow mail does not delay others."""

from __future__ import annotations

import asyncio
import ssl
from datetime import timedelta

from adapters.email.connection import Envelope, SmtpConnection
from bot.domain.errors import DeliveryError
from bot.services.mailboxes.mail_options import MailServer

#: seconds that a mail waits for a free connection before it is put off
_WAIT = 30.0
_BUSY = timedelta(minutes=2)


class ConnectionPool:
    """Open connections on demand; the most recently used idle one is used first."""

    def __init__(
        self, server: MailServer, greeting: str, trusted: ssl.SSLContext | None, *, size: int, wait: float = _WAIT
    ) -> None:
        """As for `Connection`; `size` is the maximum number of connections, `wait` the seconds until one is free."""
        self._server = server
        self._greeting = greeting
        self._trusted = trusted
        self._free = asyncio.Semaphore(size)
        self._wait = wait
        self._idle: list[SmtpConnection] = []
        self._made: list[SmtpConnection] = []

    @property
    def opened(self) -> int:
        """The number of connections opened so far."""
        return sum(each.opened for each in self._made)

    @property
    def open(self) -> int:
        """The number of open, idle connections."""
        return sum(each.is_open for each in self._idle)

    async def send(self, envelope: Envelope) -> str:
        """Send a mail; return the server's reply. Raise `DeliveryError`."""
        try:
            async with asyncio.timeout(self._wait):
                await self._free.acquire()
        except TimeoutError:
            reason = "all connections to the mail server are in use"
            raise DeliveryError(envelope.chat, reason, retry_after=_BUSY) from None
        connection = self._idle.pop() if self._idle else self._new()
        try:
            return await connection.send(envelope)
        finally:
            self._idle.append(connection)
            self._free.release()

    def _new(self) -> SmtpConnection:
        connection = SmtpConnection(self._server, self._greeting, self._trusted)
        self._made.append(connection)
        return connection

    async def check(self) -> None:
        """Connect and log in. Raise `DeliveryError`."""
        connection = SmtpConnection(self._server, self._greeting, self._trusted)
        try:
            await connection.check()
        finally:
            await connection.close()

    async def close(self) -> None:
        """Close all idle connections."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(each.close() for each in idle))
