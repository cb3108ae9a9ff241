"""Why a digest is empty."""

from __future__ import annotations

from bot.digests.shortfall import Absence, Cause, Shortfall
from bot.domain.i18n import Translatable, joined, lines, listing, tr, tr_n
from bot.domain.text import shorten
from bot.messages import schedules, words

#: characters of a query, and missing days that are named
_LONGEST = 80
_NAMED = 3
_CAUSES = {
    Cause.NO_LIST: tr("no list was published"),
    Cause.SOURCE_SILENT: tr("the source didn't respond"),
    Cause.LIST_LATE: tr("the newest list wasn't there"),
    Cause.OFF_TOPIC: tr("no paper on the topic"),
    Cause.TOO_FEW_VOTES: tr("no paper with enough votes"),
    Cause.ALL_SEEN: tr("no paper that's new here"),
}


def sentence(shortfall: Shortfall, query: str = "") -> Translatable:
    """Return the reason: "None of the 38 papers from Thu 23 Apr is about “speech”." """
    funnel, days = shortfall.funnel, lists(shortfall)
    match shortfall.cause:
        case Cause.NO_LIST:
            return _no_list(shortfall)
        case Cause.SOURCE_SILENT:
            return _silent(shortfall)
        case Cause.LIST_LATE:
            return _late(shortfall)
        case Cause.OFF_TOPIC if query:
            return tr_n(
                "The only paper from {days} doesn't match “{query}”.",
                "None of the {count} papers from {days} matches “{query}”.",
                funnel.listed,
                days=days,
                query=shorten(query, _LONGEST),
            )
        case Cause.OFF_TOPIC:
            return tr_n(
                "The only paper from {days} doesn't match.",
                "None of the {count} papers from {days} matches.",
                funnel.listed,
                days=days,
            )
        case Cause.TOO_FEW_VOTES:
            return tr_n(
                "{count} paper from {days} matches, but doesn't have {votes} yet.",
                "{count} papers from {days} match, but none has {votes} yet.",
                funnel.matching,
                days=days,
                votes=words.votes(shortfall.threshold),
            )
        case Cause.ALL_SEEN:
            return _all_seen(shortfall)


def _silent(shortfall: Shortfall) -> Translatable:
    since = shortfall.since
    if since is None:
        return tr("The source of the daily lists hasn't responded yet.")
    return tr("The source of the daily lists last responded on {moment}.", moment=schedules.utc(since))


def _late(shortfall: Shortfall) -> Translatable:
    """Return which lists are missing; a late list is no day without papers."""
    named, more = shortfall.late[:_NAMED], len(shortfall.late) - _NAMED
    rest = [tr_n("{count} more category", "{count} more categories", more)] if more > 0 else []
    return lines(
        tr(
            "I don't have the newest list of {categories} yet. Its papers will come with the next digest.",
            categories=listing([*named, *rest]),
        ),
        tr("{command} says more.", command="/status"),
    )


def _all_seen(shortfall: Shortfall) -> Translatable:
    funnel = shortfall.funnel
    below = funnel.matching - funnel.voted
    seen = tr_n(
        "{count} paper from {days} matches, but was already shown here.",
        "{count} papers from {days} match, but all were already shown here.",
        funnel.voted,
        days=lists(shortfall),
    )
    if not below:
        return seen
    others = tr_n(
        "{count} other has fewer than {votes}.",
        "{count} others have fewer than {votes}.",
        below,
        votes=words.votes(shortfall.threshold),
    )
    return joined(" ", seen, others)


def short(shortfall: Shortfall) -> Translatable:
    """Return the reason as a clause with its figures: "none of 38 papers on the topic"."""
    funnel = shortfall.funnel
    match shortfall.cause:
        case Cause.NO_LIST if shortfall.absence is Absence.NOT_YET:
            return tr("the list wasn't out yet")
        case Cause.OFF_TOPIC:
            return tr_n("the only paper is off topic", "none of {count} papers on the topic", funnel.listed)
        case Cause.TOO_FEW_VOTES:
            return tr(
                "{papers} with fewer than {votes}",
                papers=words.papers(funnel.matching),
                votes=words.votes(shortfall.threshold),
            )
        case Cause.ALL_SEEN:
            return tr_n("{count} paper, already shown", "{count} papers, all already shown", funnel.voted)
        case cause:
            return because(cause)


def because(cause: Cause) -> Translatable:
    """Return the reason as a clause without figures: "no paper on the topic"."""
    return _CAUSES[cause]


def lists(shortfall: Shortfall) -> Translatable:
    """Return the days of the lists: "Thu 23 Apr", "Fri 24 Apr – Mon 27 Apr"."""
    return words.day_range(shortfall.first, shortfall.last)


def _no_list(shortfall: Shortfall) -> Translatable:
    match shortfall.absence:
        case Absence.HOLIDAY:
            named = [words.short_day(day) for day in shortfall.missing[:_NAMED]]
            more = len(shortfall.missing) - len(named)
            rest = [tr_n("{count} more day", "{count} more days", more)] if more else []
            return tr("No list was published on {days}.", days=listing([*named, *rest]))
        case Absence.WEEKEND:
            return tr("No lists are published on weekends.")
        case _:
            return tr("Today's list is not out yet.")
