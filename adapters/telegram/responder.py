"""The responder: call the application facade for a command line (typed, pressed or linked) and return its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from telegram import User

from adapters.kit.chat_languages import ChatLanguages
from adapters.kit.coalescing import Coalescer
from adapters.kit.takeover import NotAnswered
from adapters.telegram.api import Api
from adapters.telegram.callback_data import CommandLine
from adapters.telegram.chats import format_chat, parse_chat
from adapters.telegram.incoming_command import IncomingCommand, RequestPlace, in_language, language_of, request_of
from adapters.telegram.message_parser import ParserContext
from adapters.telegram.outbound import Outbound
from adapters.telegram.permission_checks import is_member
from adapters.telegram.posting import Answer, Answers
from adapters.telegram.request_places import OVERSEEING, RequestPlaces
from adapters.telegram.target_hints import accepting_target, with_target
from bot.commands import Reply
from bot.commands.facade import BotService
from bot.commands.typed import SAY
from bot.domain.errors import NotAllowed, UserError
from bot.domain.i18n import joined, tr
from bot.domain.pages import Page, Trouble
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Command, Door
from bot.messages import trouble

#: requests processed concurrently
_MAX_CONCURRENT = 32


class Responder:
    """Calls the application facade for people who may do what they ask for."""

    def __init__(self, api: Api, service: BotService, allowance: Allowance, bot: User, redraws: Coalescer) -> None:
        """`bot` is the bot's own account."""
        self.api = api
        self.service = service
        self.outbound = Outbound(api, service, allowance)
        self.redraws = redraws
        self.languages = ChatLanguages(service.suggest_language)
        self.places = RequestPlaces(api, service, self.outbound)
        self._concurrency = asyncio.Semaphore(_MAX_CONCURRENT)
        self._known: Mapping[str, Command] = {
            name: command for command in service.known for name in (command.name, *command.aliases)
        }
        self.managing = frozenset(name for name, command in self._known.items() if command.manages)
        self.private = frozenset(name for name, command in self._known.items() if command.private)
        self.parser_context = ParserContext(
            bot=bot, commands=frozenset(self._known), with_target=accepting_target(self.managing)
        )
        self.answers = Answers(
            api, service, self.outbound, managing=self.managing, with_target=self.parser_context.with_target
        )

    async def answer(self, incoming: IncomingCommand) -> Answer:
        """Return the answer. Raise `TelegramError` if permissions must be looked up and Telegram does not respond.

        Raise `NotAnswered` if it is taken up and the database is unavailable, as it is tried again then.
        """
        if incoming.done:
            return await self._report_done(incoming)
        if incoming.line.target and not _is_overview(incoming.line):
            return await self._about_other_chat(incoming)
        manages = incoming.manages or await self.places.manages(incoming)
        try:
            place = await self.places.place(incoming, incoming.chat, may_manage=manages)
        except UserError as error:
            return Answer(await self.in_language(incoming, trouble.refused(error)))
        reply = await self._run(incoming, place)
        if incoming.line.command == SAY and reply.command in OVERSEEING and place.reach is not None:
            # only now is it known that plain text asks for the list
            line = CommandLine(reply.command, reply.argument)
            return await self.answer(replace(incoming, line=line)) if _only_lists(line) else _answer(reply)
        return _answer(reply)

    async def language(self, incoming: IncomingCommand) -> str:
        """Return the tag of the language in which a person is answered."""
        return await language_of(self.service, incoming)

    async def in_language(self, incoming: IncomingCommand, page: Page) -> Page:
        """Return a page of this adapter in the language of the person who sent a command."""
        return await in_language(self.service, incoming, page)

    async def _report_done(self, incoming: IncomingCommand) -> Answer:
        """Return the answer to what another process has done. Rights are not asked for, as nothing is run."""
        reply, target = await self._run(incoming, RequestPlace(chat=incoming.chat)), incoming.line.target
        if not target:
            return _answer(reply)
        return Answer(with_target(reply.page, target, self.parser_context.with_target), target, reply.command)

    async def _vote_elsewhere(self, incoming: IncomingCommand) -> Answer:
        """Count a vote in the group or channel from whose list the paper was opened, if the person is a member."""
        chat = parse_chat(incoming.line.target)
        if not await is_member(self.outbound, chat.id, incoming.person):
            refusal = NotAllowed(tr("Only members of that chat can vote there."))
            return Answer(await self.in_language(incoming, trouble.refused(refusal)))
        return _answer(await self._run(incoming, RequestPlace(chat=chat)))

    async def _about_other_chat(self, incoming: IncomingCommand) -> Answer:
        if incoming.line.command == "vote" and incoming.door is Door.BUTTON:
            return await self._vote_elsewhere(incoming)
        if incoming.line.command not in self.parser_context.with_target:
            return _answer(await self._run(incoming, RequestPlace(chat=incoming.chat)))
        try:
            there, only_own = await self.places.target(incoming)
            place = await self.places.place(incoming, there.chat, may_manage=True, title=there.title)
        except UserError as error:
            return Answer(await self.in_language(incoming, trouble.refused(error)))
        reply = await self._run(incoming, replace(place, names_chat=True, only_own=only_own))
        name = format_chat(there.chat)
        page = with_target(reply.page, name, self.parser_context.with_target)
        return Answer(replace(page, title=joined(": ", there.title, page.title)), name, reply.command)

    async def _run(self, incoming: IncomingCommand, place: RequestPlace) -> Reply:
        async with self._concurrency:
            reply = await self.service.respond(request_of(incoming, place))
        if incoming.taken_up and reply.page.trouble is Trouble.BUSY:
            raise NotAnswered("the database is unavailable")
        return reply


def _answer(reply: Reply) -> Answer:
    return Answer(reply.page, command=reply.command)


def _is_overview(line: CommandLine) -> bool:
    """Whether a line asks for all chats, whatever chat the page with its button was about."""
    return line.command in OVERSEEING and line.argument.partition(" ")[0] == "all"


def _only_lists(line: CommandLine) -> bool:
    return line.argument in ("", "list", "all")
