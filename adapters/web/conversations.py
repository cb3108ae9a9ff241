"""The conversations of the chat in the browser, kept in memory from their first line on."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass, field

from bot.page import Page

#: conversations that are remembered, and the length of each; nothing of them is on disk
_MOST, _EXCHANGES = 1_000, 20
_ID = re.compile(r"[A-Za-z0-9_-]{32}")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A line and its answer."""

    said: str
    answer: Page


@dataclass(slots=True)
class Conversation:
    """What was said in one browser."""

    #: where it began
    network: str
    exchanges: deque[Exchange] = field(default_factory=lambda: deque(maxlen=_EXCHANGES))


class Conversations:
    """Conversations by id, which only the browser's cookie has.

    Nothing is kept for a visitor who has only looked. Where there are too many, the network that has the most loses
    its oldest: who begins a thousand throws away their own.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._kept: OrderedDict[str, Conversation] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    @staticmethod
    def valid_id(shown: str) -> str:
        """Return the id that a browser shows, or a new one, which nobody can guess, where it shows none."""
        return shown if _ID.fullmatch(shown) else secrets.token_urlsafe(24)

    def token(self, id: str) -> str:
        """Return what stands in the forms of a conversation; a page of somebody else does not know it."""
        return hmac.new(self._key, id.encode(), hashlib.sha256).hexdigest()[:32]

    def genuine(self, id: str, token: str) -> bool:
        """Whether a form was made here for this id."""
        return bool(_ID.fullmatch(id)) and hmac.compare_digest(self.token(id).encode(), token.encode())

    def find(self, id: str) -> Conversation | None:
        """Return the conversation, if it has begun and is still kept."""
        return self._kept.get(id)

    def begun(self, id: str, network: str) -> Conversation:
        """Return the conversation, as the newest one; it begins with this where there was none."""
        conversation = self._kept.pop(id, None) or Conversation(network)
        self._kept[id] = conversation
        if len(self._kept) > _MOST:
            self._evict(conversation.network)
        return conversation

    def _evict(self, newcomer: str) -> None:
        """Forget the oldest of the network that has the most; of the newcomer's where no other has more."""
        counted = Counter(kept.network for kept in self._kept.values())
        most = max(counted, key=lambda name: (counted[name], name == newcomer))
        del self._kept[next(id for id, kept in self._kept.items() if kept.network == most)]
