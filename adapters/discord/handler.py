"""From an incoming interaction (slash command, button, menu, modal) to the page and buttons that answer it:
permission checks, target channel, paging, advice on missing permissions, language.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from adapters.discord import modals, pages
from adapters.discord.channel_access import NAME, ChannelAccess, ChannelDirectory
from adapters.discord.components import Button, Json
from adapters.discord.custom_ids import ButtonAction, CustomId, parse_custom_id
from adapters.discord.interactions import IncomingInteraction, InteractionType, to_origin
from adapters.discord.permission_checks import may_manage, may_see
from adapters.discord.permissions import Permission
from adapters.discord.render import RenderContext, parts
from adapters.discord.slash_commands import CHANNEL, SAVE, SUBSCRIBE, SUBSCRIPTIONS, TO, YES
from adapters.kit.takeover import NotAnswered
from bot.commands.facade import BotService
from bot.commands.managed_chats import destination
from bot.commands.subscription_form import SubscriptionForm
from bot.commands.typed import filled
from bot.domain.errors import StoreError
from bot.domain.log import Log
from bot.domain.pages import Page, Trouble
from bot.domain.requests import Chat, Command, Reach, Request, Tally
from bot.messages.localization import localized, text_in

log = Log(__name__)

#: commands that continue in place: their page replaces the message with the pressed button
_IN_PLACE = frozenset({"subscribe", "subscriptions", "pause", "resume", "unsubscribe", "trending", "help", "forget"})
#: buttons and menus whose answer may continue in place
_CONTINUING = frozenset({ButtonAction.RUN, ButtonAction.MODAL, ButtonAction.CHOOSE})
#: commands that show a manager all channels of the server
_OVERSEEING = frozenset({SUBSCRIPTIONS, "status"})
#: commands that start sending digests to a channel
_SENDING = frozenset({"subscribe", "follow", "resume", "import"})
#: seconds for reading a person's language where no command is run; after that, the client's language is used
_LANGUAGE_SECONDS = 0.5
#: seconds for reading the settings that a form is filled in with; a form cannot be deferred
_FORM_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPage:
    """A page to be shown as an answer."""

    page: Page
    context: RenderContext
    #: ephemeral: visible to this person only
    ephemeral: bool = True
    #: replaces the message with the pressed button
    in_place: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteAnswer:
    """The ephemeral answer to a vote, and the chat whose vote counts have to be redrawn."""

    chat: Chat
    shown: AnswerPage


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Another process answers the interaction."""


Answer = AnswerPage | VoteAnswer | NoAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionRequest:
    """The command to be answered, and how to show the answer."""

    command: str
    argument: str
    #: id of the channel that it is about; empty: the one of the interaction
    channel: str = ""
    part: int = 0
    for_all: bool = False
    in_place: bool = False
    #: the person named the channel, even if it is the one of the interaction
    names_channel: bool = False
    #: id of the channel that was chosen as the destination; empty for none
    to: str = ""

    @property
    def line(self) -> str:
        """The command as it would be typed, without the slash."""
        return f"{self.command} {self.argument}".strip()


def to_request(incoming: IncomingInteraction, known: dict[str, Command]) -> InteractionRequest | None:
    """Return the request of an interaction; None for a button that is not this bot's."""
    if incoming.kind is InteractionType.COMMAND:
        return _typed(incoming, known)
    found = parse_custom_id(incoming.data.custom_id)
    if found is None:
        return None
    line, channel = found.command, found.channel
    if found.act is ButtonAction.CHOOSE and incoming.data.values:
        chosen = parse_custom_id(incoming.data.values[0])
        line, channel = (chosen.command, chosen.channel) if chosen else (incoming.data.values[0], channel)
    if incoming.kind is InteractionType.MODAL:
        line = modals.submitted(found.command, incoming.data.filled)
    name, _, argument = line.partition(" ")
    continues = found.act in _CONTINUING and name in _IN_PLACE
    return InteractionRequest(
        command=name,
        argument=argument,
        channel=channel if channel != incoming.channel else "",
        names_channel=bool(channel),
        to=incoming.data.filled.get(TO, "") or _destination(name, argument),
        part=found.part,
        for_all=found.act is ButtonAction.SHARE,
        in_place=(incoming.on_ephemeral or incoming.direct) and (found.act is ButtonAction.PAGE or continues),
    )


def _typed(incoming: IncomingInteraction, known: dict[str, Command]) -> InteractionRequest:
    given = incoming.data.given
    channel = given.get(CHANNEL, "")
    if role := given.get("role"):
        given["role"] = f"<@&{role}>"
    command = known.get(incoming.data.name)
    argument = filled(command, given) if command else ""
    argument += " save" if command and command.name == SUBSCRIBE and given.get(SAVE) == YES else ""
    return InteractionRequest(
        command=incoming.data.name,
        argument=argument,
        channel=channel if channel != incoming.channel else "",
        names_channel=bool(channel),
        to=given.get(TO, ""),
    )


