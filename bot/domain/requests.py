"""Requests of people, the chats they come from, and the commands they may use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Chat:
    """One place on a surface: a channel, a group, a forum topic, a mailbox, a terminal."""

    surface: str
    id: str
    #: a thread or forum topic inside it; empty for the place itself
    thread: str = ""

    def __str__(self) -> str:
        return ":".join(part for part in (self.surface, self.id, self.thread) if part)


class Effect(StrEnum):
    """What a request does to what is stored."""

    #: nothing is changed
    READS = "reads"
    #: only what belongs to the person who asks: a vote, a saved paper
    OWN = "own"
    #: what the chat gets: a subscription, its state
    CHAT = "chat"
    #: something is deleted and cannot be restored
    DESTROYS = "destroys"


class Door(StrEnum):
    """How a request reached the bot."""

    #: typed as a command or as plain text
    TYPED = "typed"
    #: a button below a page of the bot
    BUTTON = "button"
    #: a deep link; it may show a page and ask, never change anything
    LINK = "link"
    #: an inline query; read-only
    INLINE = "inline"
    #: a form: a modal, an HTML form sent with POST
    FORM = "form"


_ONLY_SHOW = frozenset({Door.LINK, Door.INLINE})


def only_shows(effect: Effect, door: Door) -> bool:
    """Return whether a request is shown and asked about instead of done: anybody can make a link that others follow."""
    return effect is not Effect.READS and door in _ONLY_SHOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Something that a person typed, pressed or chose."""

    chat: Chat
    #: the person's id on the surface; empty where the surface has no persons
    person: str = ""
    #: whether the surface says that this person may change what the chat gets
    may_manage: bool = False
    #: who has that right, in the surface's own words: "an administrator of this group"; empty where it has no words
    managers: str = ""
    #: a command's name without slash: "trending"
    command: str
    #: everything behind it, as typed
    argument: str = ""
    #: a language tag: "en", "de-AT"
    locale: str = "en"
    door: Door = Door.TYPED
    #: the platform's id of the interaction, unique within the surface; empty where the platform has none
    interaction: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How the people of a chat voted on a paper."""

    up: int
    down: int


class Completion(StrEnum):
    """What a field can be completed to while somebody types into it."""

    #: a topic, an author, a query that this chat has subscribed to
    QUERY = "query"
    #: a time zone
    ZONE = "zone"
    #: a paper of the list that was shown last
    PAPER = "paper"
    #: a subscription of this chat
    SUBSCRIPTION = "subscription"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One way to complete a field."""

    #: what a person reads
    label: str
    #: what is sent when they choose it
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing that may stand behind a command; surfaces with forms show it as a field."""

    name: str
    description: str
    #: the only values, where there is a short list of them
    choices: tuple[str, ...] = ()
    required: bool = False
    #: how the value is typed: "top {}"
    typed: str = "{}"
    #: where its values can be suggested
    completion: Completion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What a person can ask for, as every surface offers and explains it."""

    #: without slash, lower case
    name: str
    #: at most 100 characters, for menus
    summary: str
    #: how it is typed: "/trending [day|week|month] [words]"
    usage: str
    options: tuple[Option, ...] = ()
    #: whole lines that can be typed as they stand
    examples: tuple[str, ...] = ()
    #: other names for the same
    aliases: tuple[str, ...] = ()
    #: only for people who may manage the chat
    manages: bool = False
    #: the answer concerns nobody but the person who asked
    private: bool = False
