"""Pure: why a paper stands where it stands."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.pages import Action, Page, Row, Section
from bot.domain.trending import Measure, Part, Trend, horizon_hours
from bot.messages import words
from bot.messages.trending import reason


def why(trend: Trend, place: int, among: int, ahead: Trend | None, as_of: datetime) -> Page:
    """The parts of a paper's score. `place` counts from 1 among the last week's papers; `ahead` is the next above."""
    paper = trend.paper
    parts = tuple(Row(f"{part.points:6.1f}", _told(part, trend)) for part in trend.parts)
    total = Row(f"{trend.score:6.1f}", "votes predicted in the end")
    return Page(
        title=f"Why {paper.id} is here",
        intro=f"“{paper.title}”\n{reason(trend)}",
        sections=(Section(text=_standing(trend, place, among, ahead)), Section(rows=(*parts, total))),
        footer=f"As of {as_of:%a} {as_of.day} {as_of:%b %Y %H:%M} UTC. The order is that of the predicted votes.",
        actions=(Action("Paper", f"paper {paper.id}"), Action("Similar", f"similar {paper.id}")),
    )


def _standing(trend: Trend, place: int, among: int, ahead: Trend | None) -> str:
    stands = f"#{place} of {words.papers(among)} listed in the last 7 days."
    if ahead is None:
        return stands
    return f"{stands} {ahead.score - trend.score:.1f} votes behind #{place - 1}, “{ahead.paper.title}”."


def _told(part: Part, trend: Trend) -> str:
    """One part of a score in words."""
    signals = trend.signals
    span = words.span(timedelta(hours=signals.hours))
    match part.measure:
        case Measure.VOTES:
            return f"votes so far, {signals.gained} of them in the last {span}"
        case Measure.EXPECTED:
            ahead = words.span(timedelta(hours=horizon_hours(signals.age_hours)))
            return f"still expected: another {ahead} at its speed, {part.value:.0f} votes a day"


def unranked(paper_id: str, title: str) -> Page:
    """A paper that is on no list of the last week."""
    return Page(
        title=f"Why {paper_id} is not ranked",
        intro=f"“{title}”\nIt was on no list of the last 7 days, so nothing is known of how it trends now.",
        actions=(Action("Paper", f"paper {paper_id}"), Action("Trending", "trending")),
    )
