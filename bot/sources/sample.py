"""Bundled sample data: real papers of two weeks of April 2026, for use without a network.

Ids, titles, names, dates, links, votes and stars are facts from Hugging Face's daily lists; the keywords and
one-sentence summaries are our own, and no abstract is included. Author lists end at the sixtieth name. A publication
date is omitted if it belongs to a revision rather than to the first version.

One paper per line in `sample.jsonl`, by newest list day and then by id. Observations are `[moment, votes, comments,
stars]`, with null for values that the page did not show.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NotRequired, TypedDict

from bot.domain.observations import Observation
from bot.domain.papers import Listing, Paper
from bot.domain.sources import SAMPLE, FetchResult

NAME = SAMPLE
#: next to this file in the wheel too; importlib.resources would take longer than reading it
_FILE = Path(__file__).with_name("sample.jsonl")
SUMMARY_BY = "Summary by Paperboy"

#: moment of the newest observation, during the last hours of Friday's list
AS_OF = datetime(2026, 4, 25, 0, 10, 42, tzinfo=UTC)


class _SampleLine(TypedDict):
    id: str
    title: str
    authors: list[str]
    organization: NotRequired[str]
    listed: list[str]
    published: NotRequired[str]
    code: NotRequired[str]
    project: NotRequired[str]
    keywords: list[str]
    summary: str
    observations: list[tuple[str, int, int | None, int | None]]


def load() -> FetchResult:
    """Return the whole sample as one fetch result. A malformed line is a bug and raises."""
    with _FILE.open(encoding="utf-8") as file:
        lines: list[_SampleLine] = [json.loads(line) for line in file]
    return FetchResult(
        source=NAME,
        seen_at=AS_OF,
        papers=tuple(_paper(line) for line in lines),
        listings=tuple(_listing(line["id"], day) for line in lines for day in line["listed"]),
        observations=tuple(_observation(line["id"], *seen) for line in lines for seen in line["observations"]),
    )


def _paper(line: _SampleLine) -> Paper:
    return Paper(
        id=line["id"],
        title=line["title"],
        summary=line["summary"],
        summary_by=SUMMARY_BY,
        authors=tuple(line["authors"]),
        organization=line.get("organization", ""),
        keywords=tuple(line["keywords"]),
        published_at=datetime.fromisoformat(line["published"]) if "published" in line else None,
        listed_on=date.fromisoformat(max(line["listed"])),
        listed_by=(NAME,),
        code_url=line.get("code", ""),
        project_url=line.get("project", ""),
    )


def _listing(paper_id: str, day: str) -> Listing:
    return Listing(paper_id=paper_id, source=NAME, day=date.fromisoformat(day))


def _observation(paper_id: str, moment: str, votes: int, comments: int | None, stars: int | None) -> Observation:
    seen_at = datetime.fromisoformat(moment)
    return Observation(paper_id=paper_id, source=NAME, seen_at=seen_at, votes=votes, comments=comments, stars=stars)
