"""What Hugging Face writes about a paper, in every shape seen since May 2024, and what we make of it."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from bot.domain import text
from bot.domain.observations import Observation
from bot.domain.papers import Listing, Paper
from bot.sources import fields
from bot.sources.fields import Unusable
from bot.sources.result_builder import Found
from bot.sources.schema import Count, Lenient, Moment, Organization, Record, read

NAME = "huggingface"
#: how its summaries are signed; they are its own, and no licence is stated
SUMMARY_BY = "AI summary by Hugging Face"


class _Author(Record):
    name: str = ""
    hidden: Lenient[bool] = False


class _Paper(Record):
    id: str
    title: Lenient[str] = None
    summary: Lenient[str] = None
    authors: Lenient[list[Lenient[_Author]]] = None
    published_at: Lenient[Moment] = Field(None, alias="publishedAt")
    #: the only trustworthy list date, since March 2025
    submitted_on_daily_at: Lenient[Moment] = Field(None, alias="submittedOnDailyAt")
    withdrawn_at: Lenient[Moment] = Field(None, alias="withdrawnAt")
    upvotes: Count | None = None
    organization: Lenient[Organization] = None
    github_repo: Lenient[str] = Field(None, alias="githubRepo")
    github_stars: Lenient[Count] = Field(None, alias="githubStars")
    project_page: Lenient[str] = Field(None, alias="projectPage")
    ai_summary: Lenient[str] = None
    ai_keywords: Lenient[list[Lenient[str]]] = None


class _Item(Record):
    """`publishedAt` is left out on purpose.

    It was the list date until March 2025; since then it is the paper's own date, off by New York's distance from UTC.
    """

    paper: _Paper
    #: until March 2025 with its LaTeX whole, which `paper.title` never had
    title: Lenient[str] = None
    summary: Lenient[str] = None
    num_comments: Lenient[Count] = Field(None, alias="numComments")
    organization: Lenient[Organization] = None


def read_item(raw: object, now: datetime, asked: date | None = None) -> Found:
    """An entry of a list or of a search: `{"paper": {...}, "title": ..., ...}`, as it stands at `now`.

    `asked` is the day whose list it stands on, for the years in which papers did not say so themselves.
    Raises `Unusable`.
    """
    item = read(_Item, raw)
    id = fields.arxiv_id(item.paper.id)
    if item.paper.withdrawn_at is not None:
        raise Unusable(f"it was withdrawn on {item.paper.withdrawn_at.date()}")
    day = _list_day(item.paper, now, asked)
    return Found(
        paper=_paper(id, item, day, now),
        listings=() if day is None else (Listing(paper_id=id, source=NAME, day=day),),
        observations=_observations(id, item, now),
    )


def read_paper(raw: object, now: datetime) -> Found:
    """The answer of `/api/papers/{id}`: a paper without the item around it. Raises `Unusable`."""
    return read_item({"paper": raw}, now)


def place(raw: object, number: int) -> str:
    """What to call an entry that cannot be used: by its id, or by where it stands."""
    match raw:
        case {"paper": {"id": str(id)}}:
            return fields.called(id, f"item {number}")
        case _:
            return f"item {number}"


def _list_day(paper: _Paper, now: datetime, asked: date | None) -> date | None:
    day = paper.submitted_on_daily_at.date() if paper.submitted_on_daily_at else asked
    if day is not None and day > now.date():
        raise Unusable(f"its list day {day} lies in the future")
    return day


def _paper(id: str, item: _Item, day: date | None, now: datetime) -> Paper:
    said = item.paper
    abstract = said.summary or item.summary or ""
    organization = said.organization or item.organization
    summary = text.prose(said.ai_summary or "")
    code_url, project_url = fields.addresses(said.github_repo or "", said.project_page or "", abstract)
    return Paper(
        id=id,
        title=fields.title(item.title, said.title),
        abstract=text.prose(abstract),
        summary=summary,
        summary_by=SUMMARY_BY if summary else "",
        authors=fields.names(author.name for author in said.authors or () if author and not author.hidden),
        organization="".join(fields.names([organization.shown] if organization else [])),
        keywords=fields.keywords(word for word in said.ai_keywords or () if word),
        published_at=fields.published(said.published_at, now),
        listed_on=day,
        code_url=code_url,
        project_url=project_url,
    )


def _observations(id: str, item: _Item, now: datetime) -> tuple[Observation, ...]:
    if item.paper.upvotes is None:
        return ()
    return (
        Observation(
            paper_id=id,
            source=NAME,
            seen_at=now,
            votes=item.paper.upvotes,
            comments=item.num_comments,
            stars=item.paper.github_stars,
        ),
    )
