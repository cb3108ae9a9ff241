"""What a Telegram server knows: people, the places where they talk, and the messages there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from adapters.telegram.callback_data import decode_payload

Json = dict[str, Any]

#: the bot itself
BOT_ID = 42
BOT_NAME = "paperboy_bot"
#: the sender of what an administrator says who hides behind the group
ANONYMOUS_ADMIN = 1087968824


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody with an account."""

    id: int
    name: str
    language: str = "en"
    deactivated: bool = False

    @property
    def json(self) -> Json:
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": self.language}


@dataclass(slots=True, kw_only=True)
class Place:
    """A private chat, a group, a supergroup or a channel, as the bot sees it."""

    id: int
    kind: str
    title: str = ""
    is_forum: bool = False
    #: "member", "administrator", "kicked" or "left"; in a private chat "member" once the person has pressed Start
    bot: str = "member"
    #: whether the bot may write, where it is in
    bot_may_post: bool = True
    #: user id to "creator", "administrator", "member"
    people: dict[int, str] = field(default_factory=dict)
    #: rights that an administrator of a channel lacks
    may_not_post: set[int] = field(default_factory=set)
    #: thread id to "open", "closed"
    topics: dict[int, str] = field(default_factory=dict)
    #: messages that somebody has deleted
    forgotten: set[int] = field(default_factory=set)
    #: of a public one
    username: str = ""
    #: whether the bot may write to one member of a group without being asked by a button
    bot_writes_to_one: bool = False
    #: the supergroup that it has become
    moved_to: int | None = None

    @property
    def json(self) -> Json:
        named = {"first_name": self.title} if self.kind == "private" else {"title": self.title}
        facts = ({"is_forum": True} if self.is_forum else {}) | ({"username": self.username} if self.username else {})
        return {"id": self.id, "type": self.kind} | named | facts


@dataclass(slots=True, kw_only=True)
class Message:
    """Something that stands in a place."""

    id: int
    place: Place
    thread: int | None = None
    sender: Json
    text: str
    entities: list[Json] = field(default_factory=list)
    #: as the bot wrote it, before it was parsed
    source: str = ""
    parse_mode: str = ""
    markup: Json = field(default_factory=dict)
    silent: bool = False
    preview: Json = field(default_factory=dict)
    #: as the bot wrote it, if it is a rich message
    rich: Json = field(default_factory=dict)
    reply_to: int | None = None
    sent_at: float = 0.0
    edits: int = 0
    #: who alone sees it; None for everybody
    only_for: int | None = None
    deleted: bool = False

    @property
    def json(self) -> Json:
        facts: Json = {
            "message_id": self.id,
            "date": 1_777_000_000 + self.id,
            "chat": self.place.json,
            "from": self.sender,
        }
        facts |= {"rich_message": self.rich} if self.rich else {"text": self.text, "entities": self.entities}
        if self.thread is not None:
            facts |= {"message_thread_id": self.thread, "is_topic_message": True}
        if "inline_keyboard" in self.markup:
            facts["reply_markup"] = self.markup
        if self.only_for is not None:
            facts |= {"message_id": 0, "ephemeral_message_id": self.id}
            facts["receiver_user"] = {"id": self.only_for, "is_bot": False, "first_name": "x"}
        return facts

    @property
    def keyboard(self) -> list[list[Json]]:
        """The buttons below it, row by row."""
        rows: list[list[Json]] = self.markup.get("inline_keyboard", [])
        return rows

    @property
    def labels(self) -> list[str]:
        """What is written on its buttons."""
        return [button["text"] for row in self.keyboard for button in row]

    @property
    def lines(self) -> list[str]:
        """The command lines of its buttons, whether they are pressed or lead to the private chat."""
        return [_line(button) for row in self.keyboard for button in row]

    def offers(self, line: str) -> bool:
        """Whether a button's command line begins so."""
        return any(each.startswith(line) for each in self.lines)

    def button(self, begin: str) -> Json:
        """The first button whose label or command line begins so."""
        buttons = [button for row in self.keyboard for button in row]
        return next(each for each in buttons if each["text"].startswith(begin) or _line(each).startswith(begin))


def _line(button: Json) -> str:
    if "callback_data" in button:
        return str(button["callback_data"])
    return str(decode_payload(button["url"].partition("?start=")[2])) if "url" in button else ""


class World:
    """Every place, every person and every message."""

    def __init__(self) -> None:
        self.places: dict[int, Place] = {}
        self.people: dict[int, Person] = {}
        self.messages: dict[tuple[int, int], Message] = {}
        self._ids = count(1)
        self._said: defaultdict[int, list[Message]] = defaultdict(list)

    def add_person(self, name: str, id: int, *, started: bool = True, **facts: Any) -> Person:
        """Somebody, with a private chat that they have opened or not."""
        person = Person(id=id, name=name, **facts)
        self.people[id] = person
        self.places[id] = Place(id=id, kind="private", title=name, bot="member" if started else "never")
        return person

    def add_place(self, id: int, kind: str = "supergroup", **facts: Any) -> Place:
        """A group or a channel that the bot is in, unless told otherwise."""
        place = Place(id=id, kind=kind, **{"title": f"{kind} {id}"} | facts)
        self.places[id] = place
        return place

    def add_message(self, place: Place, **facts: Any) -> Message:
        """The next message of a place."""
        message = Message(id=next(self._ids), place=place, **facts)
        self.messages[place.id, message.id] = message
        if message.sender["id"] == BOT_ID and message.only_for is None:
            self._said[place.id].append(message)
        return message

    def seen_by_one(self, place: Place, person: Person) -> list[Message]:
        """What the bot has written in a place for one person alone, the oldest first."""
        return [each for each in self.messages.values() if each.place is place and each.only_for == person.id]

    def of(self, place_id: int) -> Sequence[Message]:
        """Everything that the bot has written in a place, the oldest first."""
        return self._said[place_id]
