"""From a line that somebody said to the answer, wherever that belongs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, User
from telegram.error import Forbidden

from adapters.kit.coalescing import Coalescer
from adapters.telegram.addressed import NAME, is_public
from adapters.telegram.api import Api
from adapters.telegram.hearing import Vocabulary
from adapters.telegram.keyboards import Surroundings, keyboard
from adapters.telegram.lines import Line, payload
from adapters.telegram.outbound import Outbound
from adapters.telegram.prompts import Prompts
from adapters.telegram.render import parts
from adapters.telegram.rights import may_manage, target
from adapters.telegram.senders import is_person
from bot.commands import Reply
from bot.desk import Desk
from bot.errors import StoreError, UserError
from bot.logs import Log
from bot.models import Chat, Command, Door, Request, Tally
from bot.page import Page
from bot.rates import Allowance
from bot.views import trouble

log = Log(__name__)

#: questions that are worked on at once
_AT_ONCE = 32
#: what can be asked about another place
_ABOUT_PLACES = frozenset({"subscriptions", "status"})
_FOR_ONE = Page(title="That is for you alone", intro="Open the private chat to see it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A line, who said it, and where."""

    line: Line
    chat: Chat
    #: of a person, or the negative one of the chat in whose name they write; empty for nobody
    person: str
    #: an administrator, as the group itself speaks
    manages: bool = False
    locale: str = "en"
    door: Door = Door.TYPED
    #: Telegram's id of the update or the press
    interaction: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A page, and what it is about."""

    page: Page
    #: the place, where that is not the one where it was asked
    target: str = ""
    #: what it answers; plain text is understood as a command as well
    command: str = ""


class Answering:
    """Asks the desk, and posts what it says."""

    def __init__(self, api: Api, desk: Desk, allowance: Allowance, bot: User, redraws: Coalescer) -> None:
        """`bot` is who the bot is on Telegram."""
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

    async def answer(self, asked: Asked) -> Answer:
        """What the desk says. Raises `TelegramError` where Telegram has to be asked for rights and does not answer."""
        if asked.line.target:
            return await self._about_another(asked)
        manages = asked.manages or await self._manages(asked)
        reply = await self._handled(asked, asked.chat, may_manage=manages)
        return Answer(reply.page, command=reply.command)

    async def post(self, chat: Chat, answer: Answer, *, reply_to: int | None = None) -> None:
        """Post every part of it, as soon as the limits let each through. Raise as `Outbound.say`."""
        for part in parts(answer.page):
            markup = keyboard(part, await self.surroundings(chat, part, answer.target))
            message = await self.outbound.say(chat, part, markup, reply_to=reply_to)
            self.note_prompt(chat, message.message_id, answer)

    def note_prompt(self, chat: Chat, message_id: int, answer: Answer) -> None:
        """A reply to the message completes the line that its page asks about, if it asks."""
        if answer.page.prompt:
            command, _, argument = answer.page.prompt.partition(" ")
            self.prompts.add(chat, message_id, Line(command, argument, answer.target))

    async def post_privately(self, asked: Asked, answer: Answer, *, reply_to: int | None) -> None:
        """Post it where only the person reads it; where they have never started the bot, a way there."""
        if not await self._posted_to(asked.person, answer):
            await self._point(asked, reply_to)

    async def refuse(self, asked: Asked, answer: Answer, *, reply_to: int | None) -> None:
        """Tell a refusal to the person alone; a group reads nothing of it.

        Who writes in a chat's name has no private chat: they get the way to one, which does not say what for.
        """
        if not is_person(asked.person):
            await self._point(asked, reply_to)
        elif not await self._posted_to(asked.person, answer):
            log.info("refusal not told", surface=NAME, chat=str(asked.chat), reason="no private chat")

    async def surroundings(self, chat: Chat, page: Page, target: str = "") -> Surroundings:
        """What a keyboard has to know of the chat in which it will stand."""
        public = is_public(chat)
        return Surroundings(
            public=public,
            target=target,
            bot=await self.api.name() if public else "",
            managing=self.managing,
            tallies=await self._tallies(chat, page),
            here=_said(chat),
        )

    async def _tallies(self, chat: Chat, page: Page) -> Mapping[str, Tally]:
        """The votes on the papers of a page; none where they cannot be read, as the page is worth more."""
        if not page.cards:
            return {}
        try:
            return await self.desk.tallies(chat, [card.key for card in page.cards])
        except StoreError as error:
            log.warning("votes not read", surface=NAME, reason=str(error))
            return {}

    async def _posted_to(self, person: str, answer: Answer) -> bool:
        """Post it in the private chat with a person; False where there is none."""
        if not is_person(person):
            return False
        try:
            await self.post(Chat(NAME, person), answer)
        except Forbidden:
            return False
        return True

    async def _point(self, asked: Asked, reply_to: int | None) -> None:
        """A word to the group that says no more than that the answer is for one person."""
        link = f"https://t.me/{await self.api.name()}?start={payload(asked.line) or 'help'}"
        markup = InlineKeyboardMarkup([[InlineKeyboardButton("Open", url=link)]])
        await self.outbound.say(asked.chat, _FOR_ONE, markup, silent=True, reply_to=reply_to)

    async def _about_another(self, asked: Asked) -> Answer:
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

    async def _handled(self, asked: Asked, chat: Chat, *, may_manage: bool) -> Reply:
        async with self._few:
            return await self.desk.respond(_request(asked, chat, may_manage=may_manage))

    async def _manages(self, asked: Asked) -> bool:
        """Asked of Telegram only where it matters."""
        if not is_public(asked.chat):
            return True
        if not is_person(asked.person) or not self.desk.needs_right(_request(asked, asked.chat, may_manage=False)):
            return False
        return await may_manage(self.outbound, asked.chat.id, asked.person)


def _request(asked: Asked, chat: Chat, *, may_manage: bool) -> Request:
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
    """The place as a line names it."""
    return f"{chat.id}/{chat.thread}" if chat.thread else chat.id
