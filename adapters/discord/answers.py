"""From what a person did to what they see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from adapters.discord import forms
from adapters.discord.asked import Asked, Kind
from adapters.discord.buttons import Act, Pressed, pressed
from adapters.discord.layout import Button, Json
from adapters.discord.permissions import missing
from adapters.discord.registration import CHANNEL
from adapters.discord.render import Setting, counted, parts
from bot.commands.typed import filled
from bot.desk import Desk
from bot.models import Chat, Command, Request
from bot.page import Page

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


@dataclass(frozen=True, slots=True)
class Relabelled:
    """The message that was pressed, with other words on its buttons."""

    components: tuple[Json, ...]


Answer = Shown | Relabelled


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
        if refused := self._refused(asked, wish):
            return Shown(page=refused, setting=Setting(), quietly=not asked.alone)
        chat = Chat("discord", wish.place) if wish.place else asked.chat
        page = await self._desk.handle(
            Request(
                chat=chat,
                person=asked.person,
                may_manage=asked.may_manage,
                command=wish.command,
                argument=wish.argument,
                locale=asked.locale,
            )
        )
        if wish.command == "vote" and asked.kind is Kind.PRESS:
            return await self._recounted(asked, chat)
        return await self._shown(asked, wish, chat, page)

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

    async def _recounted(self, asked: Asked, chat: Chat) -> Relabelled:
        commands = [found.command.split() for found in _ids(asked.components)]
        tallies = await self._desk.tallies(chat, {words[1] for words in commands if words[:1] == ["vote"]})

        def relabelled(component: Json) -> Json:
            changed = {name: _through(value, relabelled) for name, value in component.items()}
            found = pressed(str(component.get("custom_id", "")))
            words = found.command.split() if found else []
            label = counted(" ".join(words), tallies.get(words[1])) if words[:1] == ["vote"] else ""
            return changed | ({"label": label} if label else {})

        return Relabelled(tuple(relabelled(each) for each in asked.components))

    def _refused(self, asked: Asked, wish: Wish) -> Page | None:
        """Why it is not even asked of the engine."""
        if wish.place and not self._near(asked, wish):
            return Page(title="That is another server", intro="A place is managed from the server that it is in.")
        if wish.command in _SENDING and asked.may_manage and (lacking := self._lacking(asked, wish)):
            where = f"in #{self._name(asked, wish)}" if wish.place else "here"
            return Page(
                title=f"I may not post {where} yet",
                intro=f"Missing: {', '.join(lacking)}.\nA role or the channel's own permissions can grant that; then "
                "say it again. Nothing was saved.",
            )
        if wish.command in _SENDING and f"<@&{asked.guild}>" in wish.argument:
            return Page(title="That role is everybody", intro="Choose a role that people can leave. Nothing was saved.")
        return None

    def _near(self, asked: Asked, wish: Wish) -> bool:
        """Whether the place is in the same server; what is chosen from a list always is."""
        chosen = wish.place in asked.data.resolved.channels or wish.place == asked.parent
        return bool(asked.guild) and (chosen or self._places.guild_of(wish.place) == asked.guild)

    def _lacking(self, asked: Asked, wish: Wish) -> tuple[str, ...]:
        named = asked.data.resolved.channels.get(wish.place)
        if not wish.place:
            return missing(asked.channel_type, asked.app_permissions)
        if named is not None and named.app_permissions is not None:
            return missing(named.type, int(named.app_permissions))
        known = self._places.allowed(wish.place)
        return missing(*known) if known else ()

    @staticmethod
    def _name(asked: Asked, wish: Wish) -> str:
        named = asked.data.resolved.channels.get(wish.place)
        return named.name if named and named.name else wish.place

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


def _through(value: object, change: Callable[[Json], Json]) -> object:
    """Components inside of components."""
    if isinstance(value, list):
        return [change(each) if isinstance(each, dict) else each for each in value]
    return change(value) if isinstance(value, dict) and "type" in value else value


def _ids(components: object) -> list[Pressed]:
    """What every button below remembers."""
    if isinstance(components, list | tuple):
        return [found for each in components for found in _ids(each)]
    if not isinstance(components, dict):
        return []
    own = pressed(str(components.get("custom_id", "")))
    below = [found for name in ("components", "accessory") for found in _ids(components.get(name))]
    return [*([own] if own else []), *below]
