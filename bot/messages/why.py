"""Why a paper has its rank."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.details import NO_DETAILS, PaperDetails
from bot.domain.i18n import Translatable, decimal, joined, lines, tr, tr_n
from bot.domain.identifiers import handle
from bot.domain.pages import Action, Page, Row, RowKind, Section
from bot.domain.trending import Measure, Part, Trend, horizon_hours
from bot.messages import details, schedules, words
from bot.messages.taste import points
from bot.messages.trending import reason


def why(
    trend: Trend,
    place: int,
    among: int,
    ahead: Trend | None,
    as_of: datetime,
    taste_words: Sequence[str] = (),
    known: PaperDetails = NO_DETAILS,
) -> Page:
    """Return the parts of a paper's score, and what is `known` of it but not scored.

    `place` counts from 1 among the last week's papers; `ahead` is the next one above. `taste_words`
    are the words of the reader's taste that speak for it, if they may be shown.
    """
    paper = trend.paper
    parts = tuple(
        Row(decimal(part.points), _part(part, trend, taste_words, known), RowKind.NUMBER) for part in trend.parts
    )
    total = Row(decimal(trend.score), _total(trend), RowKind.NUMBER)
    return Page(
        title=tr("Why {paper} is here", paper=paper.id),
        intro=lines(words.quoted(paper.title), reason(trend)),
        sections=(
            Section(text=_rank(trend, place, among, ahead)),
            Section(rows=(*parts, total)),
            *_unscored(known),
        ),
        footer=joined(
            " ",
            tr("As of {moment}.", moment=schedules.utc(as_of)),
            tr("Papers are ranked by expected votes and taste.")
            if _has_taste(trend)
            else tr("Papers are ranked by expected votes."),
        ),
        actions=(
            Action(tr("Paper"), f"paper {paper.handle}"),
            Action(tr("Similar"), f"similar {paper.handle}"),
        ),
    )


def _unscored(known: PaperDetails) -> tuple[Section, ...]:
    """Return the parts without points, if there are any."""
    section = details.elsewhere(known)
    return (section,) if section else ()


def _has_taste(trend: Trend) -> bool:
    return any(part.measure is Measure.TASTE for part in trend.parts)


def _total(trend: Trend) -> Translatable:
    return tr("expected votes and taste in total") if _has_taste(trend) else tr("expected votes in total")


def _rank(trend: Trend, place: int, among: int, ahead: Trend | None) -> Translatable:
    rank = tr_n(
        "#{place} of {count} paper from the last 7 days.",
        "#{place} of {count} papers from the last 7 days.",
        among,
        place=place,
    )
    if ahead is None:
        return rank
    votes = decimal(ahead.score - trend.score)
    behind = tr(
        "{votes} expected votes behind #{place}, “{title}”.",
        votes=votes,
        place=place - 1,
        title=ahead.paper.title,
    )
    return joined(" ", rank, behind)


def _part(part: Part, trend: Trend, taste_words: Sequence[str], known: PaperDetails) -> Translatable:
    """Return one part of a score in words."""
    signals = trend.signals
    match part.measure:
        case Measure.VOTES:
            span = words.span(timedelta(hours=signals.hours))
            return tr("votes so far, {new} of them in the last {span}", new=signals.gained, span=span)
        case Measure.EXPECTED:
            ahead = words.span(timedelta(hours=horizon_hours(signals.age_hours)))
            return tr("more expected in the next {span}, at {rate} votes a day now", span=ahead, rate=round(part.value))
        case Measure.TASTE:
            return points(part.points, taste_words)
        case Measure.STARS | Measure.DISCUSSION:
            return details.measured(part.measure, known)


def unranked(paper_id: str, title: str, known: PaperDetails = NO_DETAILS) -> Page:
    """Return the page for a paper that is on no list of the last week."""
    return Page(
        title=tr("{paper} isn't ranked", paper=paper_id),
        intro=lines(
            words.quoted(title),
            tr("It was on no list in the last 7 days, and only papers on these lists are ranked."),
        ),
        sections=_unscored(known),
        actions=(Action(tr("Paper"), f"paper {handle(paper_id)}"), Action(tr("Trending"), "trending")),
    )
