"""Options of sending mail, and parsing of server URLs and senders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from bot.domain.errors import BadArgument
from bot.services.mailboxes.mail_addresses import mailbox

_FORM = (
    "expected smtp://user:password@host:587 (STARTTLS), smtps://... (TLS) or smtp+plain://localhost, "
    "with a password that is percent-encoded"
)


class Secured(StrEnum):
    """How the connection to the mail server is encrypted."""

    #: unencrypted at first, then STARTTLS, which the server must support
    STARTTLS = "smtp"
    #: TLS from the first byte
    TLS = "smtps"
    #: unencrypted: for a mail server on the same machine
    PLAIN = "smtp+plain"


_PORTS: Mapping[Secured, int] = {Secured.STARTTLS: 587, Secured.TLS: 465, Secured.PLAIN: 25}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """The SMTP server that mails are sent through."""

    host: str
    port: int
    secured: Secured
    #: empty for no authentication
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dkim:
    """The key, selector and domain of DKIM signatures."""

    #: PEM, RSA
    key: bytes = field(repr=False)
    selector: str
    domain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailOptions:
    """All options of sending mail."""

    server: MailServer
    #: "Paperboy", as readers see it
    name: str
    #: the sender's address
    address: str
    #: address for bounces, to which a subscription's tag is added; if empty, `address` without a tag
    bounces: str = ""
    #: rate limit of the server in mails per second; 0 for none
    per_second: float = 0
    dkim: Dkim | None = None
    #: maximum number of connections to the server
    connections: int = 5

    @property
    def domain(self) -> str:
        """Return the domain of the sender."""
        return self.address.rpartition("@")[2]


def server(url: str) -> MailServer:
    """Parse "smtp://user:password@host:587". Raise `ValueError` whose message does not quote it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # Python's message quotes the invalid part, which may be a part of the password
        raise ValueError(_FORM) from None
    if parts.scheme not in set(Secured) or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(_FORM)
    secured = Secured(parts.scheme)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if password and secured is Secured.PLAIN:
        raise ValueError("a password is not sent in the clear; use smtp:// or smtps://")
    return MailServer(host=parts.hostname, port=port or _PORTS[secured], secured=secured, user=user, password=password)


def sender(text: str) -> tuple[str, str]:
    """Return name and address of "Paperboy <paperboy@example.org>". Raise `ValueError`."""
    name, address = parseaddr(text)
    try:
        return name, mailbox(address)
    except BadArgument:
        raise ValueError("expected an address: Paperboy <paperboy@example.org>") from None
