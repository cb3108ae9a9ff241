"""Subscriptions: query, schedule and options of a chat, and the reasons for a pause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.pages import Layout
from bot.domain.papers import ListRange
from bot.domain.requests import Chat
from bot.domain.schedule.rule import Period, Schedule
from bot.domain.spreading import SlotWindow
from bot.domain.taste import Strength


class EmptyDay(StrEnum):
    """What is sent when there are no new papers."""

    #: a one-line note
    NOTE = "note"
    #: the week's best papers that the chat has not been shown
    BEST = "best"
    #: nothing; the ledger still has a row
    NOTHING = "nothing"


class Pause(StrEnum):
    """Why a subscription is paused."""

    #: by a person who may manage the chat
    PERSON = "person"
    #: the chat cannot be reached any more: blocked, removed, deleted
    PLATFORM = "platform"
    #: mail to the address bounced
    BOUNCE = "bounce"
    #: the owner of the address reported a mail as spam
    COMPLAINT = "complaint"
    #: its stored data is invalid: an unknown time zone, an impossible schedule
    UNREADABLE = "unreadable"
    #: a platform's reason, stored as text by an earlier version
    OTHER = "other"

    @property
    def needs_attention(self) -> bool:
        """Whether no person asked for it, so that somebody should look after the subscription."""
        return self is not Pause.PERSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A chat's subscription."""

    #: assigned by the store; 0 until then
    id: int = 0
    chat: Chat
    #: as a person would type it: "agents -survey"; empty for all papers
    query: str = ""
    schedule: Schedule
    #: maximum number of papers per digest
    size: int = 10
    #: minimum number of votes
    threshold: int = 0
    empty: EmptyDay = EmptyDay.NOTE
    #: days after which a paper may be repeated; None for never
    repeat_days: int | None = None
    #: without notification sound
    silent: bool = False
    #: role to mention, in the surface's syntax; empty for none
    role: str = ""
    #: how much taste changes its digests; None for as much as the chat says
    taste: Strength | None = None
    #: of its digests, where the surface has several layouts
    layout: Layout = Layout.COMPACT
    #: whether its digests show pictures of papers, where the surface and the layout have them
    thumbnails: bool = True
    #: whether a posted digest is updated with new votes until the end of the day, where the surface can edit messages
    living: bool = False
    #: whether each digest gets a thread for its discussion, where the surface has threads
    discussion: bool = False
    #: when the next digest is due; None while paused
    next_at: datetime | None = None
    #: between which times it comes if its slot is spread; set where it is shown, never stored
    spread: SlotWindow | None = None
    #: reason of the pause; None if active
    paused: Pause | None = None
    #: further details for people, as a clause; may be empty
    paused_detail: str = ""
    created_at: datetime
    #: the surface's id of whoever subscribed; empty if unknown
    person: str = ""

    @property
    def window(self) -> ListRange:
        """Range of lists that one digest covers, since the previous digest."""
        match self.schedule.period:
            case Period.MONTH:
                return ListRange.MONTH
            case Period.WEEK if len(self.schedule.days) == 1:
                return ListRange.WEEK
            case _:
                return ListRange.DAY
