"""Schema and parser for Hugging Face's papers, in all formats seen since May 2024."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from bot.domain import text
from bot.domain.observations import Observation
from bot.domain.papers import Listing, Paper
from bot.sources import fields
from bot.sources.fields import Unusable
from bot.sources.result_builder import ParsedPaper
from bot.sources.schema import Count, Lenient, Moment, Organization, Record, read

NAME = "huggingface"
#: credit of its summaries, which are its own and have no stated license
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
    #: the only reliable list date, available since March 2025
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
    """`publishedAt` is omitted deliberately.

    It was the list date until March 2025; since then it is the paper's own date, shifted by New York's UTC offset.
    """

    paper: _Paper
    #: had the complete LaTeX until March 2025, unlike `paper.title`
    title: Lenient[str] = None
    summary: Lenient[str] = None
    thumbnail: Lenient[str] = None
    num_comments: Lenient[Count] = Field(None, alias="numComments")
    organization: Lenient[Organization] = None


def read_item(raw: object, now: datetime, asked: date | None = None) -> ParsedPaper:
    """Parse an item of a list or search result: `{"paper": {...}, "title": ..., ...}`, as of `now`.

    `asked` is the day of the list, for the years in which items did not contain it. Raise `Unusable`.
    """
    item = read(_Item, raw)
    id = fields.arxiv_id(item.paper.id)
    if item.paper.withdrawn_at is not None:
        raise Unusable(f"it was withdrawn on {item.paper.withdrawn_at.date()}")
    day = _list_day(item.paper, now, asked)
    return ParsedPaper(
        paper=_paper(id, item, day, now),
        listings=() if day is None else (Listing(paper_id=id, source=NAME, day=day),),
        observations=_observations(id, item, now),
    )


def read_paper(raw: object, now: datetime) -> ParsedPaper:
    """Parse the response of `/api/papers/{id}`, which is a paper without an item around it. Raise `Unusable`."""
    return read_item({"paper": raw}, now)


def list_item_label(raw: object, number: int) -> str:
    """Return a label for an unusable item: its id or its position."""
    match raw:
        case {"paper": {"id": str(id)}}:
            return fields.item_label(id, f"item {number}")
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
        organization="".join(fields.names([organization.display_name] if organization else [])),
        keywords=fields.keywords(word for word in said.ai_keywords or () if word),
        published_at=fields.published(said.published_at, now),
        listed_on=day,
        listed_by=(NAME,) if day else (),
        code_url=code_url,
        project_url=project_url,
        thumbnail_url=fields.picture(item.thumbnail or ""),
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
