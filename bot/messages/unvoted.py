"""Why papers without votes have their order: in one line on a card, and for a whole digest."""

from __future__ import annotations

from collections.abc import Iterator

from bot.digests.composition import Digest
from bot.digests.matching import asked_for
from bot.domain.i18n import Translatable, joined, listing, tr, tr_n
from bot.domain.papers import Paper
from bot.domain.trending import Measure, Part, Sort, Trend, field_of
from bot.messages import details, sources

_NAMES = {
    Measure.NEWNESS: tr("newness"),
    Measure.STARS: tr("stars of the code"),
    Measure.DISCUSSION: tr("discussion"),
    Measure.LISTS: tr("other lists"),
    Measure.TASTE: tr("taste"),
}
#: points that are not 0.0 when they are written
_LEAST = 0.05


def signals(trend: Trend) -> Translatable:
    """Return what else is known of a paper without votes and counts for it; empty if nothing is."""
    counted = {part.measure for part in trend.parts if part.points >= _LEAST}
    known = trend.signals
    stars = details.star_rate(known.star_velocity) if known.star_velocity and Measure.STARS in counted else ""
    discussed = details.discussed(known.discussion) if known.discussion and Measure.DISCUSSION in counted else ""
    return joined(" · ", stars, discussed, on_lists(trend.paper) if Measure.LISTS in counted else "")


def on_lists(paper: Paper) -> Translatable:
    """ "on the lists of bioRxiv and Europe PMC"."""
    return tr("on the lists of {sources}", sources=sources.names(paper.listed_by))


def part(part: Part, trend: Trend, query: str) -> Translatable:
    """Return one part of the standing of a paper without votes in words; `query` is what it was ranked for."""
    known = trend.signals
    match part.measure:
        case Measure.MATCH:
            percent = round(100 * part.value)
            return tr("for the match with {query}: {percent}%", query=query, percent=percent)
        case Measure.NEWNESS if part.value:
            return tr_n("listed {count} day ago", "listed {count} days ago", round(part.value))
        case Measure.NEWNESS:
            return tr("listed today")
        case Measure.STARS if known.star_velocity:
            return details.star_rate(known.star_velocity)
        case Measure.DISCUSSION if known.discussion:
            return details.discussed(known.discussion)
        case _:
            return on_lists(trend.paper)


def has_no_votes(digest: Digest) -> bool:
    """Return whether a digest has papers, and none of them has votes."""
    return bool(digest.picks) and not any(pick.trend.voted for pick in digest.picks)


def order_note(digest: Digest) -> Translatable | str:
    """Return what the papers without votes are ordered by; empty if there are none, or if it is told already."""
    unvoted = [pick.trend for pick in digest.picks if not pick.trend.voted]
    if not unvoted or digest.sort is not Sort.TRENDING:
        return ""
    parts = listing(_names(unvoted, has_topic=bool(digest.query.texts)))
    if not parts:
        return tr("These lists have no votes.") if has_no_votes(digest) else ""
    if not has_no_votes(digest):
        return tr("Papers without votes are ordered by {parts}, and mixed in by field.", parts=parts)
    asked = asked_for(digest.query, {})
    if len({(asked.field if asked else field_of)(trend.paper) for trend in unvoted}) > 1:
        return tr("These lists have no votes. Within each field, papers are ordered by {parts}.", parts=parts)
    return tr("These lists have no votes. Papers are ordered by {parts}.", parts=parts)


def _names(trends: list[Trend], *, has_topic: bool) -> Iterator[Translatable]:
    """Yield the measures that set some of the papers apart, the heaviest first."""
    found = {part.measure for trend in trends for part in trend.parts if abs(part.points) >= _LEAST}
    if Measure.MATCH in found:
        yield tr("match") if has_topic else tr("primary category")
    yield from (name for measure, name in _NAMES.items() if measure in found)
