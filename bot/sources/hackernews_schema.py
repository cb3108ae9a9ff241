"""Schema and parser for stories of Hacker News, as Algolia returns them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field

from bot.domain.identifiers import paper_id
from bot.domain.stories import Story
from bot.sources.fields import Unusable
from bot.sources.schema import Count, Lenient, Record, read

NAME = "hackernews"
#: sites, with their subdomains, on which an id in the URL is that of a paper
_SITES = ("arxiv.org", "huggingface.co", "hf.co", "alphaxiv.org", "doi.org", "biorxiv.org", "medrxiv.org")
#: tolerance for stories in the future, because of clocks
_AHEAD = timedelta(days=1)


class _Hit(Record):
    story_id: Annotated[str, Field(alias="objectID", pattern=r"^[0-9]{1,12}$")]
    #: absent in questions to the community
    url: Lenient[str] = None
    #: null for a story that was just posted
    points: Lenient[Count] = None
    comments: Lenient[Count] = Field(None, alias="num_comments")
    created: Annotated[int, Field(alias="created_at_i", ge=0, le=2**32)]


def read_story(raw: object, now: datetime) -> Story | None:
    """Return a story about a paper; None if it is about something else, or unusable."""
    try:
        hit = read(_Hit, raw)
    except Unusable:
        return None
    about, posted_at = linked_paper(hit.url or ""), datetime.fromtimestamp(hit.created, UTC)
    if about is None or posted_at > now + _AHEAD:
        return None
    return Story(
        paper_id=about,
        story_id=hit.story_id,
        points=hit.points or 0,
        comments=hit.comments or 0,
        posted_at=posted_at,
    )


def linked_paper(url: str) -> str | None:
    """Return the id of the paper that a URL leads to, or None."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    known = any(host == site or host.endswith(f".{site}") for site in _SITES)
    return paper_id(url) if known and parts.scheme in ("http", "https") else None
