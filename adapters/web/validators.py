"""What tells a client that its copy is still good: ETag and Last-Modified (RFC 9110)."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.datastructures import Headers

#: things whose last change is remembered
_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class Validator:
    """What one state of a thing is known by."""

    etag: str
    #: to the second, as HTTP has it
    changed_at: datetime

    @property
    def headers(self) -> dict[str, str]:
        """As they are sent."""
        return {"etag": self.etag, "last-modified": format_datetime(self.changed_at, usegmt=True)}

    def still_good(self, asked: Headers) -> bool:
        """Whether the client has this state; what it says of tags goes before what it says of dates."""
        if (tags := asked.get("if-none-match")) is not None:
            known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return "*" in known or self.etag.removeprefix("W/") in known
        try:
            since = parsedate_to_datetime(asked.get("if-modified-since", ""))
        except ValueError:
            return False
        return since.tzinfo is not None and self.changed_at <= since


class Validators:
    """Remembers when things changed, as far as this process has seen."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, Validator] = OrderedDict()

    def of(self, key: Hashable, body: bytes, now: datetime) -> Validator:
        """Return the validator of what is at a place now."""
        # weak, as the same may be sent compressed
        etag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        known = self._known.pop(key, None)
        if known is None or known.etag != etag:
            known = Validator(etag, now.replace(microsecond=0))
        self._known[key] = known
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return known
