"""Conversations of the browser chat, in memory."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass, field

from bot.domain.pages import Page

#: maximum number of conversations, and of exchanges in each; none is stored on disk
_MOST, _EXCHANGES = 1_000, 20
_ID = re.compile(r"[A-Za-z0-9_-]{32}")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A line and its answer."""

    line: str
    answer: Page


@dataclass(slots=True)
class WebConversation:
    """The exchanges with one browser."""

    #: the network in which it started
    network: str
    exchanges: deque[Exchange] = field(default_factory=lambda: deque(maxlen=_EXCHANGES))


class WebConversations:
    """Conversations by id, which only the browser's cookie holds.

    Visitors who send nothing use no memory. When there are too many, the network with the most loses its oldest, so
    that starting a thousand conversations evicts one's own.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._conversations: OrderedDict[str, WebConversation] = OrderedDict()

    def __len__(self) -> int:
        return len(self._conversations)

    @staticmethod
    def valid_id(cookie: str) -> str:
        """Return the id in the cookie if it is valid, otherwise a new random one."""
        return cookie if _ID.fullmatch(cookie) else secrets.token_urlsafe(24)

    def token(self, id: str) -> str:
        """Return the CSRF token of a conversation's forms."""
        return hmac.new(self._key, id.encode(), hashlib.sha256).hexdigest()[:32]

    def genuine(self, id: str, token: str) -> bool:
        """Whether a CSRF token belongs to this id."""
        return bool(_ID.fullmatch(id)) and hmac.compare_digest(self.token(id).encode(), token.encode())

    def find(self, id: str) -> WebConversation | None:
        """Return the conversation, if it is in memory."""
        return self._conversations.get(id)

    def begun(self, id: str, network: str) -> WebConversation:
        """Return the conversation, created if necessary, and mark it as the newest."""
        conversation = self._conversations.pop(id, None) or WebConversation(network)
        self._conversations[id] = conversation
        if len(self._conversations) > _MOST:
            self._evict(conversation.network)
        return conversation

    def _evict(self, newcomer: str) -> None:
        """Evict the oldest conversation of the network with the most; on a tie, that of the newcomer's network."""
        counted = Counter(kept.network for kept in self._conversations.values())
        most = max(counted, key=lambda name: (counted[name], name == newcomer))
        del self._conversations[next(id for id, kept in self._conversations.items() if kept.network == most)]
