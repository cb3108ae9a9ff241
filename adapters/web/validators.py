"""HTTP cache validators: ETag and Last-Modified (RFC 9110)."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.datastructures import Headers

#: maximum number of resources in memory
_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class Validator:
    """The validators of one version of a resource."""

    etag: str
    #: in whole seconds, as in HTTP
    changed_at: datetime

    @property
    def headers(self) -> dict[str, str]:
        """The response headers."""
        return {"etag": self.etag, "last-modified": format_datetime(self.changed_at, usegmt=True)}

    def still_good(self, request_headers: Headers) -> bool:
        """Whether the client's copy is current; If-None-Match takes precedence over If-Modified-Since."""
        if (tags := request_headers.get("if-none-match")) is not None:
            known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return "*" in known or self.etag.removeprefix("W/") in known
        try:
            since = parsedate_to_datetime(request_headers.get("if-modified-since", ""))
        except ValueError:
            return False
        return since.tzinfo is not None and self.changed_at <= since


class Validators:
    """The last change of each resource, as seen by this process."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, Validator] = OrderedDict()

    def of(self, key: Hashable, body: bytes, now: datetime) -> Validator:
        """Return the validators of a resource's current body."""
        # weak, as the body may be compressed
        etag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        known = self._known.pop(key, None)
        if known is None or known.etag != etag:
            known = Validator(etag, now.replace(microsecond=0))
        self._known[key] = known
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return known
