"""Pure: a DKIM signature (RFC 6376) over everything that a mail reader acts upon."""

from __future__ import annotations

import dkim

from bot.errors import SettingsError
from bot.mailing.options import Dkim

#: RFC 8058 wants both of the last two under the signature
_SIGNED = (
    b"From",
    b"To",
    b"Subject",
    b"Date",
    b"Message-ID",
    b"MIME-Version",
    b"Content-Type",
    b"Auto-Submitted",
    b"List-Id",
    b"List-Unsubscribe",
    b"List-Unsubscribe-Post",
)
#: signed once more than they are there, so that whoever adds another one breaks the signature (RFC 6376 8.15): mail
#: readers show the first of two, or the last. We send no Reply-To and no Cc, and nobody may add any
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
    """The mail with its signature in front. Raises `SettingsError` where the key is none."""
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
        raise SettingsError(f"PAPERBOY_DKIM_KEY_FILE holds no RSA key that can sign: {error}") from None
    return signature + mail