def _destination(command: str, argument: str) -> str:
    """Return the channel to which a button moves a subscription; empty for none."""
    named = destination(argument) if command == SUBSCRIPTIONS else ""
    return named if named.isdecimal() else ""


class InteractionHandler:
    """Call the application facade and turn its pages into answers."""

    def __init__(
        self, service: BotService, channels: ChannelDirectory, suggest_language: Callable[[Chat, str], None]
    ) -> None:
        """`suggest_language` is called with each chat that was answered in and the language of its server."""
        self._service = service
        self._access = ChannelAccess(service, channels)
        self._suggest_language = suggest_language
        self.known = {command.name: command for command in service.known}

    async def answer(
        self, incoming: IncomingInteraction, request: InteractionRequest, *, taken_up: bool = False, done: bool = False
    ) -> Answer:
        """Return the answer to a request; if it is `done`, one that only says so.

        Raise `NotAnswered` if it is `taken_up` and the database is unavailable, as it is tried again then.
        """
        manages = may_manage(incoming, self.known.get(request.command), request.channel)
        if not done and (refused := await self._refused(incoming, request, manages=manages)):
            return await self.notice(incoming, refused)
        chat = Chat(NAME, request.channel) if request.channel else incoming.chat
        page = await self._service.handle(
            Request(
                chat=chat,
                person=incoming.person,
                may_manage=manages,
                direct=incoming.direct and not request.channel,
                managers=pages.MANAGERS,
                command=request.command,
                argument=request.argument,
                locale=incoming.locale,
                door=incoming.door,
                interaction=incoming.id,
                brief=True,
                origin=to_origin(incoming),
                taken_up=taken_up,
                done=done,
                details=self._access.details(incoming, chat.id),
                reach=_reach(incoming, request),
                names_chat=request.names_channel,
                destination=self._access.details(incoming, request.to) if request.to else None,
            )
        )
        if taken_up and page.trouble is Trouble.BUSY:
            raise NotAnswered("the database is unavailable")
        if page.trouble is Trouble.REPEATED:
            return NoAnswer()
        if page.refused:
            return _refusal(incoming, page, request.channel)
        if incoming.server_language:
            self._suggest_language(chat, incoming.server_language)
        if request.command in _SENDING and manages:
            page = self._access.with_advice(incoming, request.channel, page)
        shown = await self._shown(incoming, request, chat, page)
        return _voted(incoming, chat, shown) if request.command == "vote" else shown

    async def language(self, incoming: IncomingInteraction) -> str:
        """Return the tag of the person's language. Never raises: without an answer in time it is the client's."""
        request = Request(chat=incoming.chat, person=incoming.person, command="help", locale=incoming.locale)
        if not incoming.person:
            return incoming.locale
        try:
            async with asyncio.timeout(_LANGUAGE_SECONDS):
                return await self._service.language(request)
        except TimeoutError:
            log.warning("language not read in time", chat=str(incoming.chat))
        except Exception:
            log.exception("language not read", reference=os.urandom(4).hex(), chat=str(incoming.chat))
        return incoming.locale

    async def notice(self, incoming: IncomingInteraction, page: Page) -> AnswerPage:
        """Return a page that no command made, in the person's language, as an ephemeral answer."""
        return _refusal(incoming, localized(page, await self.language(incoming)))

    async def _shown(
        self, incoming: IncomingInteraction, request: InteractionRequest, chat: Chat, page: Page
    ) -> AnswerPage:
        messages = parts(page)
        part = min(request.part, len(messages) - 1)
        keys = [card.key for card in messages[part].cards]
        return AnswerPage(
            page=messages[part],
            context=RenderContext(
                channel=request.channel,
                tallies=await self._tallies(chat, keys),
                paging=self._paging(request, part, len(messages)),
                more=(*_change_button(page, request), *self._share_button(incoming, request, page.language)),
            ),
            ephemeral=not incoming.direct and not request.for_all,
            in_place=request.in_place,
        )

    async def _tallies(self, chat: Chat, papers: Collection[str]) -> Mapping[str, Tally]:
        """Return the votes on papers; none if they cannot be read, as the page can be shown without."""
        if not papers:
            return {}
        try:
            return await self._service.tallies(chat, papers)
        except StoreError as error:
            log.warning("votes not read", chat=str(chat), reason=str(error))
            return {}

    async def _refused(
        self, incoming: IncomingInteraction, request: InteractionRequest, *, manages: bool
    ) -> Page | None:
        """Return why the request is refused before any command runs. People without management rights learn nothing
        about the channel here.
        """
        if request.channel and not await self._access.same_server(incoming, request.channel):
            return pages.other_server()
        if request.channel and not manages and not may_see(incoming, request.channel):
            return pages.hidden_channel()
        if _sends(request) and manages and (refused := self._access.refused_posting(incoming, request.channel)):
            return refused
        if request.to and manages and (refused := await self._access.refused_destination(incoming, request.to)):
            return refused
        if request.command in _SENDING and f"<@&{incoming.guild}>" in request.argument:
            return pages.everyone_role()
        return None

    async def opened_form(self, incoming: IncomingInteraction, pressed: CustomId) -> Json | AnswerPage:
        """Return the form that a button opens, filled in, or a refusal.

        A form that cannot be filled in in time is returned empty; what is left empty there is not changed.
        """
        if not may_manage(incoming, None, pressed.channel):
            return await self.notice(incoming, pages.not_manager())
        channel = pressed.channel if pressed.channel != incoming.channel else ""
        if channel and not await self._access.same_server(incoming, channel):
            return await self.notice(incoming, pages.other_server())
        language = await self.language(incoming)
        if pressed.command.startswith("move "):
            return modals.move_modal(pressed.command.removeprefix("move "), pressed.channel, language)
        chat = Chat(NAME, channel) if channel else incoming.chat
        form = await self._form(incoming, chat, pressed.command)
        if form is None:
            return modals.modal(pressed.command, pressed.channel, language)
        if isinstance(form, Page):
            return _refusal(incoming, form, channel)
        return modals.filled_modal(form, pressed.channel, language)

    async def _form(self, incoming: IncomingInteraction, chat: Chat, which: str) -> SubscriptionForm | Page | None:
        """Return the settings of a subscription, or a refusal; None if they cannot be read in time."""
        request = Request(
            chat=chat,
            person=incoming.person,
            may_manage=True,
            managers=pages.MANAGERS,
            command=SUBSCRIPTIONS,
            argument=f"form {which}",
            locale=incoming.locale,
            door=incoming.door,
        )
        try:
            async with asyncio.timeout(_FORM_SECONDS):
                return await self._service.subscription_form(request)
        except (TimeoutError, StoreError) as error:
            log.warning("form not filled in", chat=str(chat), reason=str(error) or type(error).__name__)
            return None

    @staticmethod
    def _paging(request: InteractionRequest, part: int, among: int) -> tuple[Button, ...]:
        """Return the buttons that show the previous and the next part of an answer."""
        if among == 1:
            return ()
        sides = ((part - 1, f"◀ {part}/{among}"), (part + 1, f"▶ {part + 2}/{among}"))
        ids = [
            (label, CustomId(act=ButtonAction.PAGE, command=request.line, channel=request.channel, part=number))
            for number, label in sides
            if 0 <= number < among
        ]
        return tuple(Button(label, id.id) for label, id in ids if id.fits)

    def _share_button(
        self, incoming: IncomingInteraction, request: InteractionRequest, language: str
    ) -> tuple[Button, ...]:
        """Return the button that posts an ephemeral answer for everyone, where that is allowed."""
        command = self.known.get(request.command)
        if request.command in _OVERSEEING and _reach(incoming, request) is not None:
            # it may name channels that not everybody can view
            return ()
        id = CustomId(act=ButtonAction.SHARE, command=request.line, channel=request.channel)
        if incoming.direct or request.for_all or not incoming.server_installed or not id.fits or command is None:
            return ()
        return () if command.private or command.manages else (Button(text_in(pages.SHARE_LABEL, language), id.id),)


