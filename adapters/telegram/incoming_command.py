"""A command line that arrived from Telegram: who sent it and where, and the request that it becomes."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.telegram.callback_data import CommandLine
from adapters.telegram.chats import private_chat
from bot.commands.facade import BotService
from bot.domain.i18n import tr
from bot.domain.pages import Page
from bot.domain.requests import Chat, ChatDetails, Door, Reach, Request
from bot.messages.localization import localized


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingCommand:
    """A command line, who sent it, and where."""

    line: CommandLine
    chat: Chat
    #: id of the person, or negative id of the chat in whose name they write; empty for nobody
    person: str
    #: the sender is an anonymous administrator of the group
    manages: bool = False
    locale: str = "en"
    door: Door = Door.TYPED
    #: Telegram's id of the update or callback query
    interaction: str = ""
    #: title of the chat; empty in private chats
    title: str = ""
    #: as `Request.origin`, `Request.taken_up` and `Request.done`
    origin: str = field(default="", repr=False)
    taken_up: bool = False
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPlace:
    """The chat of a request and what the person may do there and elsewhere, as in `Request`."""

    chat: Chat
    may_manage: bool = False
    details: ChatDetails | None = None
    reach: Reach | None = None
    names_chat: bool = False
    only_own: bool = False
    destination: ChatDetails | None = None


def request_of(incoming: IncomingCommand, place: RequestPlace) -> Request:
    """Return the request that a command line becomes."""
    chat = place.chat
    return Request(
        chat=chat,
        person=incoming.person,
        may_manage=place.may_manage,
        direct=chat == private_chat(incoming.person),
        managers=tr("an administrator of this chat"),
        command=incoming.line.command,
        argument=incoming.line.argument,
        locale=incoming.locale,
        door=incoming.door,
        interaction=incoming.interaction,
        brief=True,
        origin=incoming.origin,
        taken_up=incoming.taken_up,
        done=incoming.done,
        details=place.details,
        reach=place.reach,
        names_chat=place.names_chat,
        only_own=place.only_own,
        destination=place.destination,
    )


async def language_of(service: BotService, incoming: IncomingCommand) -> str:
    """Return the tag of the language in which a person is answered."""
    return await service.language(request_of(incoming, RequestPlace(chat=incoming.chat)))


async def in_language(service: BotService, incoming: IncomingCommand, page: Page) -> Page:
    """Return a page of this adapter in the language of the person who sent a command."""
    return localized(page, await language_of(service, incoming))
