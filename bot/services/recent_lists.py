"""Lists shown in chats, in memory only: a bounded cache with the newest list of each chat."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime

from bot.domain.requests import Chat

#: maximum number of chats
_MOST = 1_000


class RecentLists:
    """The newest list of each chat; the oldest lists are evicted."""

    def __init__(self) -> None:
        self._lists: OrderedDict[Chat, tuple[Sequence[str], datetime]] = OrderedDict()

    def put(self, chat: Chat, paper_ids: Sequence[str], now: datetime) -> None:
        """Store the papers shown in a chat."""
        if not chat.id:
            return
        self._lists[chat] = (paper_ids, now)
        self._lists.move_to_end(chat)
        while len(self._lists) > _MOST:
            self._lists.popitem(last=False)

    def newer(self, chat: Chat, moment: datetime | None) -> Sequence[str]:
        """Return the ids of the chat's list if it is newer than a moment, else an empty sequence."""
        ids, shown_at = self._lists.get(chat, ((), None))
        return ids if shown_at is not None and (moment is None or shown_at >= moment) else ()

    def drop(self, chat: Chat) -> None:
        """Delete the chat's list."""
        self._lists.pop(chat, None)
