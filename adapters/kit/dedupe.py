"""In-memory de-duplication of inbound events that a platform may deliver twice."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable


class RecentIds:
    """Remember the newest ids. Enough for events that only read; what changes state is claimed in the database."""

    def __init__(self, size: int = 4_096) -> None:
        self._size = size
        self._ids: OrderedDict[Hashable, None] = OrderedDict()

    def __contains__(self, id: Hashable) -> bool:
        return id in self._ids

    def add(self, id: Hashable) -> bool:
        """Remember an id; return False if it is already known."""
        if id in self._ids:
            return False
        self._ids[id] = None
        if len(self._ids) > self._size:
            self._ids.popitem(last=False)
        return True
