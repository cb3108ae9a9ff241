"""From an incoming interaction (slash command, button, menu, form) to the page and buttons that answer it:
permissions, target channel, paging, advice on missing permissions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from adapters.discord import modals
from adapters.discord.components import Button
from adapters.discord.custom_ids import ButtonAction, CustomId, parse_custom_id
from adapters.discord.interactions import IncomingInteraction, Kind
from adapters.discord.permission_checks import MANAGERS, may_manage, may_see
from adapters.discord.permissions import INVITED, advised, missing
from adapters.discord.render import RenderContext, parts
from adapters.discord.slash_commands import CHANNEL, SAVE, SUBSCRIBE, YES
from bot.commands.facade import BotService
from bot.commands.typed import filled
from bot.domain.pages import Page, Section, Trouble
from bot.domain.requests import Chat, Command, Request

#: commands that continue in place: their page replaces the message with the pressed button
_IN_PLACE = frozenset({"subscribe", "subscriptions", "pause", "resume", "unsubscribe", "trending", "help", "forget"})
#: commands that start sending digests to a channel
_SENDING = frozenset({"subscribe", "follow", "resume", "import"})


class ChannelDirectory(Protocol):
    """What the gateway client knows of channels."""

    def guild_of(self, channel: str) -> str:
        """Return the server of a channel or thread; empty if unknown."""
        ...

    def allowed(self, channel: str) -> tuple[int, int] | None:
        """Return a channel's type and the bot's permissions in it; None if unknown."""
        ...


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
    """No answer, as another process gives it."""


Answer = AnswerPage | VoteAnswer | NoAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionRequest:
    """The command to be answered, and how to show the answer."""

    command: str
    argument: str
    #: id of another channel; empty: the one of the interaction
    place: str = ""
    part: int = 0
    for_all: bool = False
    in_place: bool = False

    @property
    def line(self) -> str:
        """The command as it would be typed, without the slash."""
        return f"{self.command} {self.argument}".strip()


def to_request(incoming: IncomingInteraction, known: dict[str, Command]) -> InteractionRequest | None:
    """Return the request of an interaction; None for a button that is not this bot's."""
    if incoming.kind is Kind.COMMAND:
        given = incoming.data.given
        place = given.get(CHANNEL, "")
        if role := given.get("role"):
            given["role"] = f"<@&{role}>"
        command = known.get(incoming.data.name)
        argument = filled(command, given) if command else ""
        argument += " save" if command and command.name == SUBSCRIBE and given.get(SAVE) == YES else ""
        return InteractionRequest(
            command=incoming.data.name, argument=argument, place=place if place != incoming.channel else ""
        )
    found = parse_custom_id(incoming.data.custom_id)
    if found is None:
        return None
    line = incoming.data.values[0] if found.act is ButtonAction.CHOOSE and incoming.data.values else found.command
    if incoming.kind is Kind.FORM:
        line = f"{found.command} {modals.changes(incoming.data.filled)}".strip()
    name, _, argument = line.partition(" ")
    own = incoming.on_own_message or incoming.alone
    return InteractionRequest(
        command=name,
        argument=argument,
        place=found.place,
        part=found.part,
        for_all=found.act is ButtonAction.SHARE,
        in_place=own
        and (
            found.act is ButtonAction.TURN or (found.act in (ButtonAction.DO, ButtonAction.FORM) and name in _IN_PLACE)
        ),
    )


