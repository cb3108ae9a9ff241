"""API errors of Telegram and of the connection mapped to delivery errors and to failures for the retry policy. Pure.

A connection that was never established, or a full connection pool, means that nothing has arrived; after any later
failure the message may have arrived. Telegram has no idempotency key to drop duplicates.
"""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from adapters.kit.retry import Failure, Impact
from bot.domain.errors import DeliveryError
from bot.domain.i18n import tr
from bot.domain.requests import Chat

#: failures before the request was written
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
#: permanent refusals: part of Telegram's description in lower case, and the reason shown to people
_PERMANENT = {
    "bot was blocked by the user": tr("the bot was blocked"),
    "bot can't initiate conversation": tr("the person hasn't started the bot"),
    "bot can't send messages to bots": tr("the recipient is a bot"),
    "user is deactivated": tr("the account was deleted"),
    "bot was kicked": tr("the bot was removed from the chat"),
    "bot is not a member": tr("the bot isn't a member of the chat"),
    "chat was deleted": tr("the group was deleted"),
    "chat not found": tr("the chat doesn't exist"),
    "not enough rights": tr("the bot isn't allowed to write there"),
    "have no rights to send": tr("the bot isn't allowed to write there"),
    "need administrator rights": tr("the bot isn't an administrator with the right to post messages"),
    "chat_write_forbidden": tr("the bot isn't allowed to write there"),
    "chat_restricted": tr("Telegram has restricted the chat"),
    "message thread not found": tr("the topic was deleted"),
    "topic_deleted": tr("the topic was deleted"),
    "topic_closed": tr("the topic is closed"),
}
#: the bot is no longer in the chat
_REMOVED = frozenset(
    {
        "bot was blocked by the user",
        "user is deactivated",
        "bot was kicked",
        "bot is not a member",
        "chat was deleted",
        "chat not found",
        "message thread not found",
        "topic_deleted",
    }
)
BLOCKED = "blocked by a proxy before reaching Telegram"
_UNPARSED = ("can't parse entities", "entities_too_long", "entity_bounds_invalid")
#: how a server describes a method that it does not have; a wrong token has the same status
_NO_METHOD = "method not found"
#: until the operator sets a valid token
_TOKEN_WAIT = timedelta(minutes=5)
#: a block by a proxy has no stated duration, and repeated requests may prolong it
PROXY_WAIT = timedelta(minutes=2)
#: how the library reports a response that is not JSON
_PAGE = ". Parsing the server response"


class ServerError(NetworkError):
    """Telegram's server, or a proxy in front of it, responded with a status of 500 or more."""

    def __init__(self, status: int) -> None:
        try:
            phrase = HTTPStatus(status).phrase
        except ValueError:
            phrase = "Unknown status"
        super().__init__(f"{phrase} ({status})")
        self.status = status


def failure(error: Exception) -> Failure | None:
    """Return what a failed answer to a person may have done; None if it is not a Telegram error.

    Unlike for digests, a status of 500 or more counts as without effect: a duplicate answer is better than none.
    """
    match error:
        case RetryAfter():
            seconds = retry_delay(error).total_seconds()
            return Failure(impact=Impact.NONE, reason=f"Telegram asks to wait {seconds:g} s", retry_after=seconds)
        case ServerError():
            return Failure(impact=Impact.NONE, reason=error.message)
        case TelegramError() if blocked_by_proxy(error):
            wait = PROXY_WAIT.total_seconds()
            return Failure(impact=Impact.NONE, reason=BLOCKED, retry_after=wait)
        case ChatMigrated() | InvalidToken() | Forbidden() | BadRequest():
            return Failure(impact=Impact.NONE, reason=f"Telegram refused: {type(error).__name__}", permanent=True)
        case NetworkError() if isinstance(error.__cause__, _NOT_SENT):
            return Failure(impact=Impact.NONE, reason="Telegram could not be reached")
        case TelegramError():
            return Failure(impact=Impact.POSSIBLE, reason=f"the connection to Telegram broke ({type(error).__name__})")
    return None


