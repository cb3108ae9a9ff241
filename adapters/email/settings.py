"""Settings of the e-mail adapter, and the checked options that they make."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, SecretStr

from adapters.kit.registration import Adapter, AdapterSettings
from bot.domain.errors import SettingsError
from bot.domain.redaction import WithPassword
from bot.services.mailboxes.mail_options import Dkim, MailOptions, sender, server


def _smtp(value: SecretStr) -> SecretStr:
    if value.get_secret_value():
        server(value.get_secret_value())
    return value


def _from(value: str) -> str:
    if value:
        sender(value)
    return value


Mailbox = Annotated[str, AfterValidator(lambda value: value and sender(value)[1])]
#: a whole domain name, or a DKIM selector, which is part of one
DomainName = Annotated[str, Field(pattern=r"^([A-Za-z0-9_]([A-Za-z0-9_.-]{0,250}[A-Za-z0-9])?)?$")]


class EmailSettings(AdapterSettings):
    """`PAPERBOY_SMTP_URL`, `PAPERBOY_MAIL_…`, `PAPERBOY_DKIM_…` and the secret of bounce reports."""

    #: the latter two mean that mail is wanted, and the builder says what is missing
    adapter: ClassVar[Adapter] = Adapter(
        "email", "adapters.email.builder:build", ("smtp_url", "mail_from", "dkim_key_file")
    )

    smtp_url: Annotated[SecretStr, AfterValidator(_smtp), WithPassword()] = Field(
        default=SecretStr(""),
        description="`smtp://user:password@host:587` (STARTTLS), `smtps://` (TLS), `smtp+plain://localhost` (neither).",
    )
    mail_from: Annotated[str, AfterValidator(_from)] = Field(
        default="", description="Sender of the mails: `Paperboy <paperboy@example.org>`."
    )
    mail_bounces: Mailbox = Field(default="", description="Address for bounces.")
    mail_unsubscribe: Mailbox = Field(default="", description="Address that accepts unsubscribe requests by mail.")
    mail_per_second: float = Field(default=5.0, ge=0, le=10_000, description="Mails per second; 0: no limit.")
    mail_connections: int = Field(default=5, ge=1, le=20, description="Concurrent connections to the mail server.")
    dkim_key_file: Path | None = Field(default=None, description="Private key for DKIM signatures (RSA, PEM).")
    dkim_selector: DomainName = Field(
        default="paperboy", description="DKIM selector: place of the public key in the DNS."
    )
    dkim_domain: DomainName = Field(default="", description="DKIM domain; empty: the sender's.")
    bounce_secret: SecretStr = Field(
        default=SecretStr(""), description="Secret of mail servers that report bounces; empty: reports are refused."
    )


_WHY = {
    "MAIL_FROM": " It is the sender of the mails: Paperboy <paperboy@example.org>.",
    "PUBLIC_URL": " Every mail has links to change and end it: https://papers.example.org.",
}


def mail_options(settings: EmailSettings, public_url: str) -> MailOptions | None:
    """Return the options, or None where no mail is configured. Raise `SettingsError` where a setting is missing."""
    if not settings.smtp_url.get_secret_value():
        _refuse_without_server(settings)
        return None
    for needed, value in (("MAIL_FROM", settings.mail_from), ("PUBLIC_URL", public_url)):
        if not value:
            raise SettingsError(f"PAPERBOY_SMTP_URL is set, so PAPERBOY_{needed} must be set, too.{_WHY[needed]}")
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


def _refuse_without_server(settings: EmailSettings) -> None:
    if settings.mail_from or settings.dkim_key_file:
        named = "MAIL_FROM" if settings.mail_from else "DKIM_KEY_FILE"
        raise SettingsError(f"PAPERBOY_{named} is set, but PAPERBOY_SMTP_URL is not, so no mail can be sent.")


def _dkim(settings: EmailSettings, domain: str) -> Dkim | None:
    path = settings.dkim_key_file
    if path is None:
        return None
    try:
        key = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"PAPERBOY_DKIM_KEY_FILE: {path} cannot be read ({error.strerror}).") from None
    if b"PRIVATE KEY" not in key:
        raise SettingsError(f"PAPERBOY_DKIM_KEY_FILE: {path} is not a private key in PEM format.")
    return Dkim(key=key, selector=settings.dkim_selector, domain=settings.dkim_domain or domain)