class InteractionHandler:
    """Call the application facade and turn its pages into answers."""

    def __init__(self, service: BotService, places: ChannelDirectory) -> None:
        self._service = service
        self._places = places
        self.known = {command.name: command for command in service.known}

    async def answer(self, incoming: IncomingInteraction, request: InteractionRequest) -> Answer:
        """Return the answer to a request."""
        manages = may_manage(incoming, self.known.get(request.command), request.place)
        if refused := self._refused(incoming, request, manages=manages):
            return refusal(incoming, refused)
        chat = Chat("discord", request.place) if request.place else incoming.chat
        page = await self._service.handle(
            Request(
                chat=chat,
                person=incoming.person,
                may_manage=manages,
                direct=incoming.alone and not request.place,
                managers=MANAGERS,
                command=request.command,
                argument=request.argument,
                locale=incoming.locale,
                door=incoming.door,
                interaction=incoming.id,
            )
        )
        if page.trouble is Trouble.REPEATED:
            return NoAnswer()
        if page.refused:
            return refusal(incoming, page)
        if request.command in _SENDING and manages:
            page = self._with_advice(incoming, request, page)
        shown = await self._shown(incoming, request, chat, page)
        if request.command != "vote":
            return shown
        # the page with the undo button is replaced by the result; a message with vote counts stays
        return VoteAnswer(chat=chat, shown=replace(shown, in_place=incoming.on_own_message and not incoming.counts))

    async def _shown(
        self, incoming: IncomingInteraction, request: InteractionRequest, chat: Chat, page: Page
    ) -> AnswerPage:
        pages = parts(page)
        part = min(request.part, len(pages) - 1)
        keys = [card.key for card in pages[part].cards]
        more = (
            *self._paging(request, part, len(pages)),
            *_change_button(page, request),
            *self._share_button(incoming, request),
        )
        return AnswerPage(
            page=pages[part],
            context=RenderContext(
                place=request.place, tallies=await self._service.tallies(chat, keys) if keys else {}, more=more
            ),
            ephemeral=not incoming.alone and not request.for_all,
            in_place=request.in_place,
        )

    def _refused(self, incoming: IncomingInteraction, request: InteractionRequest, *, manages: bool) -> Page | None:
        """Return why the request is refused before any command runs. People without management rights learn nothing
        about the channel here.
        """
        if request.place and not self._same_server(incoming, request):
            return _refusal("That is another server", "A place is managed from the server that it is in.")
        if request.place and not manages and not may_see(incoming, request.place):
            return _refusal("You cannot view that channel", "Nothing of it is shown to you here either.")
        if request.command in _SENDING and manages and (lacking := missing(*self._permissions(incoming, request))):
            return _refusal(
                f"I may not post {self._channel_name(incoming, request)} yet",
                f"Missing: {', '.join(lacking)}.\nA role or the channel's own permissions can grant that; then "
                "say it again. Nothing was saved.",
            )
        if request.command in _SENDING and f"<@&{incoming.guild}>" in request.argument:
            return _refusal("That role is everybody", "Choose a role that people can leave. Nothing was saved.")
        return None

    def _with_advice(self, incoming: IncomingInteraction, request: InteractionRequest, page: Page) -> Page:
        """Return the page with a note on optional permissions that the bot lacks."""
        lacking = advised(*self._permissions(incoming, request))
        if not lacking:
            return page
        where = self._channel_name(incoming, request)
        advice = f"Not required, but of use to me {where}: {', '.join(lacking)}."
        return replace(page, sections=(*page.sections, Section(text=advice)))

    def _same_server(self, incoming: IncomingInteraction, request: InteractionRequest) -> bool:
        """Whether the channel is in the same server; a channel picked in a command option always is."""
        chosen = request.place in incoming.data.resolved.channels or request.place == incoming.parent
        return bool(incoming.guild) and (chosen or self._places.guild_of(request.place) == incoming.guild)

    def _permissions(self, incoming: IncomingInteraction, request: InteractionRequest) -> tuple[int, int]:
        """Return the channel's type and the bot's permissions there; all permissions if they are unknown."""
        named = incoming.data.resolved.channels.get(request.place)
        if not request.place:
            return incoming.channel_type, incoming.app_permissions
        if named is not None and named.app_permissions is not None:
            return named.type, int(named.app_permissions)
        return self._places.allowed(request.place) or (incoming.channel_type, int(INVITED))

    @staticmethod
    def _channel_name(incoming: IncomingInteraction, request: InteractionRequest) -> str:
        named = incoming.data.resolved.channels.get(request.place)
        return f"in #{named.name if named and named.name else request.place}" if request.place else "here"

    @staticmethod
    def _paging(request: InteractionRequest, part: int, among: int) -> tuple[Button, ...]:
        if among == 1:
            return ()
        sides = ((part - 1, f"◀ {part}/{among}"), (part + 1, f"▶ {part + 2}/{among}"))
        turns = [
            (label, CustomId(act=ButtonAction.TURN, command=request.line, place=request.place, part=number))
            for number, label in sides
            if 0 <= number < among
        ]
        return tuple(Button(label, turn.id) for label, turn in turns if turn.fits)

    def _share_button(self, incoming: IncomingInteraction, request: InteractionRequest) -> tuple[Button, ...]:
        """Return the button that posts an ephemeral answer for everybody, where that is allowed."""
        command = self.known.get(request.command)
        id = CustomId(act=ButtonAction.SHARE, command=request.line, place=request.place)
        if incoming.alone or request.for_all or not incoming.at_home or not id.fits or command is None:
            return ()
        return () if command.private or command.manages else (Button("Show to everybody", id.id),)


def _change_button(page: Page, request: InteractionRequest) -> tuple[Button, ...]:
    """Return the button that opens the form, if the page is about one subscription."""
    commands = (action.command.split() for action in page.actions)
    ids = {words[1] for words in commands if words[0] in ("pause", "resume") and len(words) == 2}
    if len(ids) != 1 or not (id := ids.pop()).startswith("id:"):
        return ()
    return (Button("Change …", CustomId(act=ButtonAction.FORM, command=id, place=request.place).id),)


def _refusal(title: str, intro: str) -> Page:
    return Page(title=title, intro=intro, trouble=Trouble.REFUSED)


def refusal(incoming: IncomingInteraction, page: Page) -> AnswerPage:
    """Return an ephemeral answer that only says why something was refused and replaces no page."""
    return AnswerPage(page=page, context=RenderContext(), ephemeral=not incoming.alone)
