"""Pure: why a digest is empty, in a sentence."""

from __future__ import annotations

from bot.digests.shortfall import Absence, Cause, Shortfall
from bot.domain.i18n import tr_n
from bot.domain.text import shorten
from bot.messages import words

#: letters of a query, and missing days that are named
_LONGEST = 80
_NAMED = 3


def sentence(shortfall: Shortfall, query: str = "") -> str:
    """The reason as a reader is told it: "None of the 38 papers on the list of Thu 23 Apr is about “speech”." """
    funnel = shortfall.funnel
    match shortfall.cause:
        case Cause.NO_LIST:
            return _no_list(shortfall)
        case Cause.SOURCE_SILENT:
            since = shortfall.since
            told = f"since {words.day(since.date())}, {since:%H:%M} UTC" if since else "yet"
            return f"The source of the lists has not answered {told}."
        case Cause.OFF_TOPIC:
            asked = f"is about “{shorten(query, _LONGEST)}”" if query else "answers"
            papers = words.papers(funnel.listed)
            return f"None of the {papers} on {lists(shortfall)} {asked}."
        case Cause.TOO_FEW_VOTES:
            least = words.votes(shortfall.threshold)
            return f"{_match(funnel.matching, shortfall)}, but none has {least} yet."
        case Cause.ALL_SEEN:
            below = funnel.matching - funnel.voted
            rest = (
                f"; {tr_n('{count} other', '{count} others', below)} had fewer than {shortfall.threshold} votes"
                if below
                else ""
            )
            return f"{_match(funnel.voted, shortfall)}, and this chat has had {_all(funnel.voted)} already{rest}."


def short(shortfall: Shortfall) -> str:
    """The reason in a clause, for a row among others: "none of 38 papers on the topic"."""
    funnel = shortfall.funnel
    match shortfall.cause:
        case Cause.NO_LIST:
            return "no list" if shortfall.absence is not Absence.NOT_YET else "the list was not out yet"
        case Cause.SOURCE_SILENT:
            return "the source did not answer"
        case Cause.OFF_TOPIC:
            return f"none of {words.papers(funnel.listed)} on the topic"
        case Cause.TOO_FEW_VOTES:
            return f"{words.papers(funnel.matching)} below {words.votes(shortfall.threshold)}"
        case Cause.ALL_SEEN:
            return f"{words.papers(funnel.voted)}, all shown before"


def lists(shortfall: Shortfall) -> str:
    """The lists that were looked at: "the list of Thu 23 Apr", "the lists of Fri 24 to Mon 27 Apr"."""
    if shortfall.first >= shortfall.last:
        return f"the list of {words.short_day(shortfall.last)}"
    return f"the lists of {words.short_day(shortfall.first)} to {words.short_day(shortfall.last)}"


def _match(papers: int, shortfall: Shortfall) -> str:
    verb = "matches" if papers == 1 else "match"
    return f"{words.papers(papers)} on {lists(shortfall)} {verb}"


def _all(papers: int) -> str:
    return "it" if papers == 1 else "them all"


def _no_list(shortfall: Shortfall) -> str:
    pending = "today's list is not out yet"
    match shortfall.absence:
        case Absence.HOLIDAY:
            named = ", ".join(words.short_day(day) for day in shortfall.missing[:_NAMED])
            more = f" and {len(shortfall.missing) - _NAMED} more days" if len(shortfall.missing) > _NAMED else ""
            return f"No list came out on {named}{more}."
        case Absence.WEEKEND:
            return "No list comes out at the weekend."
        case _:
            return f"{pending.capitalize()}."
