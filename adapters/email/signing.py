"""DKIM signatures (RFC 6376)."""

from __future__ import annotations

import dkim

from bot.domain.errors import SettingsError
from bot.services.mailboxes.mail_options import Dkim

#: RFC 8058 requires the last two to be signed
_SIGNED = (
    b"From",
    b"To",
    b"Subject",
    b"Date",
    b"Message-ID",
    b"MIME-Version",
    b"Content-Type",
    b"Content-Language",
    b"Auto-Submitted",
    b"List-Id",
    b"List-Unsubscribe",
    b"List-Unsubscribe-Post",
)
#: oversigned headers: signed once more than present, so that adding another one breaks the signature (RFC 6376 8.15),
#: as mail readers differ in which of two they show. Mails have no Reply-To and no Cc, and nobody may add any
_NOT_TWICE = (
    b"From",
    b"To",
    b"Subject",
    b"Date",
    b"Message-ID",
    b"MIME-Version",
    b"Content-Type",
    b"Content-Transfer-Encoding",
    b"Reply-To",
    b"Cc",
    b"List-Unsubscribe",
    b"List-Unsubscribe-Post",
)


def signed(mail: bytes, key: Dkim) -> bytes:
    """Return the mail with its signature prepended. Raise `SettingsError` if the key is invalid."""
    try:
        signature: bytes = dkim.sign(
            mail,
            selector=key.selector.encode(),
            domain=key.domain.encode(),
            privkey=key.key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[*_SIGNED, *_NOT_TWICE],
        )
    except dkim.DKIMException as error:
        raise SettingsError(f"PAPERBOY_DKIM_KEY_FILE has no RSA key that can sign: {error}") from None
    return signature + mail
