"""Why a paper has its rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.details import NO_DETAILS, PaperDetails
from bot.domain.i18n import Translatable, decimal, joined, lines, number, tr, tr_n
from bot.domain.identifiers import handle
from bot.domain.pages import Action, Page, Row, RowKind, Section
from bot.domain.trending import ListPlace, Measure, Part, Trend, horizon_hours
from bot.messages import details, schedules, sources, unvoted, words
from bot.messages.taste import points
from bot.messages.trending import reason

#: from this rate on, votes a day are whole numbers
_FEW_A_DAY = 10
#: difference of two scores that is written as 0
_ALIKE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class RankFacts:
    """A paper's place in a ranking of the last week, and what it was ranked by."""

    trend: Trend
    #: from 1
    place: int
    among: int
    #: the next one above; None for the first
    ahead: Trend | None = None
    as_of: datetime
    #: its place on each source's own list
    lists: tuple[ListPlace, ...] = ()
    #: of a paper without votes, the query that it was ranked for; empty for all papers
    query: str = ""
    #: whether the ranking leaves out papers without votes
    with_votes: bool = False


def why(standing: RankFacts, taste_words: Sequence[str] = (), known: PaperDetails = NO_DETAILS) -> Page:
    """Return the parts of a paper's score, and what is `known` of it but not scored.

    `taste_words` are the words of the reader's taste that speak for it, if they may be shown.
    """
    trend, paper = standing.trend, standing.trend.paper
    parts = tuple(_row(part, standing, taste_words, known) for part in trend.parts)
    total = Row(decimal(trend.score), _total(trend), RowKind.NUMBER)
    return Page(
        title=tr("Why {paper} is here", paper=paper.id),
        intro=lines(words.quoted(paper.title), reason(trend)),
        sections=(
            Section(text=lines(_rank(standing), *map(_list_place, standing.lists))),
            Section(rows=(*parts, total)),
            # of a paper without votes, what is known is scored
            *(_unscored(known) if trend.voted else ()),
        ),
        footer=joined(" ", tr("As of {moment}.", moment=schedules.utc(standing.as_of)), _ranked_by(trend)),
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


def _ranked_by(trend: Trend) -> Translatable:
    if not trend.voted:
        return tr("No source counts votes for this paper, so its points compare it only with others without votes.")
    if _has_taste(trend):
        return tr("Papers are ranked by expected votes and taste.")
    return tr("Papers are ranked by expected votes.")


def _total(trend: Trend) -> Translatable:
    if not trend.voted:
        return tr("points in total")
    return tr("expected votes and taste in total") if _has_taste(trend) else tr("expected votes in total")


def _rank(standing: RankFacts) -> Translatable:
    rank, trend, ahead = _place(standing), standing.trend, standing.ahead
    if ahead is None or ahead.voted != trend.voted or ahead.score < trend.score:
        return rank
    if ahead.score - trend.score <= _ALIKE:
        just = tr("Just behind #{place}, “{title}”.", place=standing.place - 1, title=ahead.paper.title)
        return joined(" ", rank, just)
    behind = decimal(ahead.score - trend.score)
    return joined(
        " ",
        rank,
        tr(
            "{votes} expected votes behind #{place}, “{title}”.",
            votes=behind,
            place=standing.place - 1,
            title=ahead.paper.title,
        )
        if trend.voted
        else tr(
            "{points} points behind #{place}, “{title}”.",
            points=behind,
            place=standing.place - 1,
            title=ahead.paper.title,
        ),
    )


def _place(standing: RankFacts) -> Translatable:
    if standing.query:
        return tr_n(
            "#{place} of {count} paper from the last 7 days on {query}.",
            "#{place} of {count} papers from the last 7 days on {query}.",
            standing.among,
            place=standing.place,
            query=standing.query,
        )
    if standing.with_votes:
        return tr_n(
            "#{place} of {count} paper with votes from the last 7 days.",
            "#{place} of {count} papers with votes from the last 7 days.",
            standing.among,
            place=standing.place,
        )
    return tr_n(
        "#{place} of {count} paper from the last 7 days.",
        "#{place} of {count} papers from the last 7 days.",
        standing.among,
        place=standing.place,
    )


def _list_place(found: ListPlace) -> Translatable:
    return tr_n(
        "#{place} of {count} of these from {source}, list of {day}.",
        "#{place} of {count} of these from {source}, list of {day}.",
        found.among,
        place=found.place,
        source=sources.name(found.source),
        day=words.day(found.day),
    )


def _row(part: Part, standing: RankFacts, taste_words: Sequence[str], known: PaperDetails) -> Row:
    url = details.address(part.measure, known)
    return Row(decimal(part.points), _part(part, standing, taste_words), RowKind.NUMBER, url=url)


def _part(part: Part, standing: RankFacts, taste_words: Sequence[str]) -> Translatable:
    """Return one part of a score in words."""
    signals = standing.trend.signals
    match part.measure:
        case Measure.VOTES:
            span = words.span(timedelta(hours=signals.hours))
            new = number(signals.gained)
            return tr("votes so far, {new} of them in the last {span}", new=new, span=span)
        case Measure.EXPECTED:
            ahead = words.span(timedelta(hours=horizon_hours(signals.age_hours)))
            # a slow rate is not "0 votes a day"
            rate = decimal(part.value) if part.value < _FEW_A_DAY else number(round(part.value))
            return tr("more expected in the next {span}, at {rate} votes a day now", span=ahead, rate=rate)
        case Measure.TASTE:
            return points(part.points, taste_words)
        case _:
            return unvoted.part(part, standing.trend, standing.query)


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
