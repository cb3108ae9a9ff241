"""Papers and their listings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain import servers
from bot.domain.identifiers import handle


class ListRange(StrEnum):
    """Range of daily lists."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class ListingKind(StrEnum):
    """As what a paper is on a list. The values are stored."""

    #: the list has one kind only, or the kind is not known
    NONE = ""
    #: new, and the category of the list is its primary one
    NEW = "new"
    #: from another primary category
    CROSS = "cross"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A paper on a source's list of a day; a paper can be listed on several days, and in several categories a day."""

    paper_id: str
    source: str
    #: UTC
    day: date
    #: category of the list; empty if the source has one list for all, or if that is not known
    category: str = ""
    kind: ListingKind = ListingKind.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One work, across all versions and cross-lists."""

    #: The key: an arXiv id without version ("2604.01234", or "cs/0112017" from before April 2007), else a DOI in lower
    #: case, without the version of bioRxiv or medRxiv ("10.1101/2024.01.02.573456"). See `bot/domain/identifiers.py`
    id: str
    #: name of the preprint server that hosts it (`bot/domain/servers.py`); empty for a DOI on none of them
    server: str = servers.ARXIV
    #: other ids of the same work: the DOI of an arXiv paper, the journal's DOI of a preprint
    aliases: tuple[str, ...] = ()
    #: a single line
    title: str
    #: the authors' abstract, one paragraph; empty if the source has none
    abstract: str = ""
    #: one to three sentences not written by the authors; may be empty
    summary: str = ""
    #: credit of the summary, as displayed: "AI summary by Hugging Face", "Summary by Paperboy"
    summary_by: str = ""
    #: in the paper's order, without authors who hide their names
    authors: tuple[str, ...] = ()
    #: lab or company that lists the paper as its own; empty if unknown
    organization: str = ""
    #: categories of its server, primary first
    categories: tuple[str, ...] = ()
    #: topics in lower case, from the source
    keywords: tuple[str, ...] = ()
    #: when the first version appeared; on arXiv with the time of day before 2026-05, midnight since then
    published_at: datetime | None = None
    #: the most recent day on whose list the paper is
    listed_on: date | None = None
    #: names of the sources on whose lists it is
    listed_by: tuple[str, ...] = ()
    #: the lists behind these two, if some are lists of a category and were read together with the paper
    listings: tuple[Listing, ...] = ()
    #: URL of the code; http(s)
    code_url: str = ""
    #: URL of the project page; http(s)
    project_url: str = ""
    #: URL of a picture in landscape format, such as a preview of the first page; https
    thumbnail_url: str = ""

    def __post_init__(self) -> None:
        """Set the server of an arXiv id to arXiv, and take arXiv from a DOI, so that no link leads to nothing."""
        object.__setattr__(self, "server", servers.hosting(self.id, self.server))

    @property
    def handle(self) -> str:
        """What stands for it in buttons and links, which have little room."""
        return handle(self.id)

    @property
    def host(self) -> servers.Server:
        """The server that hosts it, with its title."""
        return servers.find(self.server)

    @property
    def url(self) -> str:
        """URL of its page on its server, or of its DOI."""
        return self.host.page_of(self.id)

    @property
    def pdf_url(self) -> str:
        """URL of the PDF on its server; empty if unknown."""
        return self.host.pdf_of(self.id)


class DeliveryReason(StrEnum):
    """Reason code of a delivery's state; the note describes it for people."""

    NONE = ""
    #: no worker was running when it was due
    MISSED = "missed"
    #: the time for retries is over
    EXPIRED = "expired"
    #: its subscription was removed
    REMOVED = "removed"
    #: its subscription is paused
    PAUSED = "paused"
    #: there were no new papers, and the chat wants no note about that
    EMPTY = "empty"
    #: waiting for the announced list
    LIST_PENDING = "list_pending"
    #: waiting for another digest of the same chat
    CHAT_BUSY = "chat_busy"
    #: waiting for our own rate limit
    RATE_LIMIT = "rate_limit"
    #: the platform asked to wait
    PLATFORM_WAIT = "platform_wait"
    #: refused by the platform; a retry may succeed
    REFUSED = "refused"
    #: permanently refused by the platform
    FORBIDDEN = "forbidden"
    #: the chat has a new id
    MOVED = "moved"
    #: the platform did not confirm it
    UNANSWERED = "unanswered"
    #: its worker ended while sending
    INTERRUPTED = "interrupted"
    #: an older copy of the database was restored, so it may have been sent before
    RESTORED = "restored"
    #: it was uncertain, and a person did not want it to be sent again
    LEFT_OUT = "left_out"
    #: an internal error
    FAULT = "fault"
    #: the row of the delivery or its subscription has an invalid value
    UNREADABLE = "unreadable"
    #: its worker released it before sending
    RELEASED = "released"
    #: its subscription was changed since it was composed
    CHANGED = "changed"
    #: a person wants it sent again
    REQUESTED = "requested"
