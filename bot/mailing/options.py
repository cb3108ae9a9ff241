"""What the operator chose about mail, complete and checked, or a sentence that says what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from bot.errors import BadArgument, SettingsError
from bot.mailing.addresses import mailbox

if TYPE_CHECKING:
    from bot.settings import Settings


_FORM = (
    "expected smtp://user:password@host:587 (STARTTLS), smtps://... (TLS) or smtp+plain://localhost, "
    "with a password that is percent-encoded"
)


class Secured(StrEnum):
    """How a connection to the mail server is kept from others' eyes."""

    #: in the clear at first, then STARTTLS, which the server must have
    STARTTLS = "smtp"
    #: from the first byte
    TLS = "smtps"
    #: not at all: for a mail server on the same machine
    PLAIN = "smtp+plain"


_PORTS: Mapping[Secured, int] = {Secured.STARTTLS: 587, Secured.TLS: 465, Secured.PLAIN: 25}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The mail server that takes our mails."""

    host: str
    port: int
    secured: Secured
    #: empty where none is wanted
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
    """Everything that sending takes."""

    server: Server
    #: "Paperboy", as readers see it
    name: str
    #: where mails come from
    address: str
    #: where mails go that cannot be delivered; a subscription's tag is put into it. Empty: `address`, without a tag
    bounces: str = ""
    #: mails that the server takes in a second; 0 is without limit
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
        told = urlsplit(url)
        port = told.port
    except ValueError:
        # Python quotes what it could not read, which may be a part of the password
        raise ValueError(_FORM) from None
    if told.scheme not in set(Secured) or not told.hostname or told.path.strip("/") or told.query or told.fragment:
        raise ValueError(_FORM)
    secured = Secured(told.scheme)
    user, password = unquote(told.username or ""), unquote(told.password or "")
    if password and secured is Secured.PLAIN:
        raise ValueError("a password is not sent in the clear; use smtp:// or smtps://")
    return Server(host=told.hostname, port=port or _PORTS[secured], secured=secured, user=user, password=password)


def sender(text: str) -> tuple[str, str]:
    """Name and address of "Paperboy <paperboy@example.org>". Raises `ValueError`."""
    name, address = parseaddr(text)
    try:
        return name, mailbox(address)
    except BadArgument:
        raise ValueError("expected an address: Paperboy <paperboy@example.org>") from None


def mail_options(settings: Settings) -> MailOptions | None:
    """What was chosen; None where no mail is wanted. Raises `SettingsError` where something is missing."""
    if not settings.smtp_url.get_secret_value():
        _nothing_alone(settings)
        return None
    for needed, value in (("MAIL_FROM", settings.mail_from), ("PUBLIC_URL", settings.public_url)):
        if not value:
            raise SettingsError(f"PAPERBOY_SMTP_URL is set, so PAPERBOY_{needed} must be, too.{_WHY[needed]}")
    name, address = sender(settings.mail_from)
    return MailOptions(
        server=server(settings.smtp_url.get_secret_value()),
        name=name or "Paperboy",
        address=address,
        bounces=settings.mail_bounces,
        per_second=settings.mail_per_second,
        connections=settings.mail_connections,
        dkim=_dkim(settings, address.rpartition("@")[2]),
    )


_WHY = {
    "MAIL_FROM": " It is where mails come from: Paperboy <paperboy@example.org>.",
    "PUBLIC_URL": " Every mail has links to change and end it: https://papers.example.org.",
}


def _nothing_alone(settings: Settings) -> None:
    if settings.mail_from or settings.dkim_key_file:
        named = "MAIL_FROM" if settings.mail_from else "DKIM_KEY_FILE"
        raise SettingsError(f"PAPERBOY_{named} is set, but PAPERBOY_SMTP_URL is not: no mail can be sent.")


def _dkim(settings: Settings, domain: str) -> Dkim | None:
    path: Path | None = settings.dkim_key_file
    if path is None:
        return None
    try:
        key = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"PAPERBOY_DKIM_KEY_FILE: {path} cannot be read ({error.strerror}).") from None
    if b"PRIVATE KEY" not in key:
        raise SettingsError(f"PAPERBOY_DKIM_KEY_FILE: {path} is no private key in PEM form.")
    return Dkim(key=key, selector=settings.dkim_selector, domain=settings.dkim_domain or domain)
