"""Stories on Hacker News that link to papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story that links to a paper, as last seen."""

    paper_id: str
    #: digits
    story_id: str
    points: int
    comments: int
    posted_at: datetime

    @property
    def url(self) -> str:
        """URL of the story with its comments."""
        return f"https://news.ycombinator.com/item?id={self.story_id}"
