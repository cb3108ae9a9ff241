"""The e-mail surface: makes mails of pages, signs them, and hands them to a mail server."""

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
from bot.errors import DeliveryError
from bot.letters import Letter, Ways
from bot.mailing.options import MailOptions
from bot.models import Chat, Finding
from bot.page import Page
from bot.rates import Allowance

_EMPTY = Letter(chat=Chat("email", "nobody@example.org"), page=Page(title="A test"), ways=Ways(), nonce="test")


class Mail:
    """Sends while its `async with` block runs; connects when mails are sent, and again when it must."""

    name = "email"
    #: servers take a mail twice; its Message-ID is the same, by which some mail readers show it once
    nonced = False
    #: mail servers may look at a mail for minutes before they say that they have it
    answers_within = ANSWER_WITHIN

    def __init__(
        self, options: MailOptions, clock: Callable[[], datetime], *, trusted: ssl.SSLContext | None = None
    ) -> None:
        """`clock` dates the mails; `trusted` as for `Connection`."""
        self.allowance = Allowance(per_second=options.per_second)
        self._options = options
        self._clock = clock
        self.pool = ConnectionPool(options.server, options.domain, trusted, size=options.connections)

    async def __aenter__(self) -> Self:
        """Raises `SettingsError` where the key cannot sign: no digest should be the first to find out."""
        await self._written(_EMPTY)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.pool.close()

    def parts(self, page: Page) -> Sequence[Page]:
        """One mail, or several where a mail reader would cut the end off, which has the way out."""
        return parts(page)

    async def send(self, chat: Chat, part: Page, *, nonce: str, silent: bool, role: str) -> str:
        """A mail without ways out. Digests have some, and are sent by `post`."""
        return await self.post(Letter(chat=chat, page=part, ways=Ways(), nonce=nonce))

    async def post(self, letter: Letter) -> str:
        """Send a mail; its Message-ID. Raises `DeliveryError`."""
        content = await self._written(letter)
        envelope = Envelope(envelope_sender(letter.ways, self._options), letter.chat, content)
        await self.pool.send(envelope)
        return f"<{letter.nonce}@{self._options.domain}>"

    async def examine(self) -> Sequence[Finding]:
        """Whether the server lets us in. Sends nothing."""
        server = self._options.server
        try:
            await self.pool.check()
        except DeliveryError as error:
            return [Finding("email", False, f"{server.host}:{server.port}: {error.reason}")]
        how = "signed with DKIM" if self._options.dkim else "not signed: set PAPERBOY_DKIM_KEY_FILE, or many are spam"
        return [Finding("email", True, f"{server.host}:{server.port} lets us in; mails are {how}")]

    async def _written(self, letter: Letter) -> bytes:
        made = message(letter, self._options, self._clock())
        # a signature takes milliseconds of arithmetic, in which others can be answered
        return await asyncio.to_thread(signed, made, self._options.dkim) if self._options.dkim else made
