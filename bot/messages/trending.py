"""Pure: a digest as a page, and a trend in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.digests.composition import Digest, Pick
from bot.domain.i18n import Translatable, lines, tr, tr_n
from bot.domain.pages import ACTION_BYTES, Action, Card, Page, Section
from bot.domain.papers import ListRange, Paper
from bot.domain.sources import SAMPLE, SourceState
from bot.domain.trending import Signals, Sort, Trend
from bot.messages import cards, sources, words
from bot.query import Query, show
from bot.search import topic_of

#: bytes of a query that fit into a button beside the command and the window
_ROOM = ACTION_BYTES - len("trending month 2026-04-24 ")
_SORTS = {
    Sort.TRENDING: "trending first",
    Sort.VOTES: "most votes first",
    Sort.NEW: "newest first",
    Sort.RISING: "fastest rising first",
}


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The list days before and behind those of a digest."""

    before: date | None = None
    behind: date | None = None


def digest(
    digest: Digest,
    states: Sequence[SourceState],
    now: datetime,
    neighbours: Neighbours = Neighbours(),
    *,
    at: datetime | None = None,
    digest_id: str = "",
) -> Page:
    """The list, with a reason for each paper.

    `at` is the moment that was asked for, where that is not `now`. `digest_id` is shown where it can be asked for.
    """
    section = Section(cards=tuple(_card(pick, number, digest.query) for number, pick in enumerate(digest.picks, 1)))
    return Page(
        title=_title(digest),
        intro=_intro(digest, now, at or now),
        sections=(section,) if section.cards else (),
        footer=_footer(digest, states, now, digest_id),
        actions=_actions(digest, neighbours),
    )


def no_more(digest: Digest) -> Page:
    """Behind the last page of a list."""
    return Page(
        title=_title(digest),
        intro=f"There are no more papers here: the list ends after {words.papers(len(digest.picks))}.",
    )


def _title(digest: Digest) -> str:
    when = {
        ListRange.DAY: words.day(digest.last),
        ListRange.WEEK: f"week to {words.day(digest.last)}",
        ListRange.MONTH: f"month to {words.day(digest.last)}",
    }[digest.window]
    return words.joined("Trending papers", when, show(digest.query))


def _intro(digest: Digest, now: datetime, at: datetime) -> str:
    found = _picked(digest) if digest.picks else _none(digest)
    return "\n".join(filter(None, (_caution(digest, now, at), found, _held_back(digest), ignored(digest.query))))


def _picked(digest: Digest) -> str:
    answering = " that answer your words" if digest.query else ""
    own = sum(not pick.late for pick in digest.picks)
    late = (
        f" and {tr_n('{count} late riser', '{count} late risers', len(digest.picks) - own)}"
        if len(digest.picks) > own
        else ""
    )
    papers = words.papers(digest.considered)
    return f"{own} of {papers}{answering} on {_lists(digest)}{late}, {_SORTS[digest.sort]}."


def _none(digest: Digest) -> str:
    if not digest.funnel.listed:
        return f"No paper on {_lists(digest)}."
    return f"None of the {words.papers(digest.funnel.listed)} on {_lists(digest)} answers your words."


def _lists(digest: Digest) -> str:
    if digest.first == digest.last:
        return f"the list of {words.short_day(digest.last)}"
    return f"the lists of {words.short_day(digest.first)} to {words.short_day(digest.last)}"


def _held_back(digest: Digest) -> str:
    """Why a short digest is short: what answers as well and did not come."""
    funnel, own = digest.funnel, sum(not pick.late for pick in digest.picks)
    if not digest.picks or own < funnel.unseen:
        return ""
    below, shown = funnel.matching - funnel.voted, funnel.voted - funnel.unseen
    told = [f"{shown} shown here before"] if shown else []
    told += [f"{below} with fewer than {words.votes(digest.threshold)}"] if below else []
    return f"Left out: {', '.join(told)}." if told else ""


def _caution(digest: Digest, now: datetime, at: datetime) -> str:
    """What a reader must know who takes the list for today's."""
    if digest.sources == {SAMPLE}:
        return f"No source has answered yet: this is the bundled sample, as of {words.day(digest.as_of.date())}."
    if at < now:
        return f"As it stood at the end of {words.day(at.date())} (UTC)."
    if digest.as_of < now:
        return f"Nothing newer is known: this is as of {words.span(now - digest.as_of)} ago."
    return ""


def ignored(query: Query) -> Translatable:
    """Return what was typed and could not be used as it was; empty if everything was."""
    few = " ".join([*(token[:40] for token in query.ignored[:5]), *("…" for _ in query.ignored[5:6])])
    return lines(
        "" if query.asked_limit is None else words.size_note(query.asked_limit),
        tr("Ignored: {words}", words=few) if query.ignored else "",
    )


def _card(pick: Pick, number: int, query: Query) -> Card:
    late = "late riser" if pick.late else ""
    return cards.listed(pick.trend.paper, number, words.joined(late, reason(pick.trend, query)))


def reason(trend: Trend, query: Query | None = None) -> str:
    """Why a paper stands where it stands, in one line: "▲ 41 votes in 6 h · 128 votes · code ★ 1.2k"."""
    signals = trend.signals
    gained = f"▲ {words.votes(signals.gained)} in {_hours(signals)}" if signals.gained > 0 else ""
    votes = words.votes(signals.votes) if signals.votes != signals.gained else ""
    grown = f" (+{words.count(signals.stars_gained)})" if signals.stars_gained and signals.stars_gained > 0 else ""
    stars = f"code ★ {words.count(signals.stars)}{grown}" if signals.stars else ""
    comments = tr_n("{count} comment", "{count} comments", signals.comments) if signals.comments else ""
    matched = about(trend.paper, query) if query else ""
    return words.joined(gained, votes, stars, comments, matched)


def about(paper: Paper, query: Query) -> str:
    """What of a query a paper is about: "about: agents, GUI"; empty where the query names no topic."""
    terms = topic_of(query).relevance(paper).about
    return f"about: {', '.join(terms)}" if terms else ""


def _hours(signals: Signals) -> str:
    return words.span(timedelta(hours=signals.hours))


def _footer(digest: Digest, states: Sequence[SourceState], now: datetime, digest_id: str) -> str:
    summaries = cards.summarised(pick.trend.paper for pick in digest.picks)
    id = f"Digest {digest_id}" if digest_id else ""
    return "\n".join(filter(None, (sources.freshness(states, now), words.joined(summaries, id))))


def _actions(digest: Digest, neighbours: Neighbours) -> tuple[Action, ...]:
    words_too = f" {show(digest.query)}" if len(show(digest.query).encode()) <= _ROOM else ""
    days = [(f"‹ {_short(day)}", day) for day in (neighbours.before,) if day]
    days += [(f"{_short(day)} ›", day) for day in (neighbours.behind,) if day]
    turns = [Action(label, f"trending {digest.window} {day}{words_too}".rstrip()) for label, day in days]
    other = [window for window in ListRange if window is not digest.window]
    at = f" {digest.last}" if neighbours.behind else ""
    looks = [Action(window.value.capitalize(), f"trending {window.value}{at}{words_too}".strip()) for window in other]
    return (*turns, *looks, Action("Help", "help"))


def _short(day: date) -> str:
    return f"{day.day} {day:%b}"
