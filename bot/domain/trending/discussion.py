"""Discussion: what the stories about a paper say of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.stories import Story

#: a story without comments counts from this many points on; most links are never noticed
FEWEST_POINTS = 5
#: stories that are not older are news
RECENT = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discussion:
    """The discussion of a paper."""

    #: the story with most points
    story: Story
    #: number of stories that were noticed, with this one
    stories: int
    #: points of the stories of the last two weeks; 0 if all are older
    recent_points: int
    #: comments on the stories of the last two weeks
    recent_comments: int


def discussion(stories: Iterable[Story], now: datetime) -> Discussion | None:
    """Return the discussion of one paper at `now`; None if no story about it was noticed by then.

    None means neither good nor bad: most papers are never discussed.
    """
    noticed = [
        story for story in stories if story.posted_at <= now and (story.comments > 0 or story.points >= FEWEST_POINTS)
    ]
    if not noticed:
        return None
    recent = [story for story in noticed if now - story.posted_at <= RECENT]
    return Discussion(
        story=max(noticed, key=lambda story: (story.points, story.comments, story.posted_at, story.story_id)),
        stories=len(noticed),
        recent_points=sum(story.points for story in recent),
        recent_comments=sum(story.comments for story in recent),
    )
