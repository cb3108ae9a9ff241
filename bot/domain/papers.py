"""Papers and the lists they stand on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class ListRange(StrEnum):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A paper stands on a source's list of a day. A paper may be listed again on a later day."""

    paper_id: str
    source: str
    #: a UTC date
    day: date
