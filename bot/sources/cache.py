"""HTTP cache for conditional requests (ETag, Last-Modified); LRU, in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

#: total size of the bodies in bytes; the list of a day is below one megabyte
ROOM = 32 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A cached response body and its validators."""

    etag: str
    last_modified: str
    body: bytes = field(repr=False)
    #: whether the response had a link to another page
    has_next: bool
    #: URL of the last page; empty if the response did not say
    last_page: str = ""

    @property
    def conditions(self) -> dict[str, str]:
        """Headers of a conditional request."""
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in headers.items() if value}


class Cache:
    """LRU cache of responses, limited by their total size."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._taken = 0
        self._answers: OrderedDict[str, Remembered] = OrderedDict()

    def get(self, url: str) -> Remembered | None:
        """Return the cached response for a URL, or None."""
        if url in self._answers:
            self._answers.move_to_end(url)
        return self._answers.get(url)

    def put(self, url: str, headers: Mapping[str, str], body: bytes, *, has_next: bool, last_page: str = "") -> None:
        """Cache a response, unless it has no validators or is too large."""
        self.forget(url)
        etag, last_modified = headers.get("etag", ""), headers.get("last-modified", "")
        if not (etag or last_modified) or len(body) > self._room:
            return
        self._answers[url] = Remembered(
            etag=etag, last_modified=last_modified, body=body, has_next=has_next, last_page=last_page
        )
        self._taken += len(body)
        while self._taken > self._room:
            self.forget(next(iter(self._answers)))

    def forget(self, url: str) -> None:
        """Remove the cached response for a URL."""
        if known := self._answers.pop(url, None):
            self._taken -= len(known.body)
