"""Requests, chats and the declarations of commands."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Chat:
    """A place on a surface: channel, group, forum topic, mailbox or terminal."""

    surface: str
    id: str
    #: thread or forum topic within it; empty for the chat itself
    thread: str = ""

    def __str__(self) -> str:
        return ":".join(part for part in (self.surface, self.id, self.thread) if part)


@dataclass(frozen=True, slots=True)
class ChatDetails:
    """What a platform says of a chat."""

    chat: Chat
    #: as people know it: "#papers"; empty if unknown
    name: str = ""
    #: id of the server that the chat belongs to; empty if there is none
    space: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Which chats besides the one of a request a person may manage, according to the surface."""

    #: id of the server all of whose chats the person may manage; empty for none
    space: str = ""
    #: ids of other chats
    chats: frozenset[str] = frozenset()


class Effect(StrEnum):
    """What a request changes."""

    #: nothing
    READS = "reads"
    #: only data of the person who asks: a vote, a saved paper
    OWN = "own"
    #: what the chat gets: a subscription or its state
    CHAT = "chat"
    #: deletes something irrecoverably
    DESTROYS = "destroys"


class Door(StrEnum):
    """How a request reached the bot."""

    #: a command or plain text
    TYPED = "typed"
    #: a button of one of the bot's pages
    BUTTON = "button"
    #: a deep link; it may show a page and ask, but never change anything
    LINK = "link"
    #: an inline query; read-only
    INLINE = "inline"
    #: a form: a modal, or an HTML form sent with POST
    FORM = "form"


#: these doors change nothing
ONLY_SHOW = frozenset({Door.LINK, Door.INLINE})


def only_shows(effect: Effect, door: Door) -> bool:
    """Return whether a request is shown and asked about instead of done: anybody can make a link that others follow."""
    return effect is not Effect.READS and door in ONLY_SHOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Something that a person typed, pressed or chose."""

    chat: Chat
    #: the person's id on the surface; empty if it has none
    person: str = ""
    #: whether the person may change what the chat gets, according to the surface
    may_manage: bool = False
    #: whether the chat is a private one between the person and the bot
    direct: bool = False
    #: who has that permission, in the surface's terms: "an administrator of this group"; may be empty
    managers: str = ""
    #: name of the command without slash: "trending"
    command: str
    #: the rest of the line, as typed
    argument: str = ""
    #: language tag: "en", "de-AT"
    locale: str = "en"
    door: Door = Door.TYPED
    #: the platform's interaction id, unique within the surface; empty if there is none
    interaction: str = ""
    #: whether lists are short by default, as messages of a chat are
    brief: bool = False
    #: what the adapter received, in its own form, if another process could answer it after this one has died; may
    #: contain a token, so it is never logged
    origin: str = field(default="", repr=False)
    #: a process claimed it and died, and this one answers in its place
    taken_up: bool = False
    #: as `AbandonedInteraction.done`: nothing is run, the answer only says that it was done
    done: bool = False
    #: name and server of the chat, where the surface knows them
    details: ChatDetails | None = None
    #: None if the person manages no other chat, or the answer is read by others
    reach: Reach | None = None
    #: the chat was named, so that the request is about no other one
    names_chat: bool = False
    #: the surface cannot say any more who manages the chat: only what the person has subscribed to may be changed
    only_own: bool = False
    #: another chat that was named as the destination, in which the person and the bot have the rights; None if none was
    destination: ChatDetails | None = None


@dataclass(frozen=True, slots=True)
class AbandonedInteraction:
    """An interaction that a process claimed and did not answer."""

    surface: str
    id: str
    #: the `Request.origin`
    origin: str = field(repr=False)
    #: its change is stored, so only the answer is missing
    done: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes of a chat's members on a paper."""

    up: int
    down: int


class Completion(StrEnum):
    """What autocomplete offers for a field."""

    #: topics, authors, and queries of the chat's subscriptions
    QUERY = "query"
    #: time zones
    ZONE = "zone"
    #: papers of the last list shown
    PAPER = "paper"
    #: subscriptions of this chat
    SUBSCRIPTION = "subscription"
    #: available languages
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One autocomplete suggestion."""

    #: as displayed
    label: str
    #: as sent when chosen
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An argument of a command; surfaces with forms show it as a field."""

    name: str
    description: str
    #: all valid values, if there are few
    choices: tuple[str, ...] = ()
    required: bool = False
    #: how the value is typed: "top {}"
    typed: str = "{}"
    #: source of autocomplete suggestions, if any
    completion: Completion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Declaration of a command, from which every surface builds its menu and help."""

    #: without slash, lower case
    name: str
    #: for menus; at most 100 characters
    summary: str
    #: syntax: "/trending [day|week|month] [words]"
    usage: str
    options: tuple[Option, ...] = ()
    #: complete example lines
    examples: tuple[str, ...] = ()
    #: other names of the command
    aliases: tuple[str, ...] = ()
    #: restricted to people who may manage the chat
    manages: bool = False
    #: the reply is shown only to the person who asked
    private: bool = False
