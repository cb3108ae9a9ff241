"""Ephemeral messages: answers in a group that only one person sees (Bot API 10.3). They are never shown to others.

A server that does not know them ignores the parameter that makes a message ephemeral, and would post it to everybody.
So a server is first asked whether it has their methods; then a message without content is sent, and only if the server
says that it is ephemeral it is given its content.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from telegram import InlineKeyboardMarkup, Message
from telegram.error import BadRequest, InvalidToken, TelegramError

from adapters.telegram.chats import NAME
from adapters.telegram.outbound import NoTurn, Outbound
from adapters.telegram.render import formatted
from bot.domain.log import Log
from bot.domain.pages import Page
from bot.domain.requests import Chat

log = Log(__name__)

#: seconds after which a server, or a chat that refused them, is tried again
_SERVER_AGAIN, _CHAT_AGAIN = 6 * 3600.0, 3600.0
_PLACEHOLDER = "…"
_MOST_CHATS = 10_000


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who alone sees a message, and where."""

    chat: Chat
    person: str
    #: id of the callback query that it answers; empty for none. Without one, the bot has to be an administrator
    query: str = ""

    @property
    def parameters(self) -> dict[str, Any]:
        """The fields of a message that make it ephemeral."""
        given: dict[str, Any] = {"receiver_user_id": int(self.person)}
        return {"ephemeral_message_parameters": given | ({"callback_query_id": self.query} if self.query else {})}


class Ephemeral:
    """Sends and edits ephemeral messages where the server offers them and the bot may."""

    def __init__(self, outbound: Outbound, clock: Callable[[], float] = time.monotonic) -> None:
        self._outbound = outbound
        self._clock = clock
        #: whether the server has shown that it knows them; None if that is unknown
        self._offered: bool | None = None
        self._ask_again = 0.0
        #: until when chats are not tried, in which the bot may not send them without a callback query
        self._refused: dict[str, float] = {}

    async def say(self, receiver: Receiver, page: Page, markup: InlineKeyboardMarkup | None) -> bool:
        """Send a page that fits into one message to one person. Return False if that is not possible, or not known.

        Never raise `TelegramError` or `NoTurn`.
        """
        try:
            return await self._may(receiver) and await self._send(receiver, page, markup)
        except NoTurn:
            return False
        except TelegramError as error:
            if not receiver.query and isinstance(error, BadRequest):
                self._leave_alone(receiver.chat)
            log.info("ephemeral message not sent", surface=NAME, reason=f"{type(error).__name__}: {error.message[:80]}")
            return False

    async def relabel(self, receiver: Receiver, id: int, markup: InlineKeyboardMarkup) -> None:
        """Replace the keyboard of a message. Raise `TelegramError`."""
        await self._outbound.raw(
            receiver.chat,
            "editEphemeralMessageReplyMarkup",
            {**_message(receiver, id), "reply_markup": markup.to_dict()},
        )

    async def _may(self, receiver: Receiver) -> bool:
        now = self._clock()
        if not receiver.query and self._refused.get(receiver.chat.id, 0.0) > now:
            return False
        if self._offered is None or (self._offered is False and now >= self._ask_again):
            self._offered = None if await self._has_methods(receiver.chat) else False
            self._ask_again = now + _SERVER_AGAIN
        return self._offered is not False

    async def _has_methods(self, chat: Chat) -> bool:
        """Whether the server knows a method of ephemeral messages: it then refuses to delete one that is not there."""
        try:
            gone = {"chat_id": int(chat.id), "receiver_user_id": 1, "ephemeral_message_id": 1}
            await self._outbound.raw(chat, "deleteEphemeralMessage", gone)
        except InvalidToken:
            return False
        except BadRequest:
            return True
        except TelegramError:
            return False
        return True

    async def _send(self, receiver: Receiver, page: Page, markup: InlineKeyboardMarkup | None) -> bool:
        content: dict[str, Any] = {"text": formatted(page).html, "parse_mode": "HTML"}
        content["link_preview_options"] = {"is_disabled": True}
        if markup is not None:
            content["reply_markup"] = markup.to_dict()
        proven = self._offered is True
        sent = await self._outbound.raw(
            receiver.chat,
            "sendMessage",
            {**_place(receiver.chat), **receiver.parameters, **(content if proven else {"text": _PLACEHOLDER})},
        )
        if not (id := _ephemeral_id(sent)):
            await self._withdraw(receiver.chat, sent)
            return False
        self._offered = True
        if not proven:
            await self._outbound.raw(receiver.chat, "editEphemeralMessageText", {**_message(receiver, id), **content})
        return True

    async def _withdraw(self, chat: Chat, sent: object) -> None:
        """Delete a message that everybody sees, and send no other one."""
        self._offered = False
        log.error("the server does not know ephemeral messages", surface=NAME)
        if isinstance(sent, Mapping) and isinstance(id := sent.get("message_id"), int):
            await self._outbound.raw(chat, "deleteMessage", {"chat_id": int(chat.id), "message_id": id})

    def _leave_alone(self, chat: Chat) -> None:
        if len(self._refused) >= _MOST_CHATS:
            self._refused.clear()
        self._refused[chat.id] = self._clock() + _CHAT_AGAIN


def ephemeral_id(message: object) -> int:
    """Return the id of the ephemeral message whose button was pressed; 0 for a message that everybody sees."""
    return _ephemeral_id(message.api_kwargs) if isinstance(message, Message) else 0


def _ephemeral_id(facts: object) -> int:
    id = facts.get("ephemeral_message_id") if isinstance(facts, Mapping) else None
    return id if isinstance(id, int) and not isinstance(id, bool) else 0


def _place(chat: Chat) -> dict[str, Any]:
    return {"chat_id": int(chat.id)} | ({"message_thread_id": int(chat.thread)} if chat.thread else {})


def _message(receiver: Receiver, id: int) -> dict[str, Any]:
    return {
        "chat_id": int(receiver.chat.id),
        "receiver_user_id": int(receiver.person),
        "ephemeral_message_id": id,
    }
