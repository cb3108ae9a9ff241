"""A digest as a page, and the reasons for a paper's rank in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.digests.composition import Digest, Pick
from bot.digests.news import is_old_cross_list
from bot.digests.taste.blend import KeptFor
from bot.domain.i18n import DayStyle, Translatable, joined, lines, tr, tr_n
from bot.domain.i18n import day as written_day
from bot.domain.pages import ACTION_BYTES, Action, Card, Layout, Page, Section
from bot.domain.papers import ListRange, Paper
from bot.domain.sources import SAMPLE, SourceState
from bot.domain.trending import Measure, Signals, Sort, Trend
from bot.messages import cards, sources, taste, unvoted, words
from bot.messages.credits import of_several
from bot.query import MOST_PAPERS, Query, show
from bot.search import topic_of

#: bytes of a query that fit into a button beside the command and the range
_ROOM = ACTION_BYTES - len("trending month 2026-04-24 ")
_SORTS = {
    Sort.TRENDING: tr("trending first"),
    Sort.VOTES: tr("most votes first"),
    Sort.NEW: tr("newest first"),
    Sort.RISING: tr("fastest rising first"),
}
_RANGES = {ListRange.DAY: tr("Day"), ListRange.WEEK: tr("Week"), ListRange.MONTH: tr("Month")}


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The list days before and after those of a digest."""

    before: date | None = None
    behind: date | None = None


def digest(
    digest: Digest,
    states: Sequence[SourceState] | None,
    now: datetime,
    neighbours: Neighbours = Neighbours(),
    *,
    at: datetime | None = None,
    digest_id: str = "",
    layout: Layout | None = None,
) -> Page:
    """Return the list, with a reason for each paper.

    `at` is the requested moment if it is not `now`. `digest_id` is shown if the digest can be requested by it.
    Without `states` it does not say when the sources were read.
    `layout` is that of a delivered digest: a short one has one button besides those of its papers.
    """
    section = Section(cards=tuple(_card(pick, number, digest.query) for number, pick in enumerate(digest.picks, 1)))
    return Page(
        title=_title(digest),
        intro=_intro(digest, now, at or now),
        sections=(section,) if section.cards else (),
        footer=_footer(digest, states, now, digest_id),
        actions=_more(digest) if layout and layout.short else _actions(digest, neighbours),
    )


def no_more(digest: Digest) -> Page:
    """Return the page behind the last page of a list."""
    return Page(
        title=_title(digest), intro=tr("That was the whole list: {papers}.", papers=words.papers(len(digest.picks)))
    )


def _title(digest: Digest) -> Translatable:
    last = words.day(digest.last)
    match digest.window:
        case ListRange.DAY:
            when: Translatable = last
        case ListRange.WEEK:
            when = tr("week to {day}", day=last)
        case ListRange.MONTH:
            when = tr("month to {day}", day=last)
    what = tr("New papers") if unvoted.has_no_votes(digest) else tr("Trending papers")
    return words.joined(what, when, show(digest.query))


def _intro(digest: Digest, now: datetime, at: datetime) -> Translatable:
    found = _picked(digest) if digest.picks else _none(digest)
    return lines(
        _caution(digest, now, at),
        found,
        _left_out(digest),
        unvoted.order_note(digest),
        _by_taste(digest),
        ignored(digest.query),
    )


def _by_taste(digest: Digest) -> Translatable | str:
    if not digest.by_taste or not digest.picks:
        return ""
    if unvoted.has_no_votes(digest):
        return tr("Taste counts too: {command}", command="/taste")
    return tr("Ordered by votes and taste: {command}", command="/taste")


def _picked(digest: Digest) -> Translatable:
    """ "5 of 13 matching papers, 23 Apr – 24 Apr, most votes first"."""
    own = sum(not pick.late for pick in digest.picks)
    papers = (
        tr_n("{shown} of {count} matching paper", "{shown} of {count} matching papers", digest.considered, shown=own)
        if digest.query
        else tr_n("{shown} of {count} paper", "{shown} of {count} papers", digest.considered, shown=own)
    )
    late = [pick.trend for pick in digest.picks if pick.late]
    risers = sum(trend.voted for trend in late)
    rest = len(late) - risers
    return joined(
        ", ",
        papers,
        _days(digest),
        tr_n("{count} late riser", "{count} late risers", risers) if risers else "",
        tr_n("{count} from earlier lists", "{count} from earlier lists", rest) if rest else "",
        tr("best first") if digest.sort is Sort.TRENDING and unvoted.has_no_votes(digest) else _SORTS[digest.sort],
    )


def _none(digest: Digest) -> Translatable:
    if not digest.funnel.listed:
        return tr("No papers on the lists of {days}.", days=_days(digest))
    return tr_n(
        "The only paper from {days} doesn't match.",
        "None of the {count} papers from {days} matches.",
        digest.funnel.listed,
        days=_days(digest),
    )


def _days(digest: Digest) -> Translatable:
    return words.day_range(digest.first, digest.last)


def _left_out(digest: Digest) -> str:
    """Return why a digest has few papers: matching papers that were left out."""
    funnel, own = digest.funnel, sum(not pick.late for pick in digest.picks)
    if not digest.picks or own < funnel.unseen:
        return ""
    below, shown = funnel.matching - funnel.voted, funnel.voted - funnel.unseen
    seen = tr_n("{count} already shown here", "{count} already shown here", shown) if shown else ""
    few = (
        tr_n(
            "{count} with fewer than {votes}",
            "{count} with fewer than {votes}",
            below,
            votes=words.votes(digest.threshold),
        )
        if below
        else ""
    )
    return tr("Left out: {papers}.", papers=joined(", ", seen, few)) if seen or few else ""


