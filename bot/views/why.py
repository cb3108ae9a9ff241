"""Pure: why a paper stands where it stands."""

from __future__ import annotations

from datetime import datetime

from bot.page import Action, Page, Row, Section
from bot.trending import Trend
from bot.views import words
from bot.views.trending import reason


def why(trend: Trend, place: int, among: int, ahead: Trend | None, as_of: datetime) -> Page:
    """The parts of a paper's score. `place` counts from 1 among the last week's papers; `ahead` is the next above."""
    paper = trend.paper
    parts = tuple(Row(part.name.value, f"{part.told}  →  {part.points:+.2f}") for part in trend.parts)
    total = Row("score", f"{trend.score:.2f}")
    return Page(
        title=f"Why {paper.id} is here",
        intro=f"“{paper.title}”\n{reason(trend)}",
        sections=(Section(text=_standing(trend, place, among, ahead)), Section(rows=(*parts, total))),
        footer=f"As of {as_of:%a} {as_of.day} {as_of:%b %Y %H:%M} UTC. The score tells what is likely to come.",
        actions=(Action("Paper", f"paper {paper.id}"), Action("Similar", f"similar {paper.id}")),
    )


def _standing(trend: Trend, place: int, among: int, ahead: Trend | None) -> str:
    stands = f"#{place} of {words.plural(among, 'paper')} listed in the last 7 days."
    if ahead is None:
        return stands
    return f"{stands} {ahead.score - trend.score:.2f} behind #{place - 1}, “{ahead.paper.title}”."


def unranked(paper_id: str, title: str) -> Page:
    """A paper that is on no list of the last week."""
    return Page(
        title=f"Why {paper_id} is not ranked",
        intro=f"“{title}”\nIt was on no list of the last 7 days, so nothing is known of how it trends now.",
        actions=(Action("Paper", f"paper {paper_id}"), Action("Trending", "trending")),
    )
