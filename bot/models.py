"""The nouns of the house: frozen facts that pass from room to room.

Moments are aware and in UTC, list days are UTC dates, text is clean Unicode (`bot.text` has been over it).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.schedule.rule import Period, Schedule


class Window(StrEnum):
    """Which lists are looked at."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One work, whatever its version or cross-lists."""

    #: the arXiv id without version: "2604.01234", or "cs/0112017" from before April 2007
    id: str
    #: one line
    title: str
    #: the authors' own abstract, one paragraph; empty where a source does not give it
    abstract: str = ""
    #: one to three sentences by somebody else than the authors; empty where nobody wrote one
    summary: str = ""
    #: who wrote the summary, as it is shown: "AI summary by Hugging Face", "Summary by Paperboy"
    summary_by: str = ""
    #: in the paper's own order; authors who hid themselves are left out
    authors: tuple[str, ...] = ()
    #: the lab or company that lists the paper as its own; empty where unknown
    organization: str = ""
    #: arXiv categories, the primary one first
    categories: tuple[str, ...] = ()
    #: topics in lower case, as the source gives them
    keywords: tuple[str, ...] = ()
    #: when the first version appeared on arXiv; before 2026-05 with its time of day, since then midnight
    published_at: datetime | None = None
    #: the newest day on whose list the paper stands
    listed_on: date | None = None
    #: where the code lives; http(s)
    code_url: str = ""
    #: the project's own page; http(s)
    project_url: str = ""

    @property
    def url(self) -> str:
        """The abstract page on arXiv."""
        return f"https://arxiv.org/abs/{self.id}"

    @property
    def pdf_url(self) -> str:
        """The PDF on arXiv."""
        return f"https://arxiv.org/pdf/{self.id}"

    @property
    def hugging_face_url(self) -> str:
        """The paper's page on Hugging Face, where people vote and discuss."""
        return f"https://huggingface.co/papers/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What a source said of a paper's standing at a moment. Never overwritten: speed needs the past."""

    paper_id: str
    #: the source's name: "huggingface", "sample", ...
    source: str
    seen_at: datetime
    #: people who voted for the paper; may fall, as votes can be taken back
    votes: int
    #: comments below the paper; None where the source did not say
    comments: int | None = None
    #: GitHub stars of the paper's code; None where the source did not say
    stars: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A paper stands on a source's list of a day. A paper may be listed again on a later day."""

    paper_id: str
    source: str
    #: a UTC date
    day: date


