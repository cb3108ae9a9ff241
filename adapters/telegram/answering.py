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
_AT_ONCE = 32
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

    def __init__(self, api: Api, desk: BotService, allowance: Allowance, bot: User, redraws: Coalescer) -> None:
        """`bot` is the bot's own account."""
        self.api = api
        self.desk = desk
        self.outbound = Outbound(api, desk, allowance)
        self.redraws = redraws
        self.prompts = Prompts()
        self._few = asyncio.Semaphore(_AT_ONCE)
        self._known: Mapping[str, Command] = {
            name: command for command in desk.known for name in (command.name, *command.aliases)
        }
        self.managing = frozenset(name for name, command in self._known.items() if command.manages)
        self.private = frozenset(name for name, command in self._known.items() if command.private)
        about_places = self.managing | _ABOUT_PLACES
        self.vocabulary = Vocabulary(bot=bot, names=frozenset(self._known), about_places=about_places)

    async def answer(self, asked: IncomingMessage) -> Answer:
        """Return the answer. Raise `TelegramError` if permissions must be looked up and Telegram does not respond."""
        if asked.line.target:
            return await self._about_another(asked)
        manages = asked.manages or await self._manages(asked)
        reply = await self._handled(asked, asked.chat, may_manage=manages)
        return Answer(reply.page, command=reply.command)

    async def post(self, chat: Chat, answer: Answer, *, reply_to: int | None = None) -> None:
        """Post every part of a page, each when the rate limits allow. Raise as `Outbound.say`."""
        for part in parts(answer.page):
            markup = keyboard(part, await self.surroundings(chat, part, answer.target))
            message = await self.outbound.say(chat, part, markup, reply_to=reply_to)
            self.note_prompt(chat, message.message_id, answer)

    def note_prompt(self, chat: Chat, message_id: int, answer: Answer) -> None:
        """If the page asks a question, let replies to the message complete its command."""
        if answer.page.prompt:
            command, _, argument = answer.page.prompt.partition(" ")
            self.prompts.add(chat, message_id, Line(command, argument, answer.target))

    async def post_privately(self, asked: IncomingMessage, answer: Answer, *, reply_to: int | None) -> None:
        """Post to the person's private chat; if they have not started the bot, post a link to it in the group."""
        if not await self._posted_to(asked.person, answer):
            await self._point(asked, reply_to)

    async def refuse(self, asked: IncomingMessage, answer: Answer, *, reply_to: int | None) -> None:
        """Send a refusal to the person only; it is not shown in the group.

        Anonymous administrators and people posting as a channel have no private chat: they get a link to one, which
        does not mention the reason.
        """
        if not is_person(asked.person):
            await self._point(asked, reply_to)
        elif not await self._posted_to(asked.person, answer):
            log.info("refusal not told", surface=NAME, chat=str(asked.chat), reason="no private chat")

    async def surroundings(self, chat: Chat, page: Page, target: str = "") -> KeyboardContext:
        """Return what the keyboard depends on: chat type, target chat, bot name, votes."""
        public = is_public(chat)
        return KeyboardContext(
            public=public,
            target=target,
            bot=await self.api.name() if public else "",
            managing=self.managing,
            tallies=await self._tallies(chat, page),
            here=_said(chat),
        )

    async def _tallies(self, chat: Chat, page: Page) -> Mapping[str, Tally]:
        """Return the votes on a page's papers; none if they cannot be read, as the page can be shown without."""
        if not page.cards:
            return {}
        try:
            return await self.desk.tallies(chat, [card.key for card in page.cards])
        except StoreError as error:
            log.warning("votes not read", surface=NAME, reason=str(error))
            return {}

    async def _posted_to(self, person: str, answer: Answer) -> bool:
        """Post to a person's private chat; return False if there is none."""
        if not is_person(person):
            return False
        try:
            await self.post(Chat(NAME, person), answer)
        except Forbidden:
            return False
        return True

    async def _point(self, asked: IncomingMessage, reply_to: int | None) -> None:
        """Post a link to the private chat in the group that does not reveal the answer."""
        link = f"https://t.me/{await self.api.name()}?start={payload(asked.line) or 'help'}"
        markup = InlineKeyboardMarkup([[InlineKeyboardButton("Open", url=link)]])
        await self.outbound.say(asked.chat, _FOR_ONE, markup, silent=True, reply_to=reply_to)

    async def _about_another(self, asked: IncomingMessage) -> Answer:
        if asked.line.command not in self.vocabulary.about_places:
            reply = await self._handled(asked, asked.chat, may_manage=False)
            return Answer(reply.page, command=reply.command)
        try:
            there = await target(self.outbound, await self.api.me(), asked.line.target, asked.person)
        except UserError as error:
            return Answer(trouble.refused(error))
        reply = await self._handled(asked, there.chat, may_manage=True)
        page = replace(reply.page, title=f"{there.title}: {reply.page.title}")
        return Answer(page, _said(there.chat), reply.command)

    async def _handled(self, asked: IncomingMessage, chat: Chat, *, may_manage: bool) -> Reply:
        async with self._few:
            return await self.desk.respond(_request(asked, chat, may_manage=may_manage))

    async def _manages(self, asked: IncomingMessage) -> bool:
        """Whether the sender may manage the chat. Telegram is asked only if the command requires it."""
        if not is_public(asked.chat):
            return True
        if not is_person(asked.person) or not self.desk.needs_right(_request(asked, asked.chat, may_manage=False)):
            return False
        return await may_manage(self.outbound, asked.chat.id, asked.person)


def _request(asked: IncomingMessage, chat: Chat, *, may_manage: bool) -> Request:
    return Request(
        chat=chat,
        person=asked.person,
        may_manage=may_manage,
        managers="an administrator of this chat",
        command=asked.line.command,
        argument=asked.line.argument,
        locale=asked.locale,
        door=asked.door,
        interaction=asked.interaction,
    )


def _said(chat: Chat) -> str:
    """Return the chat as written in a command line: id, and "/topic"."""
    return f"{chat.id}/{chat.thread}" if chat.thread else chat.id
