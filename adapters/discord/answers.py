"""From an incoming interaction (slash command, button, menu, form) to the page and buttons that answer it:
permissions, target channel, paging, advice on missing permissions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from adapters.discord import forms
from adapters.discord.buttons import Act, Pressed, pressed
from adapters.discord.interactions import IncomingInteraction, Kind
from adapters.discord.layout import Button
from adapters.discord.permissions import INVITED, advised, missing
from adapters.discord.registration import CHANNEL, SAVE, SUBSCRIBE, YES
from adapters.discord.render import RenderContext, parts
from adapters.discord.rights import MANAGERS, may_manage, may_see
from bot.commands.facade import BotService
from bot.commands.typed import filled
from bot.domain.pages import Page, Section, Trouble
from bot.domain.requests import Chat, Command, Request

#: commands that continue in place: their page replaces the message with the pressed button
_IN_PLACE = frozenset({"subscribe", "subscriptions", "pause", "resume", "unsubscribe", "trending", "help", "forget"})
#: commands that start sending digests to a channel
_SENDING = frozenset({"subscribe", "follow", "resume", "import"})


class Places(Protocol):
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
    setting: RenderContext
    #: ephemeral: visible to this person only
    quietly: bool = True
    #: replaces the message with the pressed button
    in_place: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Voted:
    """The ephemeral answer to a vote, and the chat whose vote counts have to be redrawn."""

    chat: Chat
    shown: AnswerPage


@dataclass(frozen=True, slots=True)
class Nothing:
    """No answer, as another process gives it."""


Answer = AnswerPage | Voted | Nothing


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


def wish(asked: IncomingInteraction, known: dict[str, Command]) -> InteractionRequest | None:
    """Return the request of an interaction; None for a button that is not this bot's."""
    if asked.kind is Kind.COMMAND:
        given = asked.data.given
        place = given.get(CHANNEL, "")
        if role := given.get("role"):
            given["role"] = f"<@&{role}>"
        command = known.get(asked.data.name)
        argument = filled(command, given) if command else ""
        argument += " save" if command and command.name == SUBSCRIBE and given.get(SAVE) == YES else ""
        return InteractionRequest(
            command=asked.data.name, argument=argument, place=place if place != asked.channel else ""
        )
    found = pressed(asked.data.custom_id)
    if found is None:
        return None
    line = asked.data.values[0] if found.act is Act.CHOOSE and asked.data.values else found.command
    if asked.kind is Kind.FORM:
        line = f"{found.command} {forms.changes(asked.data.filled)}".strip()
    name, _, argument = line.partition(" ")
    own = asked.on_own_message or asked.alone
    return InteractionRequest(
        command=name,
        argument=argument,
        place=found.place,
        part=found.part,
        for_all=found.act is Act.SHARE,
        in_place=own and (found.act is Act.TURN or (found.act in (Act.DO, Act.FORM) and name in _IN_PLACE)),
    )


