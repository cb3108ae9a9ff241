"""Schema and parser for the lines of an archive."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from pydantic import Field

from bot.domain.observations import Observation
from bot.domain.papers import Listing
from bot.sources.fields import Unusable, arxiv_id
from bot.sources.huggingface_schema import NAME, read_item
from bot.sources.result_builder import ParsedPaper
from bot.sources.schema import Count, Lenient, Moment, Record, read

#: field of the archive -> field of the API
_NAMES = {
    "id": "id",
    "paper_title": "title",
    "summary": "summary",
    "paper_published_at": "publishedAt",
    "upvotes": "upvotes",
    "github_repo": "githubRepo",
    "github_stars": "githubStars",
    "project_page": "projectPage",
    "organization": "organization",
    "ai_summary": "ai_summary",
    "ai_keywords": "ai_keywords",
}


class _Line(Record):
    observed_at: Moment
    #: days on whose lists the paper was, including the years in which the API did not report them
    list_dates: list[date] = Field(default_factory=list)
    #: names only, without authors who hide theirs
    authors: Lenient[list[Lenient[str]]] = None


class _Row(Record):
    paper_id: str
    observed_at: Moment
    upvotes: Count
    num_comments: Lenient[Count] = None
    github_stars: Lenient[Count] = None


@dataclass(frozen=True, slots=True)
class Archived:
    """A paper with all its listings and its last observation."""

    parsed: ParsedPaper
    seen_at: datetime


def read_paper(line: str) -> Archived:
    """Parse a line of the papers file. Raise `Unusable`.

    The line is converted to the API's format, so that the same rules apply to both.
    """
    raw = _json(line)
    known = read(_Line, raw)
    paper = {api: raw[name] for name, api in _NAMES.items() if name in raw}
    paper["authors"] = [{"name": name} for name in known.authors or () if name]
    item = {"paper": paper, "title": raw.get("title"), "numComments": raw.get("num_comments")}
    days = sorted(set(known.list_dates))
    parsed = read_item(item, known.observed_at, days[-1] if days else None)
    listings = tuple(Listing(paper_id=parsed.paper.id, source=NAME, day=day) for day in days)
    return Archived(replace(parsed, listings=listings), known.observed_at)


def read_observation(columns: Sequence[str], line: str) -> Observation:
    """Parse a row of the observations table; an empty cell means unknown. Raise `Unusable`."""
    try:
        cells = next(csv.reader([line], strict=True))
    except csv.Error as error:
        raise Unusable(f"it is not a row of a table: {error}") from None
    row = read(_Row, {name: cell for name, cell in zip(columns, cells, strict=False) if cell})
    return Observation(
        paper_id=arxiv_id(row.paper_id),
        source=NAME,
        seen_at=row.observed_at,
        votes=row.upvotes,
        comments=row.num_comments,
        stars=row.github_stars,
    )


def _json(line: str) -> dict[str, object]:
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError):
        raise Unusable("it is not JSON, or breaks off") from None
    if not isinstance(raw, dict):
        raise Unusable("it is not an object")
    return raw