def _caution(digest: Digest, now: datetime, at: datetime) -> str:
    """Return what to know if the list is not today's."""
    as_of = written_day(digest.as_of.date(), DayStyle.DATE)
    if digest.sources == {SAMPLE}:
        return tr("No source has responded yet. These are sample papers from {day}.", day=as_of)
    if at < now:
        return tr("As of the end of {day} (UTC).", day=words.day(at.date()))
    if digest.as_of < now:
        return tr("Latest data: {day} ({span} old)", day=as_of, span=words.span(now - digest.as_of))
    return ""


def ignored(query: Query) -> Translatable:
    """Return what was typed and could not be used as it was; empty if everything was."""
    few = " ".join([*(token[:40] for token in query.ignored[:5]), *("…" for _ in query.ignored[5:6])])
    return lines(
        "" if query.asked_limit is None else words.size_note(query.asked_limit),
        tr("Ignored: {words}", words=few) if query.ignored else "",
    )


def _card(pick: Pick, number: int, query: Query) -> Card:
    late = (tr("late riser") if pick.trend.voted else tr("from an earlier list")) if pick.late else ""
    return cards.listed(pick.trend.paper, number, words.joined(late, reason(pick.trend, query), _taste(pick)))


def _taste(pick: Pick) -> Translatable | str:
    """Return what taste has to do with a paper's place."""
    match pick.kept_for:
        case KeptFor.TRENDING:
            return tr("popular with everybody") if pick.trend.voted else tr("also first without taste")
        case KeptFor.NEW:
            return tr("something different")
    part = next((part for part in pick.trend.parts if part.measure is Measure.TASTE), None)
    return taste.points(part.points, pick.taste_words) if part else ""


def reason(trend: Trend, query: Query | None = None) -> Translatable:
    """Return why a paper has its rank, in one line: "▲ 41 votes in 6 h · 128 votes · code ★ 1.2k"."""
    signals = trend.signals
    votes = words.votes(signals.votes) if signals.votes != signals.gained else ""
    comments = tr_n("{count} comment", "{count} comments", signals.comments) if signals.comments else ""
    matched = about(trend.paper, query) if query else ""
    if not trend.voted:
        return words.joined(_listed(trend, query), matched, unvoted.signals(trend))
    return words.joined(_gained(signals), votes, _stars(signals), comments, matched)


def _listed(trend: Trend, query: Query | None) -> Translatable | str:
    """Return on which list of new papers a paper without votes is."""
    paper = trend.paper
    if not paper.categories:
        return ""
    if is_old_cross_list(paper):
        return tr("cross-listed from {category}", category=paper.categories[0])
    primary, wanted = paper.categories[0], query.categories if query else ()
    if wanted and not {primary, primary.partition(".")[0]}.intersection(wanted):
        return tr("cross-listed from {category}", category=primary)
    return tr("new in {category}", category=primary)


def _gained(signals: Signals) -> str:
    if signals.gained <= 0:
        return ""
    return tr("▲ {votes} in {span}", votes=words.votes(signals.gained), span=words.span(timedelta(hours=signals.hours)))


def _stars(signals: Signals) -> str:
    if not signals.stars:
        return ""
    if signals.stars_gained and signals.stars_gained > 0:
        return tr("code ★ {stars} (+{new})", stars=words.count(signals.stars), new=words.count(signals.stars_gained))
    return tr("code ★ {stars}", stars=words.count(signals.stars))


def about(paper: Paper, query: Query) -> str:
    """Return which terms of a query a paper is about: "about: agents, GUI"; empty if the query names no topic."""
    terms = topic_of(query).relevance(paper).about
    return tr("about: {terms}", terms=joined(", ", *terms)) if terms else ""


def _footer(digest: Digest, states: Sequence[SourceState] | None, now: datetime, digest_id: str) -> Translatable:
    summaries = of_several(pick.trend.paper for pick in digest.picks)
    id = tr("Digest {id}", id=digest_id) if digest_id else ""
    return lines("" if states is None else sources.freshness(states, now), words.joined(summaries, id))


def _actions(digest: Digest, neighbours: Neighbours) -> tuple[Action, ...]:
    query = show(digest.query)
    words_too = f" {query}" if len(query.encode()) <= _ROOM else ""
    turns = [
        Action(label, f"trending {digest.window} {day}{words_too}".rstrip())
        for label, day in (
            (joined(" ", "‹", _short(neighbours.before)), neighbours.before),
            (joined(" ", _short(neighbours.behind), "›"), neighbours.behind),
        )
        if day
    ]
    at = f" {digest.last}" if neighbours.behind else ""
    ranges = [
        Action(label, f"trending {window.value}{at}{words_too}".strip())
        for window, label in _RANGES.items()
        if window is not digest.window
    ]
    return (*turns, *ranges, Action(tr("Help"), "help"))


def _more(digest: Digest) -> tuple[Action, ...]:
    """Return the button that opens the list from which a digest was chosen; none if its query is too long for one."""
    start, query = f"trending {digest.window} {digest.last}", show(replace(digest.query, limit=None))
    # without its query, the list would be about something else
    lines = (" ".join(filter(None, (start, query, size))) for size in (f"top {MOST_PAPERS}", ""))
    line = next((each for each in lines if len(each.encode()) <= ACTION_BYTES), None)
    return (Action(tr("More papers"), line),) if line else ()


def _short(day: date | None) -> str:
    return written_day(day, DayStyle.DAY_MONTH) if day else ""
