"""One connection to the mail server, kept open, for one mail after the other."""

from __future__ import annotations

import asyncio
import re
import ssl
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

import aiosmtplib
from aiosmtplib.protocol import normalize_message_line_endings

from adapters.email.refusals import Stage, failure
from bot.mailing.options import Secured, Server
from bot.models import Chat

#: seconds for everything before the mail itself: nothing has been sent by then, so it can be tried again
_BEFORE = 60.0
#: seconds for a look at the server, which somebody waits for
_CHECK = 15.0
#: seconds in which the server must have taken the mail, after the final dot (RFC 5321 4.5.3.2.6)
_CONTENT = 600.0
#: within so long there is an answer or an error, whatever the server does
ANSWER_WITHIN = timedelta(seconds=_BEFORE + _CONTENT + 30)
#: servers close a connection that is idle for some minutes; after so many seconds it is tried before it is used
_IDLE = 20.0
_START_INPUT, _DONE = 354, 250
_PERIOD = re.compile(rb"(?m)^\.")


@dataclass(slots=True)
class Envelope:
    """A mail, and how far it came."""

    sender: str
    chat: Chat
    content: bytes
    stage: Stage = Stage.CONNECT


class Connection:
    """Carries one mail at a time; `ConnectionPool` has several of them."""

    def __init__(
        self, server: Server, greeting: str, trusted: ssl.SSLContext | None = None, *, idle: float = _IDLE
    ) -> None:
        """`greeting` is the name that we introduce ourselves with; `trusted` holds the certificates that are believed,
        the system's where it is None. After `idle` seconds a connection is tried before it is used.
        """
        self._idle = idle
        self._server = server
        self._greeting = greeting
        self._trusted = trusted
        self._client: aiosmtplib.SMTP | None = None
        self._used_at = 0.0
        #: connections that were opened, ever
        self.opened = 0

    @property
    def is_open(self) -> bool:
        """Whether a server is at the other end."""
        return self._client is not None and self._client.is_connected

    async def send(self, envelope: Envelope) -> str:
        """What the server says of a mail that it took. Raises `DeliveryError`."""
        try:
            async with asyncio.timeout(_BEFORE):
                await self._announced(envelope)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise failure(envelope.chat, envelope.stage, error) from error
        try:
            return await self._content(envelope)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise failure(envelope.chat, Stage.CONTENT, error) from error

    async def check(self) -> None:
        """Connect, log in, and be ready to send. Raises `DeliveryError`."""
        try:
            async with asyncio.timeout(_CHECK):
                await self._ready()
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise failure(Chat("email", self._server.host), Stage.CONNECT, error) from error

    async def close(self) -> None:
        """Say good-bye, where somebody is there to hear it."""
        client, self._client = self._client, None
        if client is not None and client.is_connected:
            try:
                await client.quit(timeout=2)
            except (aiosmtplib.SMTPException, OSError):
                pass
            finally:
                client.close()

    async def _announced(self, envelope: Envelope) -> None:
        opened = self.opened
        try:
            await self._try(envelope)
        except aiosmtplib.SMTPServerDisconnected:
            if self.opened > opened:
                raise
            # it was closed between two mails, which is a server's good right
            await self._try(envelope)

    async def _try(self, envelope: Envelope) -> None:
        client = await self._ready()
        try:
            await self._dialogue(client, envelope)
        except aiosmtplib.SMTPResponseException:
            await self._reset(client)
            raise
        except BaseException:
            self._drop()
            raise

    async def _dialogue(self, client: aiosmtplib.SMTP, envelope: Envelope) -> None:
        envelope.stage = Stage.SENDER
        size = [f"SIZE={len(envelope.content)}"] if client.supports_extension("size") else []
        await client.mail(envelope.sender, options=size)
        envelope.stage = Stage.RECIPIENT
        await client.rcpt(envelope.chat.id)
        envelope.stage = Stage.DATA
        reply = await client.execute_command(b"DATA")
        if reply.code != _START_INPUT:
            raise aiosmtplib.SMTPDataError(reply.code, reply.message)

    async def _content(self, envelope: Envelope) -> str:
        """The client's own `data` does not tell whether the mail had left when a connection ended; this does."""
        client = self._client
        if client is None or client.protocol is None:
            raise aiosmtplib.SMTPServerDisconnected("Connection lost")
        stuffed = _PERIOD.sub(b"..", normalize_message_line_endings(envelope.content))
        try:
            client.protocol.write(stuffed + b".\r\n")
            reply = await client.protocol.read_response(timeout=_CONTENT)
        except BaseException:
            self._drop()
            raise
        self._used_at = monotonic()
        if reply.code == 421:
            self._drop()
        if reply.code != _DONE:
            raise aiosmtplib.SMTPDataError(reply.code, reply.message)
        return reply.message

    async def _ready(self) -> aiosmtplib.SMTP:
        """The connection that is there if it still works, else a new one."""
        client = self._client
        if client is not None and client.is_connected and await self._works(client):
            return client
        self._drop()
        self._client = client = self._new()
        self.opened += 1
        await client.connect()
        self._used_at = monotonic()
        return client

    async def _works(self, client: aiosmtplib.SMTP) -> bool:
        if monotonic() - self._used_at < self._idle:
            return True
        try:
            await client.noop()
        except (aiosmtplib.SMTPException, OSError):
            return False
        return True

    async def _reset(self, client: aiosmtplib.SMTP) -> None:
        """Let the next mail begin anew; whatever hinders that ends the connection."""
        try:
            await client.rset()
        except (aiosmtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None

    def _new(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            use_tls=server.secured is Secured.TLS,
            start_tls=server.secured is Secured.STARTTLS,
            tls_context=self._trusted,
            # the machine's own name may take the DNS seconds
            local_hostname=self._greeting,
            timeout=_BEFORE,
        )
