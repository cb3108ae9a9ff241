"""Pure: what Telegram and the way to it say, as what follows for a delivery.

The table of what may have arrived: a connection that was never made, and a pool in which no connection was free,
have taken nothing; whatever broke later may have. Telegram has no key by which it would drop a double.
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
from bot.domain.requests import Chat

#: nothing was written yet
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
#: a part of what Telegram says, in lower case, and what it means to a person. It ends what the chat gets.
_FOR_EVER = {
    "bot was blocked by the user": "the bot was blocked",
    "bot can't initiate conversation": "the person has not started the bot",
    "bot can't send messages to bots": "that is a bot",
    "user is deactivated": "the account was deleted",
    "bot was kicked": "the bot was removed",
    "bot is not a member": "the bot is not in the chat",
    "chat was deleted": "the group was deleted",
    "chat not found": "there is no such chat",
    "not enough rights": "the bot may not write there",
    "have no rights to send": "the bot may not write there",
    "need administrator rights": "the bot may not post there, as it is no administrator with that right",
    "chat_write_forbidden": "the bot may not write there",
    "chat_restricted": "the chat is restricted",
    "message thread not found": "the topic was deleted",
    "topic_deleted": "the topic was deleted",
    "topic_closed": "the topic is closed",
}
_UNPARSED = ("can't parse entities", "entities_too_long", "entity_bounds_invalid")
#: as long as nobody gives us a token that is one
_TOKEN_WAIT = timedelta(minutes=5)
#: a wall does not say how long it stands, and grows where it is run against
WALL_WAIT = timedelta(minutes=2)
#: how the library tells of an answer that is no JSON
_PAGE = ". Parsing the server response"


class ServerError(NetworkError):
    """Telegram's server, or what stands in front of it, failed with a status of 500 or more."""

    def __init__(self, status: int) -> None:
        try:
            phrase = HTTPStatus(status).phrase
        except ValueError:
            phrase = "Unknown status"
        super().__init__(f"{phrase} ({status})")
        self.status = status


def failure(error: Exception) -> Failure | None:
    """Return what a failed call for a person who waits has done; None for an error that is none of Telegram's.

    A status of 500 or more counts as without effect, other than for a digest: the platform says that it has failed,
    and a person rather reads an answer twice than not at all.
    """
    match error:
        case RetryAfter():
            seconds = waited(error).total_seconds()
            return Failure(impact=Impact.NONE, reason=f"Telegram asks to wait {seconds:g} s", retry_after=seconds)
        case ServerError():
            return Failure(impact=Impact.NONE, reason=error.message)
        case TelegramError() if walled(error):
            wait = WALL_WAIT.total_seconds()
            return Failure(impact=Impact.NONE, reason="turned away before Telegram was reached", retry_after=wait)
        case ChatMigrated() | InvalidToken() | Forbidden() | BadRequest():
            return Failure(impact=Impact.NONE, reason=f"Telegram refused: {type(error).__name__}", permanent=True)
        case NetworkError() if isinstance(error.__cause__, _NEVER_LEFT):
            return Failure(impact=Impact.NONE, reason="Telegram could not be reached")
        case TelegramError():
            return Failure(impact=Impact.POSSIBLE, reason=f"the connection to Telegram broke ({type(error).__name__})")
    return None


def refused(chat: Chat, error: TelegramError) -> DeliveryError:
    """The error as the engine understands it. Holds neither the token nor an address."""
    match error:
        case RetryAfter():
            wait = waited(error)
            return DeliveryError(chat, f"Telegram asks to wait {wait.total_seconds():g} s", retry_after=wait)
        case ChatMigrated():
            new = Chat(chat.surface, str(error.new_chat_id), chat.thread)
            return DeliveryError(chat, "the group became a supergroup", moved_to=new)
        case InvalidToken():
            return DeliveryError(chat, "Telegram does not accept the token", retry_after=_TOKEN_WAIT)
        case _ if walled(error):
            return DeliveryError(chat, "turned away before Telegram was reached", retry_after=WALL_WAIT)
        case Forbidden() | BadRequest():
            return _no(chat, error.message)
        case NetworkError():
            return _unheard(chat, error)
    return DeliveryError(chat, f"Telegram answered in a way that nobody understands: {error.message}", ambiguous=True)


def walled(error: TelegramError) -> bool:
    """Whether somebody in front of Telegram has turned us away: a page of HTML, where Telegram would say why."""
    return _PAGE in error.message and ("(429)" in error.message or "(403)" in error.message)


def waited(error: RetryAfter) -> timedelta:
    """How long Telegram asks to wait; the library gives a number or a length of time, as its settings say."""
    wait = error.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)


def unparsed(error: TelegramError) -> bool:
    """Whether it was the markup that Telegram did not take: the same text without it goes through."""
    return isinstance(error, BadRequest) and any(said in error.message.casefold() for said in _UNPARSED)


def unchanged(error: TelegramError) -> bool:
    """Whether an edit would have changed nothing."""
    return isinstance(error, BadRequest) and "message is not modified" in error.message.casefold()


def _no(chat: Chat, said: str) -> DeliveryError:
    reason = next((reason for part, reason in _FOR_EVER.items() if part in said.casefold()), "")
    return DeliveryError(chat, reason or f"Telegram refused: {said[:120]}", permanent=bool(reason))


def _unheard(chat: Chat, error: NetworkError) -> DeliveryError:
    if isinstance(error.__cause__, _NEVER_LEFT):
        return DeliveryError(chat, "Telegram could not be reached")
    said = error.message.partition(_PAGE)[0][:60]
    broken = type(error.__cause__).__name__ if isinstance(error.__cause__, httpx.HTTPError) else said
    answered = not isinstance(error.__cause__, httpx.HTTPError) and not isinstance(error, TimedOut)
    return DeliveryError(chat, f"the connection to Telegram broke ({broken})", ambiguous=True, gateway=answered)