def refused(chat: Chat, error: TelegramError) -> DeliveryError:
    """Return the error as a `DeliveryError`. It contains neither the token nor an address."""
    match error:
        case RetryAfter():
            wait = retry_delay(error)
            return DeliveryError(chat, f"Telegram asks to wait {wait.total_seconds():g} s", retry_after=wait)
        case ChatMigrated():
            new = Chat(chat.surface, str(error.new_chat_id), chat.thread)
            return DeliveryError(chat, "the group became a supergroup", moved_to=new)
        case InvalidToken():
            return DeliveryError(chat, "Telegram does not accept the token", retry_after=_TOKEN_WAIT)
        case _ if blocked_by_proxy(error):
            return DeliveryError(chat, BLOCKED, retry_after=PROXY_WAIT)
        case Forbidden() | BadRequest():
            return _refused(chat, error.message)
        case NetworkError():
            return _unanswered(chat, error)
    return DeliveryError(chat, f"unexpected error from Telegram: {error.message}", ambiguous=True)


def edit_refused(chat: Chat, error: TelegramError) -> DeliveryError:
    """Return the error of an edit, as `refused`; permanent if Telegram refuses to change this message."""
    if isinstance(error, Forbidden | BadRequest) and not blocked_by_proxy(error):
        return DeliveryError(chat, _refused(chat, error.message).reason, permanent=True)
    return refused(chat, error)


def blocked_by_proxy(error: TelegramError) -> bool:
    """Whether a proxy in front of Telegram blocked the request: it responds with HTML, Telegram with JSON."""
    return _PAGE in error.message and ("(429)" in error.message or "(403)" in error.message)


def retry_delay(error: RetryAfter) -> timedelta:
    """Return Telegram's `retry_after`, which the library gives as a number or a timedelta, depending on its
    settings.
    """
    wait = error.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)


def markup_refused(error: TelegramError) -> bool:
    """Whether Telegram could not parse the markup; the same text as plain text would be accepted."""
    return isinstance(error, BadRequest) and any(description in error.message.casefold() for description in _UNPARSED)


def method_missing(error: TelegramError) -> bool:
    """Whether the Bot API server does not have the method; the library reports a wrong token in the same way."""
    return isinstance(error, InvalidToken) and _NO_METHOD in error.message.casefold()


def rich_refused(error: TelegramError) -> bool:
    """Whether certainly nothing was written, because of the form of a rich message or for a reason that holds for any
    message, which then is the answer to the same page as HTML.
    """
    return method_missing(error) or (isinstance(error, BadRequest) and not unchanged(error))


def unchanged(error: TelegramError) -> bool:
    """Whether an edit was refused because the message already has this content."""
    return isinstance(error, BadRequest) and "message is not modified" in error.message.casefold()


def query_expired(error: TelegramError) -> bool:
    """Whether a callback query is too old to be answered."""
    return isinstance(error, BadRequest) and "query is too old" in error.message.casefold()


def _refused(chat: Chat, description: str) -> DeliveryError:
    part = next((part for part in _PERMANENT if part in description.casefold()), None)
    if part is None:
        return DeliveryError(chat, f"Telegram refused: {description[:120]}")
    return DeliveryError(chat, _PERMANENT[part], permanent=True, removed=part in _REMOVED)


def _unanswered(chat: Chat, error: NetworkError) -> DeliveryError:
    if isinstance(error.__cause__, _NOT_SENT):
        return DeliveryError(chat, "Telegram could not be reached")
    description = error.message.partition(_PAGE)[0][:60]
    broken = type(error.__cause__).__name__ if isinstance(error.__cause__, httpx.HTTPError) else description
    answered = not isinstance(error.__cause__, httpx.HTTPError) and not isinstance(error, TimedOut)
    return DeliveryError(chat, f"the connection to Telegram broke ({broken})", ambiguous=True, gateway=answered)
