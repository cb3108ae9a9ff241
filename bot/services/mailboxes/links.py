"""Signed links: each is valid for one subscription and one purpose, and cannot be guessed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum

#: length of a signature in bytes: 26 letters in base 32
_SIGNED_BYTES = 16
_TOKEN = re.compile(r"([a-z])([1-9][0-9]{0,11})-([a-z2-7]{26})")


class Purpose(StrEnum):
    """What a link is valid for; a link for one purpose is not valid for another."""

    UNSUBSCRIBE = "u"
    CHANGE = "c"
    #: the envelope sender, to which bounces are sent
    BOUNCE = "b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Creates signed links and verifies them."""

    #: public URL of the site, without a trailing slash
    site: str
    secret: bytes
    #: address for mails that end a subscription; empty if there is none
    mailto: str = ""

    def __repr__(self) -> str:
        return f"Links({self.site!r})"

    def token(self, purpose: Purpose, subscription_id: int) -> str:
        """Return a signed token of at most 40 letters, in lower case because some mail servers change the case."""
        signed = f"{purpose}{subscription_id}"
        return f"{signed}-{self._signature(signed)}"

    def read(self, token: str, purpose: Purpose) -> int | None:
        """Return the subscription's id; None if the signature or the purpose is wrong."""
        found = _TOKEN.fullmatch(token)
        if found is None:
            return None
        genuine = hmac.compare_digest(self._signature(f"{found[1]}{found[2]}"), found[3])
        return int(found[2]) if genuine and found[1] == purpose else None

    def anonymous(self, place: str) -> str:
        """Return a keyed hash of an origin, so that requests can be counted without storing it."""
        return self._signature(f"place {place}")

    def unsubscribe(self, token: str) -> str:
        """Return the URL of the page that ends a subscription or declines an invitation."""
        return f"{self.site}/u/{token}"

    def unsubscribe_by_mail(self, token: str) -> str:
        """Return the mailto URL that ends a subscription; empty if there is no address for it."""
        return f"mailto:{self.mailto}?subject={token}" if self.mailto else ""

    def change(self, token: str) -> str:
        """Return the URL of the page where a subscription is changed."""
        return f"{self.site}/change/{token}"

    def digest(self, id: str) -> str:
        """Return the URL of the page of a digest that was sent."""
        return f"{self.site}/digests/{id}"

    @property
    def privacy(self) -> str:
        """URL of the privacy page."""
        return f"{self.site}/privacy"

    def confirm(self, token: str) -> str:
        """Return the URL of the page where an invitation is confirmed."""
        return f"{self.site}/confirm/{token}"

    def _signature(self, signed: str) -> str:
        digest = hmac.new(self.secret, signed.encode(), hashlib.sha256).digest()[:_SIGNED_BYTES]
        return base64.b32encode(digest).decode().rstrip("=").lower()
