"""Options of sending mail, and parsing of server URLs and senders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from bot.domain.errors import BadArgument
from bot.services.mailboxes.addresses import mailbox

_FORM = (
    "expected smtp://user:password@host:587 (STARTTLS), smtps://... (TLS) or smtp+plain://localhost, "
    "with a password that is percent-encoded"
)


class Secured(StrEnum):
    """How the connection to the mail server is encrypted."""

    #: in the clear at first, then STARTTLS, which the server must have
    STARTTLS = "smtp"
    #: from the first byte
    TLS = "smtps"
    #: not at all: for a mail server on the same machine
    PLAIN = "smtp+plain"


_PORTS: Mapping[Secured, int] = {Secured.STARTTLS: 587, Secured.TLS: 465, Secured.PLAIN: 25}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The mail server that mails are sent through."""

    host: str
    port: int
    secured: Secured
    #: empty for no authentication
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dkim:
    """What mails are signed with."""

    #: PEM, RSA
    key: bytes = field(repr=False)
    selector: str
    domain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailOptions:
    """All options of sending mail."""

    server: Server
    #: "Paperboy", as readers see it
    name: str
    #: where mails come from
    address: str
    #: address for bounces, to which a subscription's tag is added; if empty, `address` without a tag
    bounces: str = ""
    #: mails per second that the server accepts; 0 for no limit
    per_second: float = 0
    dkim: Dkim | None = None
    #: connections to the server at once
    connections: int = 5

    @property
    def domain(self) -> str:
        """The domain of the sender."""
        return self.address.rpartition("@")[2]


def server(url: str) -> Server:
    """ "smtp://user:password@host:587". Raises `ValueError` with a clause that does not quote it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # Python quotes what it could not read, which may be a part of the password
        raise ValueError(_FORM) from None
    if parts.scheme not in set(Secured) or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(_FORM)
    secured = Secured(parts.scheme)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if password and secured is Secured.PLAIN:
        raise ValueError("a password is not sent in the clear; use smtp:// or smtps://")
    return Server(host=parts.hostname, port=port or _PORTS[secured], secured=secured, user=user, password=password)


def sender(text: str) -> tuple[str, str]:
    """Name and address of "Paperboy <paperboy@example.org>". Raises `ValueError`."""
    name, address = parseaddr(text)
    try:
        return name, mailbox(address)
    except BadArgument:
        raise ValueError("expected an address: Paperboy <paperboy@example.org>") from None
