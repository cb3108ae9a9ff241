"""From a line that somebody said to the answer, wherever that belongs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import Forbidden

from adapters.telegram.addressed import NAME, is_public
from adapters.telegram.api import Api
from adapters.telegram.keyboards import Surroundings, keyboard
from adapters.telegram.lines import Line, payload
from adapters.telegram.render import parts
from adapters.telegram.rights import may_manage, target
from bot.desk import Desk
from bot.errors import UserError
from bot.logs import Log
from bot.models import Chat, Command, Request
from bot.page import Page
from bot.rates import Allowance

log = Log(__name__)

#: questions that are worked on at once
_AT_ONCE = 32
#: what a person may do for whom the chat is theirs
_ASKS_FOR_RIGHTS = frozenset({"forget"})
#: what can be asked about another place
_ABOUT_PLACES = frozenset({"subscriptions", "status"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A line, who said it, and where."""

    line: Line
    chat: Chat
    #: empty for an administrator who hides behind the group
    person: str
    #: an administrator, as the group itself speaks
    manages: bool = False
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class Answer:
    """A page, and the place that it is about where that is not the one where it was asked."""

    page: Page
    target: str = ""


class Answering:
    """Asks the desk, and posts what it says."""

    def __init__(self, api: Api, desk: Desk, allowance: Allowance) -> None:
        self.api = api
        self.desk = desk
        self._allowance = allowance
        self._few = asyncio.Semaphore(_AT_ONCE)
        self._known: Mapping[str, Command] = {
            name: command for command in desk.known for name in (command.name, *command.aliases)
        }
        self.managing = frozenset(name for name, command in self._known.items() if command.manages)
        self.private = frozenset(name for name, command in self._known.items() if command.private)
        self.names = frozenset(self._known)
        self.about_places = self.managing | _ABOUT_PLACES

    async def answer(self, asked: Asked) -> Answer:
        """What the desk says. Raises `TelegramError` where Telegram has to be asked for rights and does not answer."""
        if asked.line.target:
            return await self._about_another(asked)
        manages = asked.manages or await self._manages(asked)
        return Answer(await self._handled(asked, asked.chat, may_manage=manages))

    async def granted(self, chat: Chat) -> bool:
        """Wait until a message may go to a chat; False where that would take too long."""
        return await self.desk.answering(self._allowance, chat)

    async def post(self, chat: Chat, answer: Answer, *, reply_to: int | None = None) -> None:
        """Post every part of it, as soon as the limits let each through; drop the rest where that takes too long."""
        for part in parts(answer.page):
            if not await self.granted(chat):
                log.warning("answer dropped", surface=NAME, chat=str(chat), reason="the limit of this chat is reached")
                return
            markup = keyboard(part, await self.surroundings(chat, part, answer.target))
            await self.api.say(chat, part, markup, reply_to=reply_to)

    async def post_privately(self, asked: Asked, answer: Answer, *, reply_to: int | None) -> None:
        """Post it where only the person reads it; where they have never started the bot, a way there."""
        try:
            if asked.person:
                await self.post(Chat(NAME, asked.person), answer)
                return
        except Forbidden:
            pass
        await self._point(asked, reply_to)

    async def surroundings(self, chat: Chat, page: Page, target: str = "") -> Surroundings:
        """What a keyboard has to know of the chat in which it will stand."""
        public = is_public(chat)
        tallies = await self.desk.tallies(chat, [card.key for card in page.cards]) if page.cards else {}
        return Surroundings(
            public=public,
            target=target,
            bot=await self.api.name() if public else "",
            managing=self.managing,
            tallies=tallies,
            here=_said(chat),
        )

    async def _point(self, asked: Asked, reply_to: int | None) -> None:
        """A word to the group that says no more than that the answer is for one person."""
        page = Page(title="That is for you alone", intro="Open the private chat to see it.")
        if not await self.granted(asked.chat):
            return
        link = f"https://t.me/{await self.api.name()}?start={payload(asked.line) or 'help'}"
        markup = InlineKeyboardMarkup([[InlineKeyboardButton("Open", url=link)]])
        await self.api.say(asked.chat, page, markup, silent=True, reply_to=reply_to)

    async def _about_another(self, asked: Asked) -> Answer:
        if asked.line.command not in self.about_places:
            return Answer(await self._handled(asked, asked.chat, may_manage=False))
        try:
            there = await target(self.api, asked.line.target, asked.person)
        except UserError as error:
            return Answer(Page(title=error.message, intro=error.hint))
        page = await self._handled(asked, there.chat, may_manage=True)
        return Answer(replace(page, title=f"{there.title}: {page.title}"), _said(there.chat))

    async def _handled(self, asked: Asked, chat: Chat, *, may_manage: bool) -> Page:
        async with self._few:
            return await self.desk.handle(
                Request(
                    chat=chat,
                    person=asked.person,
                    may_manage=may_manage,
                    managers="an administrator of this chat",
                    command=asked.line.command,
                    argument=asked.line.argument,
                    locale=asked.locale,
                )
            )

    async def _manages(self, asked: Asked) -> bool:
        """Asked of Telegram only where it matters."""
        if not is_public(asked.chat):
            return True
        if asked.line.command not in self.managing | _ASKS_FOR_RIGHTS or not asked.person:
            return False
        return await may_manage(self.api, asked.chat.id, asked.person)


def _said(chat: Chat) -> str:
    """The place as a line names it."""
    return f"{chat.id}/{chat.thread}" if chat.thread else chat.id
