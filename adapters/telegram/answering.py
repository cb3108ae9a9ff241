"""From a command line (typed, pressed or linked) to the answer and the chat it is posted in: permissions, private
answers, refusals.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, User
from telegram.error import Forbidden

from adapters.kit.coalescing import Coalescer
from adapters.telegram.addressed import NAME, is_public
from adapters.telegram.api import Api
from adapters.telegram.callback_data import Line, payload
from adapters.telegram.hearing import Vocabulary
from adapters.telegram.keyboards import KeyboardContext, keyboard
from adapters.telegram.outbound import Outbound
from adapters.telegram.prompts import Prompts
from adapters.telegram.render import parts
from adapters.telegram.rights import may_manage, target
from adapters.telegram.senders import is_person
from bot.commands import Reply
from bot.commands.facade import BotService
from bot.domain.errors import StoreError, UserError
from bot.domain.log import Log
from bot.domain.pages import Page
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Chat, Command, Door, Request, Tally
from bot.messages import trouble

log = Log(__name__)

#: requests processed concurrently
_MAX_CONCURRENT = 32
#: commands that accept another chat as target
_ABOUT_PLACES = frozenset({"subscriptions", "status"})
_FOR_ONE = Page(title="That is for you alone", intro="Open the private chat to see it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMessage:
    """A command line, who sent it, and where."""

    line: Line
    chat: Chat
    #: id of the person, or negative id of the chat in whose name they write; empty for nobody
    person: str
    #: the sender is an anonymous administrator of the group
    manages: bool = False
    locale: str = "en"
    door: Door = Door.TYPED
    #: Telegram's id of the update or callback query
    interaction: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A page, and the chat and command it belongs to."""

    page: Page
    #: the chat it is about, if not the one of the request
    target: str = ""
    #: name of the command; plain text is mapped to a command too
    command: str = ""


