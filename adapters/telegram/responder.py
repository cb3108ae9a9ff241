"""The responder: call the application facade for a command line (typed, pressed or linked), and post the page in the
chat or privately.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, User
from telegram.error import Forbidden

from adapters.kit.chat_languages import ChatLanguages
from adapters.kit.coalescing import Coalescer
from adapters.kit.takeover import NotAnswered
from adapters.telegram import targets
from adapters.telegram.api import Api
from adapters.telegram.callback_data import CommandLine, encode_payload
from adapters.telegram.chats import NAME, format_chat, is_public, parse_chat, private_chat
from adapters.telegram.ephemeral import Ephemeral, Receiver
from adapters.telegram.keyboards import KeyboardContext, keyboard
from adapters.telegram.managed_chats import ManagedChats
from adapters.telegram.message_parser import ParserContext
from adapters.telegram.outbound import Outbound
from adapters.telegram.permission_checks import ChatUnreachable, Target, is_member, may_manage, resolve_target
from adapters.telegram.prompts import Prompts
from adapters.telegram.render import parts
from adapters.telegram.senders import is_person
from adapters.telegram.target_hints import accepting_target, is_about_chat, with_target
from bot.commands import Reply
from bot.commands.facade import BotService
from bot.commands.managed_chats import destination
from bot.commands.typed import SAY
from bot.domain.errors import NotAllowed, StoreError, UserError
from bot.domain.i18n import joined, tr
from bot.domain.identifiers import handle
from bot.domain.log import Log
from bot.domain.pages import Page, Trouble
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Chat, ChatDetails, Command, Door, Reach, Request, Tally
from bot.messages import trouble
from bot.messages.localization import localized, text_in

log = Log(__name__)

#: requests processed concurrently
_MAX_CONCURRENT = 32
#: the command that lists, changes and moves subscriptions, and its alias
_MOVING = frozenset({"subscriptions", "list"})
#: commands that show all chats that a person manages
_OVERSEEING = _MOVING | {"status"}
#: commands after which the bot posts in their chat
_POSTING = frozenset({"subscribe", "follow", "resume", "import"})
#: commands about subscriptions in a chat that cannot be reached any more
_ENDING = _MOVING | {"pause", "unsubscribe", "unfollow", "stop"}
_FOR_ONE = Page(
    title=tr("Only you can see this answer"), intro=tr("Open our private chat to read it. The group doesn't see it.")
)


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


@dataclass(frozen=True, slots=True)
class Answer:
    """A page, and the chat and command it belongs to."""

    page: Page
    #: the chat it is about, if not the one of the request
    target: str = ""
    #: name of the command; plain text is mapped to a command too
    command: str = ""
    #: the chat in which votes on its papers count, if not the one in which it is shown
    votes_in: str = ""


class Responder:
    """Call the application facade and post its pages."""

    def __init__(self, api: Api, service: BotService, allowance: Allowance, bot: User, redraws: Coalescer) -> None:
        """`bot` is the bot's own account."""
        self.api = api
        self.service = service
        self.outbound = Outbound(api, service, allowance)
        self.redraws = redraws
        self.prompts = Prompts()
        self.languages = ChatLanguages(service.suggest_language)
        self.managed_chats = ManagedChats(service, self.outbound)
        self.ephemeral = Ephemeral(self.outbound)
        self._concurrency = asyncio.Semaphore(_MAX_CONCURRENT)
        self._known: Mapping[str, Command] = {
            name: command for command in service.known for name in (command.name, *command.aliases)
        }
        self.managing = frozenset(name for name, command in self._known.items() if command.manages)
        self.private = frozenset(name for name, command in self._known.items() if command.private)
        self.parser_context = ParserContext(
            bot=bot, commands=frozenset(self._known), with_target=accepting_target(self.managing)
        )

    async def answer(self, incoming: IncomingCommand) -> Answer:
        """Return the answer. Raise `TelegramError` if permissions must be looked up and Telegram does not respond.

        Raise `NotAnswered` if it is taken up and the database is unavailable, as it is tried again then.
        """
        if incoming.done:
            return await self._report_done(incoming)
        if incoming.line.target and not _is_overview(incoming.line):
            return await self._about_other_chat(incoming)
        manages = incoming.manages or await self._manages(incoming)
        try:
            place = await self._place(incoming, incoming.chat, may_manage=manages)
        except UserError as error:
            return Answer(await self.in_language(incoming, trouble.refused(error)))
        reply = await self._run(incoming, place)
        if incoming.line.command == SAY and reply.command in _OVERSEEING and place.reach is not None:
            # only now is it known that plain text asks for the list
            line = CommandLine(reply.command, reply.argument)
            return await self.answer(replace(incoming, line=line)) if _only_lists(line) else _answer(reply)
        return _answer(reply)

    async def post(self, chat: Chat, answer: Answer, *, reply_to: int | None = None) -> None:
        """Post every part of a page, each when the rate limits allow. Raise as `Outbound.say`."""
        for part in parts(answer.page):
            markup = keyboard(part, await self.keyboard_context(chat, part, answer.target, answer.votes_in))
            message = await self.outbound.say(chat, part, markup, reply_to=reply_to)
            self.note_prompt(chat, message.message_id, answer)

    def note_prompt(self, chat: Chat, message_id: int, answer: Answer) -> None:
        """If the page asks a question, let replies to the message complete its command."""
        if answer.page.prompt:
            command, _, argument = answer.page.prompt.partition(" ")
            self.prompts.add(chat, message_id, CommandLine(command, argument, answer.target))

    async def post_privately(self, incoming: IncomingCommand, answer: Answer, *, reply_to: int | None) -> None:
        """Show the answer in the group to this person only, else post it to their private chat.

        If they have not started the bot, post a link to it in the group.
        """
        if await self.post_ephemerally(incoming, answer):
            return
        if not await self.post_to_person(incoming.person, self.moved_to_private_chat(incoming, answer)):
            await self._post_private_link(incoming, reply_to, answer.page)

    async def post_ephemerally(self, incoming: IncomingCommand, answer: Answer) -> bool:
        """Show an answer in the group to the person who asked only. Return False if that is not possible."""
        if not is_public(incoming.chat) or not is_person(incoming.person) or incoming.taken_up:
            return False
        query = incoming.interaction if incoming.door is Door.BUTTON else ""
        receiver = Receiver(incoming.chat, incoming.person, query)
        for number, part in enumerate(parts(answer.page)):
            markup = keyboard(part, await self.keyboard_context(incoming.chat, part))
            if not await self.ephemeral.say(receiver, part, markup):
                # what is seen already is not sent again elsewhere
                return number > 0
        return True

    def moved_to_private_chat(self, incoming: IncomingCommand, answer: Answer) -> Answer:
        """Return an answer to somebody in a group as it is posted in their private chat.

        What it says and offers there stays about the group.
        """
        here = format_chat(incoming.chat)
        if answer.target or not is_public(incoming.chat):
            return answer
        if not self._is_about_chat(incoming.line):
            return replace(answer, votes_in=here)
        page = with_target(answer.page, here, self.parser_context.with_target)
        if not page.refused:
            page = replace(page, title=joined(": ", incoming.title, page.title))
        return replace(answer, page=page, target=here, votes_in=here)

    def _is_about_chat(self, line: CommandLine) -> bool:
        return is_about_chat(line.command, line.argument, self.parser_context.with_target)

    async def refuse(self, incoming: IncomingCommand, answer: Answer, *, reply_to: int | None) -> None:
        """Send a refusal to the person only; it is not shown in the group.

        Anonymous administrators and people posting as a channel have no private chat: they get a link to one, which
        does not mention the reason.
        """
        if not is_person(incoming.person):
            await self._post_private_link(incoming, reply_to)
        elif await self.post_ephemerally(incoming, answer):
            return
        elif not await self.post_to_person(incoming.person, self.moved_to_private_chat(incoming, answer)):
            log.info("refusal not sent", surface=NAME, chat=str(incoming.chat), reason="no private chat")

    async def keyboard_context(self, chat: Chat, page: Page, target: str = "", votes_in: str = "") -> KeyboardContext:
        """Return what the keyboard depends on: chat type, target chat, bot name, votes."""
        public = is_public(chat)
        return KeyboardContext(
            public=public,
            target=target,
            bot=await self.api.name() if public else "",
            managing=self.managing,
            with_target=self.parser_context.with_target,
            tallies=await self._tallies(parse_chat(votes_in) if votes_in else chat, page),
            here=format_chat(chat),
            votes_in=votes_in,
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

    async def post_to_person(self, person: str, answer: Answer) -> bool:
        """Post to a person's private chat; return False if there is none."""
        if not is_person(person):
            return False
        try:
            await self.post(private_chat(person), answer)
        except Forbidden:
            return False
        return True

    async def _post_private_link(
        self, incoming: IncomingCommand, reply_to: int | None, answered: Page | None = None
    ) -> None:
        """Post a link to the private chat in the group that does not reveal the answer."""
        payload = encode_payload(self._line_in_private_chat(incoming, answered))
        link = f"https://t.me/{await self.api.name()}?start={payload or 'help'}"
        page = await self.in_language(incoming, _FOR_ONE)
        button = InlineKeyboardButton(text_in(tr("Open private chat"), page.language), url=link)
        markup = InlineKeyboardMarkup([[button]])
        await self.outbound.say(incoming.chat, page, markup, silent=True, reply_to=reply_to)

    async def _report_done(self, incoming: IncomingCommand) -> Answer:
        """Return the answer to what another process has done. Rights are not asked for, as nothing is run."""
        reply, target = await self._run(incoming, RequestPlace(chat=incoming.chat)), incoming.line.target
        if not target:
            return _answer(reply)
        return Answer(with_target(reply.page, target, self.parser_context.with_target), target, reply.command)

    def _line_in_private_chat(self, incoming: IncomingCommand, answered: Page | None) -> CommandLine:
        """Return the line that asks for the same in the private chat.

        It names the group, and a paper by its id, as the numbers of the private chat's list are others.
        """
        line = incoming.line
        if self._is_about_chat(line):
            return replace(line, target=format_chat(incoming.chat))
        number, _, rest = line.argument.partition(" ")
        if line.command in self.managing or not number.lstrip("#").isdecimal():
            return line
        card = answered.cards[0] if answered and len(answered.cards) == 1 else None
        return replace(line, argument=f"{handle(card.key)} {rest}".strip()) if card else CommandLine("help")

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
            there, only_own = await self._target(incoming)
            place = await self._place(incoming, there.chat, may_manage=True, title=there.title)
        except UserError as error:
            return Answer(await self.in_language(incoming, trouble.refused(error)))
        reply = await self._run(incoming, replace(place, names_chat=True, only_own=only_own))
        name = format_chat(there.chat)
        page = with_target(reply.page, name, self.parser_context.with_target)
        return Answer(replace(page, title=joined(": ", there.title, page.title)), name, reply.command)

    async def _target(self, incoming: IncomingCommand) -> tuple[Target, bool]:
        """Return the chat that a line is about, and whether only the person's own subscriptions there may be changed.

        That is so where the bot cannot ask any more who manages it. Raise `UserError`.
        """
        named, command = incoming.line.target, incoming.line.command
        try:
            posts = command in _POSTING or _resumes(incoming.line)
            there = await resolve_target(self.outbound, await self.api.me(), named, incoming.person, posts=posts)
        except ChatUnreachable:
            chat = parse_chat(named)
            if command not in _ENDING or not await self.service.subscribed(chat, incoming.person):
                raise
            details = await self.service.details_of(chat)
            return Target(chat, details.name or chat.id), True
        await self.managed_chats.note(there.chat, there.title, incoming.person)
        return there, False

    async def _place(self, incoming: IncomingCommand, chat: Chat, *, may_manage: bool, title: str = "") -> RequestPlace:
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
        chats = await self.managed_chats.of(incoming.person) if incoming.line.command in _OVERSEEING else frozenset()
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
        there = await resolve_target(self.outbound, await self.api.me(), chat, incoming.person)
        await self.managed_chats.note(there.chat, there.title, incoming.person)
        return ChatDetails(there.chat, there.title)

    async def language(self, incoming: IncomingCommand) -> str:
        """Return the tag of the language in which a person is answered."""
        return await self.service.language(_request(incoming, RequestPlace(chat=incoming.chat)))

    async def in_language(self, incoming: IncomingCommand, page: Page) -> Page:
        """Return a page of this adapter in the language of the person who sent a command."""
        return localized(page, await self.language(incoming))

    async def _run(self, incoming: IncomingCommand, place: RequestPlace) -> Reply:
        async with self._concurrency:
            reply = await self.service.respond(_request(incoming, place))
        if incoming.taken_up and reply.page.trouble is Trouble.BUSY:
            raise NotAnswered("the database is unavailable")
        return reply

    async def _manages(self, incoming: IncomingCommand) -> bool:
        """Whether the sender may manage the chat. Telegram is asked only if the command requires it."""
        if not is_public(incoming.chat):
            return True
        if not is_person(incoming.person) or not self.service.needs_right(
            _request(incoming, RequestPlace(chat=incoming.chat))
        ):
            return False
        if not await may_manage(self.outbound, incoming.chat.id, incoming.person):
            return False
        await self.managed_chats.note(incoming.chat, incoming.title, incoming.person)
        return True


def _answer(reply: Reply) -> Answer:
    return Answer(reply.page, command=reply.command)


def _is_overview(line: CommandLine) -> bool:
    """Whether a line asks for all chats, whatever chat the page with its button was about."""
    return line.command in _OVERSEEING and line.argument.partition(" ")[0] == "all"


def _only_lists(line: CommandLine) -> bool:
    return line.argument in ("", "list", "all")


def _resumes(line: CommandLine) -> bool:
    return line.command in _MOVING and line.argument.partition(" ")[0] == "resume"


def _request(incoming: IncomingCommand, place: RequestPlace) -> Request:
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
