"""A real SMTP server on 127.0.0.1: it takes mails as they come over the wire, and fails as it is told."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import TracebackType
from typing import Self

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from bot.services.mailboxes.mail_options import MailServer, Secured

USER, PASSWORD = "paperboy", "correct horse"
#: what a step of the dialogue does instead of going on: a reply, or the end of the connection
DROP = "drop"


@dataclass(frozen=True, slots=True)
class Received:
    """A mail as it came."""

    sender: str
    recipient: str
    content: bytes
    #: whether the bytes came encrypted
    encrypted: bool
    user: str

    @property
    def mail(self) -> EmailMessage:
        parsed = message_from_bytes(self.content, policy=default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    def head(self, name: str) -> list[str]:
        """A header's lines as they came over the wire, without its name."""
        head = self.content.partition(b"\r\n\r\n")[0].decode("ascii")
        prefix = f"{name}: "
        return [line.removeprefix(prefix) for line in head.split("\r\n") if line.startswith(prefix)]

    def body(self, kind: str) -> str:
        part = self.mail.get_body((kind,))
        assert part is not None
        content = part.get_content()
        assert isinstance(content, str)
        return content


@dataclass(slots=True)
class Steps:
    """What the server says at each step; empty: what it should. The first is used once, the last for ever."""

    mail: list[str] = field(default_factory=list)
    rcpt: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    #: seconds before it answers that it has the mail
    slow: float = 0.0
    #: mails to these are only taken when the event is set
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    #: whether it has the mail when it ends the connection in silence
    took: bool = True


class PostOffice:
    """Serves while the `async with` block runs."""

    def __init__(self, secured: Secured = Secured.STARTTLS, *, password: str = PASSWORD) -> None:
        self.received: list[Received] = []
        self.steps = Steps()
        self.sessions = 0
        #: how often a client asked whether the connection is still there
        self.noops = 0
        #: mails that were being taken at the same moment, at most
        self.busiest = 0
        #: is set when a mail is being taken for the first time
        self.taking = asyncio.Event()
        self._news = asyncio.Event()
        self._busy = 0
        self._secured = secured
        self._password = password
        self._open: list[SMTP] = []
        self._server: asyncio.Server | None = None
        self._port = 0
        self._authority = trustme.CA()

    @property
    def server(self) -> MailServer:
        """Where it is, and how to get in."""
        assert self._port, "the server runs inside `async with` only"
        port = self._port
        plain = self._secured is Secured.PLAIN
        user, password = ("", "") if plain else (USER, PASSWORD)
        return MailServer(host="localhost", port=port, secured=self._secured, user=user, password=password)

    @property
    def url(self) -> str:
        """The same as a setting."""
        server = self.server
        login = f"{server.user}:{server.password.replace(' ', '%20')}@" if server.user else ""
        return f"{server.secured}://{login}{server.host}:{server.port}"

    @property
    def trusted(self) -> ssl.SSLContext:
        """Believes this server's certificate, and no other."""
        # the default context would load the certificates of the system, which takes longer than most tests
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._authority.configure_trust(context)
        return context

    def write_certificate(self, path: Path) -> None:
        """That of the authority, for a process that is to believe it."""
        self._authority.cert_pem.write_to_path(str(path))

    async def __aenter__(self) -> Self:
        implicit = self._context() if self._secured is Secured.TLS else None
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, "127.0.0.1", 0, ssl=implicit)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        self.hang_up()
        await self._server.wait_closed()
        await asyncio.sleep(0)

    async def until(self, count: int) -> None:
        """Wait until so many mails have come."""
        async with asyncio.timeout(60):
            while len(self.received) < count:
                self._news.clear()
                await self._news.wait()

    def take(self, received: Received) -> None:
        """Have a mail."""
        self.received.append(received)
        self._news.set()

    def hang_up(self) -> None:
        """End every connection, as a server does that was idle for too long."""
        for session in self._open:
            _cut(session)
        self._open.clear()

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._authority.issue_cert("localhost").configure_cert(context)
        return context

    def _session(self) -> SMTP:
        self.sessions += 1
        wants_tls, wants_login = self._secured is Secured.STARTTLS, self._secured is not Secured.PLAIN
        with warnings.catch_warnings():
            # it knows of no TLS but its own, and warns of passwords in the clear
            warnings.simplefilter("ignore")
            session = SMTP(
                _Clerk(self),
                hostname="post.example.org",
                tls_context=self._context() if wants_tls else None,
                require_starttls=wants_tls,
                authenticator=self._authenticate if wants_login else None,
                auth_required=wants_login,
                auth_require_tls=wants_tls,
                enable_SMTPUTF8=False,
            )
        self._open.append(session)
        return session

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: object
    ) -> AuthResult:
        assert isinstance(login, LoginPassword)
        known = (login.login.decode(), login.password.decode()) == (USER, self._password)
        return AuthResult(success=known, handled=False, auth_data=login.login.decode() if known else None)


class _Clerk:
    """Hears the steps of a dialogue."""

    def __init__(self, office: PostOffice) -> None:
        self._office = office

    async def handle_NOOP(self, server: SMTP, session: Session, envelope: Envelope, arg: str) -> str:  # noqa: N802
        self._office.noops += 1
        return "250 OK"

    async def handle_MAIL(  # noqa: N802 - the server's name for it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        def go_on() -> str:
            envelope.mail_from = address
            return "250 OK"

        return _step(self._office.steps.mail, server, go_on)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        def go_on() -> str:
            envelope.rcpt_tos.append(address)
            return "250 OK"

        return _step(self._office.steps.rcpt, server, go_on)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        office, steps = self._office, self._office.steps
        office._busy += 1
        office.taking.set()
        office.busiest = max(office.busiest, office._busy)
        if held := steps.held.get(envelope.rcpt_tos[0]):
            await held.wait()
        await asyncio.sleep(steps.slow)
        office._busy -= 1
        content = envelope.original_content
        assert isinstance(content, bytes)
        received = Received(
            sender=str(envelope.mail_from),
            recipient=envelope.rcpt_tos[0],
            content=content,
            encrypted=_encrypted(server),
            user=_text(session.auth_data),
        )
        falls_silent = bool(steps.data) and steps.data[0] == DROP
        if falls_silent and steps.took:
            office.take(received)

        def go_on() -> str:
            office.take(received)
            return f"250 2.0.0 Ok: queued as {len(office.received)}"

        return _step(steps.data, server, go_on)


def _step(said: list[str], server: SMTP, go_on: Callable[[], str]) -> str:
    if not said:
        return go_on()
    reply = said.pop(0) if len(said) > 1 else said[0]
    if reply == DROP:
        _cut(server)
    return go_on() if not reply or reply.startswith("250") else reply


def _text(auth_data: object) -> str:
    return auth_data if isinstance(auth_data, str) else ""


def _encrypted(server: SMTP) -> bool:
    return isinstance(server.transport, asyncio.BaseTransport) and bool(server.transport.get_extra_info("sslcontext"))


def _cut(server: SMTP) -> None:
    if isinstance(server.transport, asyncio.Transport):
        server.transport.abort()
