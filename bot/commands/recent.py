"""Lists that chats were shown and that are kept in memory only."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime

from bot.models import Chat

#: chats whose lists are kept
_MOST = 1_000


class RecentLists:
    """The newest such list of each chat; the oldest lists make room for new ones."""

    def __init__(self) -> None:
        self._lists: OrderedDict[Chat, tuple[Sequence[str], datetime]] = OrderedDict()

    def put(self, chat: Chat, paper_ids: Sequence[str], now: datetime) -> None:
        """The chat has been shown these papers."""
        if not chat.id:
            return
        self._lists[chat] = (paper_ids, now)
        self._lists.move_to_end(chat)
        while len(self._lists) > _MOST:
            self._lists.popitem(last=False)

    def newer(self, chat: Chat, moment: datetime | None) -> Sequence[str]:
        """The chat's list, unless it is older than a moment; empty where there is none."""
        ids, shown_at = self._lists.get(chat, ((), None))
        return ids if shown_at is not None and (moment is None or shown_at >= moment) else ()

    def drop(self, chat: Chat) -> None:
        """Forget the chat's list."""
        self._lists.pop(chat, None)