class Answers:
    """Call the application facade and turn its pages into answers."""

    def __init__(self, desk: BotService, places: Places) -> None:
        self._desk = desk
        self._places = places
        self.known = {command.name: command for command in desk.known}

    async def to(self, asked: IncomingInteraction, wish: InteractionRequest) -> Answer:
        """Return the answer to a request."""
        manages = may_manage(asked, self.known.get(wish.command), wish.place)
        if refused := self._refused(asked, wish, manages=manages):
            return refusal(asked, refused)
        chat = Chat("discord", wish.place) if wish.place else asked.chat
        page = await self._desk.handle(
            Request(
                chat=chat,
                person=asked.person,
                may_manage=manages,
                managers=MANAGERS,
                command=wish.command,
                argument=wish.argument,
                locale=asked.locale,
                door=asked.door,
                interaction=asked.id,
            )
        )
        if page.trouble is Trouble.REPEATED:
            return Nothing()
        if page.refused:
            return refusal(asked, page)
        if wish.command in _SENDING and manages:
            page = self._with_advice(asked, wish, page)
        shown = await self._shown(asked, wish, chat, page)
        if wish.command != "vote":
            return shown
        # the page with the undo button is replaced by the result; a message with vote counts stays
        return Voted(chat=chat, shown=replace(shown, in_place=asked.on_own_message and not asked.counts))

    async def _shown(self, asked: IncomingInteraction, wish: InteractionRequest, chat: Chat, page: Page) -> AnswerPage:
        pages = parts(page)
        part = min(wish.part, len(pages) - 1)
        keys = [card.key for card in pages[part].cards]
        more = (*self._turns(wish, part, len(pages)), *_change(page, wish), *self._share(asked, wish))
        return AnswerPage(
            page=pages[part],
            setting=RenderContext(
                place=wish.place, tallies=await self._desk.tallies(chat, keys) if keys else {}, more=more
            ),
            quietly=not asked.alone and not wish.for_all,
            in_place=wish.in_place,
        )

    def _refused(self, asked: IncomingInteraction, wish: InteractionRequest, *, manages: bool) -> Page | None:
        """Return why the request is refused before any command runs. People without management rights learn nothing
        about the channel here.
        """
        if wish.place and not self._near(asked, wish):
            return _refusal("That is another server", "A place is managed from the server that it is in.")
        if wish.place and not manages and not may_see(asked, wish.place):
            return _refusal("You cannot view that channel", "Nothing of it is shown to you here either.")
        if wish.command in _SENDING and manages and (lacking := missing(*self._permissions(asked, wish))):
            return _refusal(
                f"I may not post {self._where(asked, wish)} yet",
                f"Missing: {', '.join(lacking)}.\nA role or the channel's own permissions can grant that; then "
                "say it again. Nothing was saved.",
            )
        if wish.command in _SENDING and f"<@&{asked.guild}>" in wish.argument:
            return _refusal("That role is everybody", "Choose a role that people can leave. Nothing was saved.")
        return None

    def _with_advice(self, asked: IncomingInteraction, wish: InteractionRequest, page: Page) -> Page:
        """Return the page with a note on optional permissions that the bot lacks."""
        lacking = advised(*self._permissions(asked, wish))
        if not lacking:
            return page
        where = self._where(asked, wish)
        advice = f"Not required, but of use to me {where}: {', '.join(lacking)}."
        return replace(page, sections=(*page.sections, Section(text=advice)))

    def _near(self, asked: IncomingInteraction, wish: InteractionRequest) -> bool:
        """Whether the channel is in the same server; a channel picked in a command option always is."""
        chosen = wish.place in asked.data.resolved.channels or wish.place == asked.parent
        return bool(asked.guild) and (chosen or self._places.guild_of(wish.place) == asked.guild)

    def _permissions(self, asked: IncomingInteraction, wish: InteractionRequest) -> tuple[int, int]:
        """Return the channel's type and the bot's permissions there; all permissions if they are unknown."""
        named = asked.data.resolved.channels.get(wish.place)
        if not wish.place:
            return asked.channel_type, asked.app_permissions
        if named is not None and named.app_permissions is not None:
            return named.type, int(named.app_permissions)
        return self._places.allowed(wish.place) or (asked.channel_type, int(INVITED))

    @staticmethod
    def _where(asked: IncomingInteraction, wish: InteractionRequest) -> str:
        named = asked.data.resolved.channels.get(wish.place)
        return f"in #{named.name if named and named.name else wish.place}" if wish.place else "here"

    @staticmethod
    def _turns(wish: InteractionRequest, part: int, among: int) -> tuple[Button, ...]:
        if among == 1:
            return ()
        sides = ((part - 1, f"◀ {part}/{among}"), (part + 1, f"▶ {part + 2}/{among}"))
        turns = [
            (label, Pressed(act=Act.TURN, command=wish.line, place=wish.place, part=number))
            for number, label in sides
            if 0 <= number < among
        ]
        return tuple(Button(label, turn.id) for label, turn in turns if turn.fits)

    def _share(self, asked: IncomingInteraction, wish: InteractionRequest) -> tuple[Button, ...]:
        """Return the button that posts an ephemeral answer for everybody, where that is allowed."""
        command = self.known.get(wish.command)
        id = Pressed(act=Act.SHARE, command=wish.line, place=wish.place)
        if asked.alone or wish.for_all or not asked.at_home or not id.fits or command is None:
            return ()
        return () if command.private or command.manages else (Button("Show to everybody", id.id),)


def _change(page: Page, wish: InteractionRequest) -> tuple[Button, ...]:
    """Return the button that opens the form, if the page is about one subscription."""
    commands = (action.command.split() for action in page.actions)
    ids = {words[1] for words in commands if words[0] in ("pause", "resume") and len(words) == 2}
    if len(ids) != 1 or not (id := ids.pop()).startswith("id:"):
        return ()
    return (Button("Change …", Pressed(act=Act.FORM, command=id, place=wish.place).id),)


def _refusal(title: str, intro: str) -> Page:
    return Page(title=title, intro=intro, trouble=Trouble.REFUSED)


def refusal(asked: IncomingInteraction, page: Page) -> AnswerPage:
    """Return an ephemeral answer that only says why something was refused and replaces no page."""
    return AnswerPage(page=page, setting=RenderContext(), quietly=not asked.alone)
