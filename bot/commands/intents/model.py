"""Data model of intent recognition: the state of a conversation, and the intents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.domain.subscriptions import Subscription
from bot.domain.talk import Cannot, Talk


@dataclass(frozen=True, slots=True, kw_only=True)
class LastList:
    """The last list of papers shown in a chat, and the command that produced it."""

    #: "papers", "trending", ...; empty if unknown
    command: str = ""
    #: the argument of the command, without "more:8"
    argument: str = ""
    #: number of papers on the pages before
    start: int = 0
    ids: tuple[str, ...] = ()
    #: id -> title
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The state of a chat before a line."""

    last: LastList = LastList()
    #: id of the paper shown after the list, if any
    paper: str = ""
    #: the subscriptions of the chat, in their numbered order
    subscriptions: tuple[Subscription, ...] = ()
    #: text of the unsaved proposal, if any
    draft: str = ""
    #: the moment (aware, UTC) at which the line was written
    now: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    #: text of a subscription without a time zone, if any
    without_zone: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A command of the command table, and its argument."""

    command: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """Small talk, which runs no command."""

    talk: Talk


@dataclass(frozen=True, slots=True)
class Decline:
    """A request that cannot be met; `nearest` is the closest command, if any."""

    what: Cannot
    nearest: Run | None = None


Intent = Run | SmallTalk | Decline