@dataclass(frozen=True, slots=True)
class History:
    """A paper and everything seen of it up to some moment, oldest first."""

    paper: Paper
    observations: tuple[Observation, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A piece of an answer that could not be used, and why; the rest of the answer was."""

    #: the paper's id, or where it stood in the answer ("item 7")
    what: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """What one visit to a source brought. Kept in one transaction."""

    source: str
    #: when the source said so
    seen_at: datetime
    #: the day whose list was asked for; None where it was not about a list
    day: date | None = None
    papers: tuple[Paper, ...] = ()
    listings: tuple[Listing, ...] = ()
    observations: tuple[Observation, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    #: HTTP requests that it took
    requests: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How a source has been doing."""

    name: str
    #: when it was last asked, whether it answered or not
    tried_at: datetime | None = None
    #: when it last gave what it should
    succeeded_at: datetime | None = None
    #: failures in a row since then
    failures: int = 0
    #: not to be asked before this moment
    retry_at: datetime | None = None
    #: the reason of the last failure; empty when it is well
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, to see whether all is well."""

    what: str
    well: bool
    #: what was found, and what to do where it is not well
    told: str


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


class EmptyDay(StrEnum):
    """What a chat gets on a day that brings nothing new for it."""

    #: one line that says so
    NOTE = "note"
    #: the best of the week that it has not had
    BEST = "best"
    #: silence; the ledger has a row all the same
    NOTHING = "nothing"


class Pause(StrEnum):
    """Why a subscription is paused."""

    #: a person who may manage the chat paused it
    PERSON = "person"
    #: the platform takes nothing for the chat any more: blocked, removed, deleted
    PLATFORM = "platform"
    #: mail to the address came back
    BOUNCE = "bounce"
    #: the owner of the address reported a mail as spam
    COMPLAINT = "complaint"
    #: what is stored of it cannot be read: an unknown time zone, an impossible schedule
    UNREADABLE = "unreadable"
    #: a platform's reason that an earlier version wrote in words
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A chat's standing wish."""

    #: given by the store; 0 as long as it is not there
    id: int = 0
    chat: Chat
    #: as a person could have typed it: "agents -survey"; empty for everything
    query: str = ""
    schedule: Schedule
    #: papers in a digest at most
    size: int = 10
    #: votes that a paper must have
    threshold: int = 0
    empty: EmptyDay = EmptyDay.NOTE
    #: days after which a paper may come again; None for never
    repeat_days: int | None = None
    #: without a sound on the readers' devices
    silent: bool = False
    #: a role to mention, as the surface writes it; empty for nobody
    role: str = ""
    #: when the next digest is due; None where none is, as it is paused
    next_at: datetime | None = None
    #: why nothing is sent; None while something is
    paused: Pause | None = None
    #: more about the reason, in a clause, shown to people; may be empty
    paused_detail: str = ""
    created_at: datetime

    @property
    def window(self) -> Window:
        """The lists that one digest covers: those since the one before it."""
        match self.schedule.period:
            case Period.MONTH:
                return Window.MONTH
            case Period.WEEK if len(self.schedule.days) == 1:
                return Window.WEEK
            case _:
                return Window.DAY


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    #: waits for its moment, for the first time or after a failure
    PLANNED = "planned"
    #: a worker has it and has sent nothing of it yet
    CLAIMED = "claimed"
    #: bytes of it may have left
    SENDING = "sending"
    #: the platform has all of it
    SENT = "sent"
    #: not sent, on purpose; its note says why
    SKIPPED = "skipped"
    #: not sent, and not tried again; its note says why
    FAILED = "failed"
    #: nobody can know whether it arrived; a person decides whether to send it again
    UNCERTAIN = "uncertain"


class DeliveryReason(StrEnum):
    """Why a delivery is in its state, as a code; its note says the same to people."""

    NONE = ""
    #: nobody worked when it was due
    MISSED = "missed"
    #: the time for which it may be tried is over
    EXPIRED = "expired"
    #: its subscription was removed
    REMOVED = "removed"
    #: its subscription is paused
    PAUSED = "paused"
    #: there was nothing new, and the chat wants no note about that
    EMPTY = "empty"
    #: it waits for a list that is announced
    LIST_PENDING = "list_pending"
    #: it waits for another digest of the same chat
    CHAT_BUSY = "chat_busy"
    #: it waits for the platform's limits, which we keep
    RATE_LIMIT = "rate_limit"
    #: the platform asked to wait
    PLATFORM_WAIT = "platform_wait"
    #: the platform did not take it; trying again may help
    REFUSED = "refused"
    #: the platform will never take it
    FORBIDDEN = "forbidden"
    #: the chat has another id now
    MOVED = "moved"
    #: the platform did not say whether it took it
    UNANSWERED = "unanswered"
    #: its worker ended while it was on its way
    INTERRUPTED = "interrupted"
    #: an older copy of the database was put back, so it may have been sent before
    RESTORED = "restored"
    #: an error of Paperboy's own
    FAULT = "fault"
    #: its row, or its subscription's, holds what it cannot hold
    UNREADABLE = "unreadable"
    #: its worker gave it back before it was sent
    RELEASED = "released"
    #: a person wants it sent again
    REQUESTED = "requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A row of the ledger: one for each subscription and local date."""

    id: int
    subscription_id: int
    chat: Chat
    #: the date that it counts for, where the reader lives
    local_date: date
    #: when the schedule wanted it
    due_at: datetime
    state: DeliveryState
    #: it was planned long after it was due, as nobody worked at that hour
    late: bool = False
    #: before this moment nobody takes it: it is planned for then, or a worker's lease ends then
    visible_at: datetime
    #: how often a worker has taken it
    attempts: int = 0
    #: how many of these ended with a failure that may pass
    failures: int = 0
    #: the worker that has it, or had it last
    owner: str = ""
    #: the reason of its state, in a clause; empty where there is nothing to say
    note: str = ""
    #: the digest that it brought; empty before it was composed
    digest_id: str = ""
    #: the moment as of which it was composed, so that it can be composed again
    composed_at: datetime | None = None
    changed_at: datetime
    reason: DeliveryReason = DeliveryReason.NONE
    #: until when it is tried; None in rows of older versions
    expires_at: datetime | None = None
    #: when the chat is told that it may be missing; None where it is not, or was told
    notice_at: datetime | None = None

    @property
    def attempt(self) -> Attempt:
        """The present claim."""
        return Attempt(self.id, self.owner, self.attempts)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A worker's claim of a delivery. Who has lost it to another one can write nothing more."""

    delivery_id: int
    owner: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPart:
    """One message of a delivery."""

    delivery_id: int
    #: from 0
    part: int
    #: the same for every try, so that a platform can drop a double
    nonce: str
    #: planned, sending or sent
    state: DeliveryState
    #: the platform's id; empty before it is sent
    message_id: str = ""
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryChange:
    """A delivery came into a state."""

    delivery_id: int
    at: datetime
    state: DeliveryState
    #: a clause; empty where there is nothing to say
    reason: str = ""