def _change_button(page: Page, request: InteractionRequest) -> tuple[Button, ...]:
    """Return the button that opens the modal, if the page is about one subscription."""
    commands = (action.command.split() for action in page.actions)
    ids = {words[1] for words in commands if words[0] in ("pause", "resume") and len(words) == 2}
    if len(ids) != 1 or not (id := ids.pop()).startswith("id:"):
        return ()
    custom_id = CustomId(act=ButtonAction.MODAL, command=id, channel=request.channel).id
    return (Button(text_in(pages.CHANGE_LABEL, page.language), custom_id),)


def _reach(incoming: IncomingInteraction, request: InteractionRequest) -> Reach | None:
    """Return the server if the person manages all of it; None where others read the answer."""
    manages = incoming.server_installed and bool(incoming.permissions & Permission.MANAGE_SERVER)
    return Reach(space=incoming.guild) if manages and not request.for_all else None


def _sends(request: InteractionRequest) -> bool:
    """Whether a request makes digests come to its channel."""
    action = request.argument.split(" ")[0].removeprefix("action:")
    return request.command in _SENDING or (request.command == SUBSCRIPTIONS and action == "resume")


def _voted(incoming: IncomingInteraction, chat: Chat, shown: AnswerPage) -> VoteAnswer:
    # the page with the undo button is replaced by the result; a message with vote counts stays
    return VoteAnswer(chat=chat, shown=replace(shown, in_place=incoming.on_ephemeral and not incoming.shows_votes))


def _refusal(incoming: IncomingInteraction, page: Page, channel: str = "") -> AnswerPage:
    """Return an ephemeral answer that only says why something was refused and replaces no page.

    `channel` is the one that the request was about, for the commands that the page names; empty for the current one.
    """
    return AnswerPage(page=page, context=RenderContext(channel=channel), ephemeral=not incoming.direct)
