"""From what a person did to what they see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from adapters.discord import forms
from adapters.discord.asked import Asked, Kind
from adapters.discord.buttons import Act, Pressed, pressed
from adapters.discord.layout import Button
from adapters.discord.permissions import INVITED, advised, missing
from adapters.discord.registration import CHANNEL, SAVE, SUBSCRIBE, YES
from adapters.discord.render import Setting, parts
from adapters.discord.rights import MANAGERS, may_manage, may_see
from bot.commands.typed import filled
from bot.desk import Desk
from bot.models import Chat, Command, Request
from bot.page import Page, Section, Trouble

#: commands that go on where they were begun: their pages take the place of the one that was pressed
_IN_PLACE = frozenset({"subscribe", "subscriptions", "pause", "resume", "unsubscribe", "trending", "help", "forget"})
#: commands that begin to send something to a place
_SENDING = frozenset({"subscribe", "follow", "resume", "import"})


class Places(Protocol):
    """What the gateway knows of channels."""

    def guild_of(self, channel: str) -> str:
        """The server of a channel or thread; empty where it is not known."""
        ...

    def allowed(self, channel: str) -> tuple[int, int] | None:
        """A channel's type, and what the bot may do in it; None where it is not known."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A page in an answer."""

    page: Page
    setting: Setting
    #: only the person sees it
    quietly: bool = True
    #: in the place of the message that was pressed
    in_place: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Voted:
    """What only the person sees who has voted; and where the counts of a message are to be shown anew."""

    chat: Chat
    shown: Shown


@dataclass(frozen=True, slots=True)
class Nothing:
    """Somebody else answers it."""


Answer = Shown | Voted | Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be answered, and how."""

    command: str
    argument: str
    #: empty: where it was done
    place: str = ""
    part: int = 0
    for_all: bool = False
    in_place: bool = False

    @property
    def line(self) -> str:
        """As it would be typed, without slash."""
        return f"{self.command} {self.argument}".strip()


def wish(asked: Asked, known: dict[str, Command]) -> Wish | None:
    """What a person wants; None where a button is none of ours."""
    if asked.kind is Kind.COMMAND:
        given = asked.data.given
        place = given.get(CHANNEL, "")
        if role := given.get("role"):
            given["role"] = f"<@&{role}>"
        command = known.get(asked.data.name)
        argument = filled(command, given) if command else ""
        argument += " save" if command and command.name == SUBSCRIBE and given.get(SAVE) == YES else ""
        return Wish(command=asked.data.name, argument=argument, place=place if place != asked.channel else "")
    found = pressed(asked.data.custom_id)
    if found is None:
        return None
    line = asked.data.values[0] if found.act is Act.CHOOSE and asked.data.values else found.command
    if asked.kind is Kind.FORM:
        line = f"{found.command} {forms.changes(asked.data.filled)}".strip()
    name, _, argument = line.partition(" ")
    own = asked.on_own_message or asked.alone
    return Wish(
        command=name,
        argument=argument,
        place=found.place,
        part=found.part,
        for_all=found.act is Act.SHARE,
        in_place=own and (found.act is Act.TURN or (found.act in (Act.DO, Act.FORM) and name in _IN_PLACE)),
    )


class Answers:
    """Asks the engine, and makes messages of its pages."""

    def __init__(self, desk: Desk, places: Places) -> None:
        self._desk = desk
        self._places = places
        self.known = {command.name: command for command in desk.known}

    async def to(self, asked: Asked, wish: Wish) -> Answer:
        """The answer to a wish."""
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
        # the page that takes a vote back is replaced by what became of it; one with counts stays
        return Voted(chat=chat, shown=replace(shown, in_place=asked.on_own_message and not asked.counts))

    async def _shown(self, asked: Asked, wish: Wish, chat: Chat, page: Page) -> Shown:
        pages = parts(page)
        part = min(wish.part, len(pages) - 1)
        keys = [card.key for card in pages[part].cards]
        more = (*self._turns(wish, part, len(pages)), *_change(page, wish), *self._share(asked, wish))
        return Shown(
            page=pages[part],
            setting=Setting(place=wish.place, tallies=await self._desk.tallies(chat, keys) if keys else {}, more=more),
            quietly=not asked.alone and not wish.for_all,
            in_place=wish.in_place,
        )

    def _refused(self, asked: Asked, wish: Wish, *, manages: bool) -> Page | None:
        """Why it is not even asked of the engine. Whoever may not manage the place is told nothing about it here."""
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

    def _with_advice(self, asked: Asked, wish: Wish, page: Page) -> Page:
        """The page with what the bot could do better with, and does not need."""
        lacking = advised(*self._permissions(asked, wish))
        if not lacking:
            return page
        where = self._where(asked, wish)
        advice = f"Not required, but of use to me {where}: {', '.join(lacking)}."
        return replace(page, sections=(*page.sections, Section(text=advice)))

    def _near(self, asked: Asked, wish: Wish) -> bool:
        """Whether the place is in the same server; what is chosen from a list always is."""
        chosen = wish.place in asked.data.resolved.channels or wish.place == asked.parent
        return bool(asked.guild) and (chosen or self._places.guild_of(wish.place) == asked.guild)

    def _permissions(self, asked: Asked, wish: Wish) -> tuple[int, int]:
        """The type of the place, and what the bot may do there; everything where nobody has said."""
        named = asked.data.resolved.channels.get(wish.place)
        if not wish.place:
            return asked.channel_type, asked.app_permissions
        if named is not None and named.app_permissions is not None:
            return named.type, int(named.app_permissions)
        return self._places.allowed(wish.place) or (asked.channel_type, int(INVITED))

    @staticmethod
    def _where(asked: Asked, wish: Wish) -> str:
        named = asked.data.resolved.channels.get(wish.place)
        return f"in #{named.name if named and named.name else wish.place}" if wish.place else "here"

    @staticmethod
    def _turns(wish: Wish, part: int, among: int) -> tuple[Button, ...]:
        if among == 1:
            return ()
        sides = ((part - 1, f"◀ {part}/{among}"), (part + 1, f"▶ {part + 2}/{among}"))
        turns = [
            (label, Pressed(act=Act.TURN, command=wish.line, place=wish.place, part=number))
            for number, label in sides
            if 0 <= number < among
        ]
        return tuple(Button(label, turn.id) for label, turn in turns if turn.fits)

    def _share(self, asked: Asked, wish: Wish) -> tuple[Button, ...]:
        """What only one person asked for is shown to all when that person wants it."""
        command = self.known.get(wish.command)
        id = Pressed(act=Act.SHARE, command=wish.line, place=wish.place)
        if asked.alone or wish.for_all or not asked.at_home or not id.fits or command is None:
            return ()
        return () if command.private or command.manages else (Button("Show to everybody", id.id),)


def _change(page: Page, wish: Wish) -> tuple[Button, ...]:
    """The form, where a page is about one subscription."""
    commands = (action.command.split() for action in page.actions)
    ids = {words[1] for words in commands if words[0] in ("pause", "resume") and len(words) == 2}
    if len(ids) != 1 or not (id := ids.pop()).startswith("id:"):
        return ()
    return (Button("Change …", Pressed(act=Act.FORM, command=id, place=wish.place).id),)


def _refusal(title: str, intro: str) -> Page:
    return Page(title=title, intro=intro, trouble=Trouble.REFUSED)


def refusal(asked: Asked, page: Page) -> Shown:
    """A page that says only why something was not done: for the person alone, and in no other page's place."""
    return Shown(page=page, setting=Setting(), quietly=not asked.alone)
