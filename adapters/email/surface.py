"""The e-mail adapter: composes, signs and sends mails through the connection pool."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from adapters.email.connection import ANSWER_WITHIN, Envelope
from adapters.email.message import envelope_sender, message
from adapters.email.pool import ConnectionPool
from adapters.email.render import parts
from adapters.email.signing import signed
from bot.domain.errors import DeliveryError
from bot.domain.health import HealthCheck
from bot.domain.mail import ActionLinks, OutgoingMail
from bot.domain.pages import Page
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Chat
from bot.services.mailboxes.mail_options import MailOptions

_EMPTY = OutgoingMail(
    chat=Chat("email", "nobody@example.org"), page=Page(title="A test"), action_links=ActionLinks(), nonce="test"
)


class Mail:
    """Send mails inside its `async with` block; connections are opened on demand."""

    name = "email"
    #: SMTP has no idempotency key; a duplicate has the same Message-ID, by which some mail readers hide it
    nonced = False
    #: mail servers may take minutes to accept a mail
    answers_within = ANSWER_WITHIN

    def __init__(
        self, options: MailOptions, clock: Callable[[], datetime], *, trusted: ssl.SSLContext | None = None
    ) -> None:
        """`clock` gives the mails' dates; `trusted` as for `Connection`."""
        self.allowance = Allowance(per_second=options.per_second)
        self._options = options
        self._clock = clock
        self.pool = ConnectionPool(options.server, options.domain, trusted, size=options.connections)

    async def __aenter__(self) -> Self:
        """Raise `SettingsError` at the start, rather than at the first digest, if the key cannot sign."""
        await self._written(_EMPTY)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.pool.close()

    def parts(self, page: Page) -> Sequence[Page]:
        """Split a page into mails; several only if mail readers would clip the end with the unsubscribe link."""
        return parts(page)

    async def send(self, chat: Chat, part: Page, *, nonce: str, silent: bool, role: str) -> str:
        """Send a mail without unsubscribe links. Digests have links, and are sent with `post`."""
        return await self.post(OutgoingMail(chat=chat, page=part, action_links=ActionLinks(), nonce=nonce))

    async def post(self, outgoing: OutgoingMail) -> str:
        """Send a mail; return its Message-ID. Raise `DeliveryError`."""
        content = await self._written(outgoing)
        envelope = Envelope(envelope_sender(outgoing.action_links, self._options), outgoing.chat, content)
        await self.pool.send(envelope)
        return f"<{outgoing.nonce}@{self._options.domain}>"

    async def examine(self) -> Sequence[HealthCheck]:
        """Check that the server accepts the login. No mail is sent."""
        server = self._options.server
        try:
            await self.pool.check()
        except DeliveryError as error:
            return [HealthCheck("email", False, f"{server.host}:{server.port}: {error.reason}")]
        how = (
            "signed with DKIM"
            if self._options.dkim
            else "not signed: set PAPERBOY_DKIM_KEY_FILE, or they may be taken for spam"
        )
        return [HealthCheck("email", True, f"{server.host}:{server.port} accepts the login; mails are {how}")]

    async def _written(self, outgoing: OutgoingMail) -> bytes:
        made = message(outgoing, self._options, self._clock())
        # signing takes milliseconds of CPU, so it runs in a thread
        return await asyncio.to_thread(signed, made, self._options.dkim) if self._options.dkim else made
