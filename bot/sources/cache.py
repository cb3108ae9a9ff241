"""Answers that may still hold, so that asking whether they do costs a source next to nothing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

#: all bodies together; a day's list is below one megabyte
ROOM = 32 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A body with what its source calls this state of it."""

    etag: str
    last_modified: str
    body: bytes = field(repr=False)
    #: whether the source said that another page follows
    has_next: bool

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that ask for the body only if it has changed."""
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in headers.items() if value}


class Cache:
    """The answers asked for most recently, as many as there is room for."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._taken = 0
        self._answers: OrderedDict[str, Remembered] = OrderedDict()

    def get(self, url: str) -> Remembered | None:
        """What is remembered of the address."""
        if url in self._answers:
            self._answers.move_to_end(url)
        return self._answers.get(url)

    def put(self, url: str, headers: Mapping[str, str], body: bytes, *, has_next: bool) -> None:
        """Remember an answer; one that its source gave no name cannot be asked about and is not kept."""
        self.forget(url)
        etag, last_modified = headers.get("etag", ""), headers.get("last-modified", "")
        if not (etag or last_modified) or len(body) > self._room:
            return
        self._answers[url] = Remembered(etag=etag, last_modified=last_modified, body=body, has_next=has_next)
        self._taken += len(body)
        while self._taken > self._room:
            self.forget(next(iter(self._answers)))

    def forget(self, url: str) -> None:
        """Ask for the address anew the next time."""
        if known := self._answers.pop(url, None):
            self._taken -= len(known.body)
