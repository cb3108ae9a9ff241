"""The nouns of the house: frozen facts that pass from room to room.

Moments are aware and in UTC, list days are UTC dates, text is clean Unicode (`bot.text` has been over it).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


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
class Chat:
    """One place on a surface: a channel, a group, a forum topic, a mailbox, a terminal."""

    surface: str
    id: str
    #: a thread or forum topic inside it; empty for the place itself
    thread: str = ""

    def __str__(self) -> str:
        return ":".join(part for part in (self.surface, self.id, self.thread) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Something that a person typed, pressed or chose."""

    chat: Chat
    #: the person's id on the surface; empty where the surface has no persons
    person: str = ""
    #: whether the surface says that this person may change what the chat gets
    may_manage: bool = False
    #: a command's name without slash: "trending"
    command: str
    #: everything behind it, as typed
    argument: str = ""
    #: a language tag: "en", "de-AT"
    locale: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing that may stand behind a command; surfaces with forms show it as a field."""

    name: str
    description: str
    #: the only values, where there is a short list of them
    choices: tuple[str, ...] = ()
    required: bool = False


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
