"""Papers and their listings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class ListRange(StrEnum):
    """Range of daily lists."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One work, across all versions and cross-lists."""

    #: arXiv id without version: "2604.01234", or "cs/0112017" from before April 2007
    id: str
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
    #: arXiv categories, primary first
    categories: tuple[str, ...] = ()
    #: topics in lower case, from the source
    keywords: tuple[str, ...] = ()
    #: when the first version appeared on arXiv; with the time of day before 2026-05, midnight since then
    published_at: datetime | None = None
    #: the most recent day on whose list the paper is
    listed_on: date | None = None
    #: URL of the code; http(s)
    code_url: str = ""
    #: URL of the project page; http(s)
    project_url: str = ""

    @property
    def url(self) -> str:
        """URL of the abstract page on arXiv."""
        return f"https://arxiv.org/abs/{self.id}"

    @property
    def pdf_url(self) -> str:
        """URL of the PDF on arXiv."""
        return f"https://arxiv.org/pdf/{self.id}"

    @property
    def hugging_face_url(self) -> str:
        """URL of the paper's page on Hugging Face, which has its votes and comments."""
        return f"https://huggingface.co/papers/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A paper on a source's list of a day; a paper can be listed on several days."""

    paper_id: str
    source: str
    #: UTC
    day: date


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
