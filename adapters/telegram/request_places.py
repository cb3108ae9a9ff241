"""The chat that a request is about, and what the person may do there and in other chats: asked of Telegram."""

from __future__ import annotations

from dataclasses import replace

from adapters.telegram import targets
from adapters.telegram.api import Api
from adapters.telegram.callback_data import CommandLine
from adapters.telegram.chats import NAME, is_public, parse_chat, private_chat
from adapters.telegram.incoming_command import IncomingCommand, RequestPlace, request_of
from adapters.telegram.managed_chats import ManagedChats
from adapters.telegram.outbound import Outbound
from adapters.telegram.permission_checks import ChatUnreachable, Target, may_manage, resolve_target
from adapters.telegram.senders import is_person
from bot.commands.facade import BotService
from bot.commands.managed_chats import destination
from bot.domain.requests import Chat, ChatDetails, Reach

#: the command that lists, changes and moves subscriptions, and its alias
_MOVING = frozenset({"subscriptions", "list"})
#: commands that show all chats that a person manages
OVERSEEING = _MOVING | {"status"}
#: commands after which the bot posts in their chat
_POSTING = frozenset({"subscribe", "follow", "resume", "import"})
#: commands about subscriptions in a chat that cannot be reached any more
_ENDING = _MOVING | {"pause", "unsubscribe", "unfollow", "stop"}


class RequestPlaces:
    """Finds out what requests are about. The methods raise `TelegramError` if Telegram does not respond."""

    def __init__(self, api: Api, service: BotService, outbound: Outbound) -> None:
        self.managed_chats = ManagedChats(service, outbound)
        self._api = api
        self._service = service
        self._outbound = outbound

    async def target(self, incoming: IncomingCommand) -> tuple[Target, bool]:
        """Return the chat that a line is about, and whether only the person's own subscriptions there may be changed.

        That is so where the bot cannot ask any more who manages it. Raise `UserError`.
        """
        named, command = incoming.line.target, incoming.line.command
        try:
            posts = command in _POSTING or _resumes(incoming.line)
            there = await resolve_target(self._outbound, await self._api.me(), named, incoming.person, posts=posts)
        except ChatUnreachable:
            chat = parse_chat(named)
            if command not in _ENDING or not await self._service.subscribed(chat, incoming.person):
                raise
            details = await self._service.details_of(chat)
            return Target(chat, details.name or chat.id), True
        await self.managed_chats.note(there.chat, there.title, incoming.person)
        return there, False

    async def place(self, incoming: IncomingCommand, chat: Chat, *, may_manage: bool, title: str = "") -> RequestPlace:
        """Return what a request is about, with the other chats that it may show. Raise `UserError`."""
        known = title or incoming.title
        place = RequestPlace(
            chat=chat,
            may_manage=may_manage,
            details=ChatDetails(Chat(NAME, chat.id), known) if known else None,
        )
        if is_public(incoming.chat):
            # others read the answer
            return place
        chats = await self.managed_chats.of(incoming.person) if incoming.line.command in OVERSEEING else frozenset()
        named = destination(incoming.line.argument) if incoming.line.command in _MOVING else ""
        to = await self._destination(incoming, named) if named else None
        return replace(place, reach=Reach(chats=chats), destination=to)

    async def _destination(self, incoming: IncomingCommand, named: str) -> ChatDetails | None:
        """Return the chat to which something is moved, if the person and the bot have the rights there."""
        if named in ("here", incoming.person):
            return ChatDetails(private_chat(incoming.person))
        chat = targets.target(named)
        if not chat:
            return None
        there = await resolve_target(self._outbound, await self._api.me(), chat, incoming.person)
        await self.managed_chats.note(there.chat, there.title, incoming.person)
        return ChatDetails(there.chat, there.title)

    async def manages(self, incoming: IncomingCommand) -> bool:
        """Whether the sender may manage the chat. Telegram is asked only if the command requires it."""
        if not is_public(incoming.chat):
            return True
        if not is_person(incoming.person) or not self._service.needs_right(
            request_of(incoming, RequestPlace(chat=incoming.chat))
        ):
            return False
        if not await may_manage(self._outbound, incoming.chat.id, incoming.person):
            return False
        await self.managed_chats.note(incoming.chat, incoming.title, incoming.person)
        return True


def _resumes(line: CommandLine) -> bool:
    return line.command in _MOVING and line.argument.partition(" ")[0] == "resume"
