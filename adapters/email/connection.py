"""A persistent SMTP connection that sends one mail at a time."""

from __future__ import annotations

import asyncio
import re
import ssl
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

import aiosmtplib
from aiosmtplib.protocol import normalize_message_line_endings

from adapters.email.smtp_errors import Stage, failure
from bot.domain.requests import Chat
from bot.services.mailboxes.mail_options import MailServer, Secured

#: time-out in seconds for everything before the mail's content; nothing has been sent by then, so it can be retried
_BEFORE = 60.0
#: time-out in seconds of a health check
_CHECK = 15.0
#: time-out in seconds for the server's reply after the final dot (RFC 5321 4.5.3.2.6)
_CONTENT = 600.0
#: upper bound for sending one mail, including all time-outs
ANSWER_WITHIN = timedelta(seconds=_BEFORE + _CONTENT + 30)
#: servers close idle connections after some minutes; after so many seconds the connection is checked with NOOP before
#: use
_IDLE = 20.0
_START_INPUT, _DONE = 354, 250
_PERIOD = re.compile(rb"(?m)^\.")


@dataclass(slots=True)
class Envelope:
    """A mail, and the stage of its SMTP transaction."""

    sender: str
    chat: Chat
    content: bytes
    stage: Stage = Stage.CONNECT


class SmtpConnection:
    """One SMTP connection; `ConnectionPool` holds several."""

    def __init__(
        self, server: MailServer, greeting: str, trusted: ssl.SSLContext | None = None, *, idle: float = _IDLE
    ) -> None:
        """`greeting` is the name for EHLO; `trusted` are the trusted certificates, by default the system's. After
        `idle` seconds the connection is checked before use.
        """
        self._idle = idle
        self._server = server
        self._greeting = greeting
        self._trusted = trusted
        self._client: aiosmtplib.SMTP | None = None
        self._used_at = 0.0
        #: number of connections opened so far
        self.opened = 0

    @property
    def is_open(self) -> bool:
        """Whether the connection is open."""
        return self._client is not None and self._client.is_connected

    async def send(self, envelope: Envelope) -> str:
        """Send a mail; return the server's reply. Raise `DeliveryError`."""
        try:
            async with asyncio.timeout(_BEFORE):
                await self._send_envelope(envelope)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise failure(envelope.chat, envelope.stage, error) from error
        try:
            return await self._content(envelope)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise failure(envelope.chat, Stage.CONTENT, error) from error

    async def check(self) -> None:
        """Connect and log in. Raise `DeliveryError`."""
        try:
            async with asyncio.timeout(_CHECK):
                await self._ready()
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise failure(Chat("email", self._server.host), Stage.CONNECT, error) from error

    async def close(self) -> None:
        """Send QUIT if connected, and close the connection."""
        client, self._client = self._client, None
        if client is not None and client.is_connected:
            try:
                await client.quit(timeout=2)
            except (aiosmtplib.SMTPException, OSError):
                pass
            finally:
                client.close()

    async def _send_envelope(self, envelope: Envelope) -> None:
        opened = self.opened
        try:
            await self._attempt(envelope)
        except aiosmtplib.SMTPServerDisconnected:
            if self.opened > opened:
                raise
            # the server may close the connection between two mails
            await self._attempt(envelope)

    async def _attempt(self, envelope: Envelope) -> None:
        client = await self._ready()
        try:
            await self._envelope_commands(client, envelope)
        except aiosmtplib.SMTPResponseException:
            await self._reset(client)
            raise
        except BaseException:
            self._drop()
            raise

    async def _envelope_commands(self, client: aiosmtplib.SMTP, envelope: Envelope) -> None:
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
        """Send the content. aiosmtplib's `data` does not tell whether the mail had been written when a connection
        broke; this does.
        """
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
        """Return the open connection if it still works, otherwise a new one."""
        client = self._client
        if client is not None and client.is_connected and await self._is_alive(client):
            return client
        self._drop()
        self._client = client = self._new()
        self.opened += 1
        await client.connect()
        self._used_at = monotonic()
        return client

    async def _is_alive(self, client: aiosmtplib.SMTP) -> bool:
        if monotonic() - self._used_at < self._idle:
            return True
        try:
            await client.noop()
        except (aiosmtplib.SMTPException, OSError):
            return False
        return True

    async def _reset(self, client: aiosmtplib.SMTP) -> None:
        """Reset the transaction for the next mail; drop the connection if that fails."""
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
            # looking up the machine's own name may take seconds of DNS
            local_hostname=self._greeting,
            timeout=_BEFORE,
        )