class Answering:
    """Call the application facade and post its pages."""

    def __init__(self, api: Api, service: BotService, allowance: Allowance, bot: User, redraws: Coalescer) -> None:
        """`bot` is the bot's own account."""
        self.api = api
        self.service = service
        self.outbound = Outbound(api, service, allowance)
        self.redraws = redraws
        self.prompts = Prompts()
        self._concurrency = asyncio.Semaphore(_MAX_CONCURRENT)
        self._known: Mapping[str, Command] = {
            name: command for command in service.known for name in (command.name, *command.aliases)
        }
        self.managing = frozenset(name for name, command in self._known.items() if command.manages)
        self.private = frozenset(name for name, command in self._known.items() if command.private)
        about_places = self.managing | _ABOUT_PLACES
        self.vocabulary = Vocabulary(bot=bot, names=frozenset(self._known), about_places=about_places)

    async def answer(self, incoming: IncomingMessage) -> Answer:
        """Return the answer. Raise `TelegramError` if permissions must be looked up and Telegram does not respond."""
        if incoming.line.target:
            return await self._about_another(incoming)
        manages = incoming.manages or await self._manages(incoming)
        reply = await self._run(incoming, incoming.chat, may_manage=manages)
        return Answer(reply.page, command=reply.command)

    async def post(self, chat: Chat, answer: Answer, *, reply_to: int | None = None) -> None:
        """Post every part of a page, each when the rate limits allow. Raise as `Outbound.say`."""
        for part in parts(answer.page):
            markup = keyboard(part, await self.keyboard_context(chat, part, answer.target))
            message = await self.outbound.say(chat, part, markup, reply_to=reply_to)
            self.note_prompt(chat, message.message_id, answer)

    def note_prompt(self, chat: Chat, message_id: int, answer: Answer) -> None:
        """If the page asks a question, let replies to the message complete its command."""
        if answer.page.prompt:
            command, _, argument = answer.page.prompt.partition(" ")
            self.prompts.add(chat, message_id, Line(command, argument, answer.target))

    async def post_privately(self, incoming: IncomingMessage, answer: Answer, *, reply_to: int | None) -> None:
        """Post to the person's private chat; if they have not started the bot, post a link to it in the group."""
        if not await self._post_to_person(incoming.person, answer):
            await self._post_private_link(incoming, reply_to)

    async def refuse(self, incoming: IncomingMessage, answer: Answer, *, reply_to: int | None) -> None:
        """Send a refusal to the person only; it is not shown in the group.

        Anonymous administrators and people posting as a channel have no private chat: they get a link to one, which
        does not mention the reason.
        """
        if not is_person(incoming.person):
            await self._post_private_link(incoming, reply_to)
        elif not await self._post_to_person(incoming.person, answer):
            log.info("refusal not sent", surface=NAME, chat=str(incoming.chat), reason="no private chat")

    async def keyboard_context(self, chat: Chat, page: Page, target: str = "") -> KeyboardContext:
        """Return what the keyboard depends on: chat type, target chat, bot name, votes."""
        public = is_public(chat)
        return KeyboardContext(
            public=public,
            target=target,
            bot=await self.api.name() if public else "",
            managing=self.managing,
            tallies=await self._tallies(chat, page),
            here=_format_chat(chat),
        )

    async def _tallies(self, chat: Chat, page: Page) -> Mapping[str, Tally]:
        """Return the votes on a page's papers; none if they cannot be read, as the page can be shown without."""
        if not page.cards:
            return {}
        try:
            return await self.service.tallies(chat, [card.key for card in page.cards])
        except StoreError as error:
            log.warning("votes not read", surface=NAME, reason=str(error))
            return {}

    async def _post_to_person(self, person: str, answer: Answer) -> bool:
        """Post to a person's private chat; return False if there is none."""
        if not is_person(person):
            return False
        try:
            await self.post(Chat(NAME, person), answer)
        except Forbidden:
            return False
        return True

    async def _post_private_link(self, incoming: IncomingMessage, reply_to: int | None) -> None:
        """Post a link to the private chat in the group that does not reveal the answer."""
        link = f"https://t.me/{await self.api.name()}?start={payload(incoming.line) or 'help'}"
        markup = InlineKeyboardMarkup([[InlineKeyboardButton("Open", url=link)]])
        await self.outbound.say(incoming.chat, _FOR_ONE, markup, silent=True, reply_to=reply_to)

    async def _about_another(self, incoming: IncomingMessage) -> Answer:
        if incoming.line.command not in self.vocabulary.about_places:
            reply = await self._run(incoming, incoming.chat, may_manage=False)
            return Answer(reply.page, command=reply.command)
        try:
            there = await target(self.outbound, await self.api.me(), incoming.line.target, incoming.person)
        except UserError as error:
            return Answer(trouble.refused(error))
        reply = await self._run(incoming, there.chat, may_manage=True)
        page = replace(reply.page, title=f"{there.title}: {reply.page.title}")
        return Answer(page, _format_chat(there.chat), reply.command)

    async def _run(self, incoming: IncomingMessage, chat: Chat, *, may_manage: bool) -> Reply:
        async with self._concurrency:
            return await self.service.respond(_request(incoming, chat, may_manage=may_manage))

    async def _manages(self, incoming: IncomingMessage) -> bool:
        """Whether the sender may manage the chat. Telegram is asked only if the command requires it."""
        if not is_public(incoming.chat):
            return True
        if not is_person(incoming.person) or not self.service.needs_right(
            _request(incoming, incoming.chat, may_manage=False)
        ):
            return False
        return await may_manage(self.outbound, incoming.chat.id, incoming.person)


def _request(incoming: IncomingMessage, chat: Chat, *, may_manage: bool) -> Request:
    return Request(
        chat=chat,
        person=incoming.person,
        may_manage=may_manage,
        direct=chat == Chat(NAME, incoming.person),
        managers="an administrator of this chat",
        command=incoming.line.command,
        argument=incoming.line.argument,
        locale=incoming.locale,
        door=incoming.door,
        interaction=incoming.interaction,
    )


def _format_chat(chat: Chat) -> str:
    """Return the chat as written in a command line: id, and "/topic"."""
    return f"{chat.id}/{chat.thread}" if chat.thread else chat.id
