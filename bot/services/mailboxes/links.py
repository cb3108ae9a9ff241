"""Signed links: each is valid for one subscription and one purpose, and cannot be guessed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum

#: bytes of a signature that are kept; 26 letters
_SIGNED_BYTES = 16
_TOKEN = re.compile(r"([a-z])([1-9][0-9]{0,11})-([a-z2-7]{26})")


class Purpose(StrEnum):
    """What a link is good for; one that was made for one purpose is good for no other."""

    UNSUBSCRIBE = "u"
    CHANGE = "c"
    #: the address that undeliverable mail comes back to
    BOUNCE = "b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Makes and reads links."""

    #: where the site is reachable from outside, without a slash at its end
    site: str
    secret: bytes
    #: where mails that end a subscription are sent to; empty for nowhere
    mailto: str = ""

    def __repr__(self) -> str:
        return f"Links({self.site!r})"

    def token(self, purpose: Purpose, subscription_id: int) -> str:
        """At most 40 letters; lower case, as some mail servers fold it."""
        signed = f"{purpose}{subscription_id}"
        return f"{signed}-{self._signature(signed)}"

    def read(self, token: str, purpose: Purpose) -> int | None:
        """The subscription's id; None for whatever was not made here for this purpose."""
        found = _TOKEN.fullmatch(token)
        if found is None:
            return None
        genuine = hmac.compare_digest(self._signature(f"{found[1]}{found[2]}"), found[3])
        return int(found[2]) if genuine and found[1] == purpose else None

    def anonymous(self, place: str) -> str:
        """The same letters for the same place, from which nobody without the secret learns it."""
        return self._signature(f"place {place}")

    def unsubscribe(self, token: str) -> str:
        """The page that ends a subscription, or a request for one."""
        return f"{self.site}/u/{token}"

    def unsubscribe_by_mail(self, token: str) -> str:
        """The same as a mail; empty where nobody reads such mails."""
        return f"mailto:{self.mailto}?subject={token}" if self.mailto else ""

    def change(self, token: str) -> str:
        """The page where a subscription is changed."""
        return f"{self.site}/change/{token}"

    def digest(self, id: str) -> str:
        """The page that has a digest which was sent."""
        return f"{self.site}/digests/{id}"

    def confirm(self, token: str) -> str:
        """The page where a request is confirmed."""
        return f"{self.site}/confirm/{token}"

    def _signature(self, signed: str) -> str:
        digest = hmac.new(self.secret, signed.encode(), hashlib.sha256).digest()[:_SIGNED_BYTES]
        return base64.b32encode(digest).decode().rstrip("=").lower()
