"""What rules work with: the state of a conversation, and the intents that come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.models import Subscription
from bot.talk import Cannot, Talk


@dataclass(frozen=True, slots=True, kw_only=True)
class LastList:
    """The list of papers that a chat was shown last, and the command that brought it."""

    #: "papers", "trending", ...; empty where it is not known
    command: str = ""
    #: what stood behind the command, without "more:8"
    argument: str = ""
    #: papers of the same list that were shown on the pages before
    start: int = 0
    ids: tuple[str, ...] = ()
    #: id -> title
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What was said and shown in a chat before."""

    last: LastList = LastList()
    #: the id of the single paper that was shown after the list; empty where none was
    paper: str = ""
    #: of the chat, in the order in which it counts them
    subscriptions: tuple[Subscription, ...] = ()
    #: the proposal that waits to be saved, in words; empty where none does
    draft: str = ""
    #: the moment (aware, UTC) at which the line was written
    now: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    #: a subscription that waits for its time zone, in words; empty where none does
    without_zone: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A command of the command table with what stands behind it."""

    command: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """A line that asks for nothing."""

    talk: Talk


@dataclass(frozen=True, slots=True)
class Decline:
    """A request that cannot be met; `nearest` is a command that comes close, empty where none does."""

    what: Cannot
    nearest: Run | None = None


Intent = Run | SmallTalk | Decline
