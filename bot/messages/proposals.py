"""A subscription before it is saved: how it was understood, a forecast, and overlaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot.digests.forecasts import Forecast, Overlap
from bot.digests.proposals import Proposal
from bot.domain.i18n import Translatable, joined, lines, number, tr, tr_n
from bot.domain.pages import ACTION_BYTES, Action, Page, Section
from bot.domain.text import shorten
from bot.messages import shortfalls, words
from bot.messages.terms import coming, name, told
from bot.messages.trending import ignored
from bot.query import Query
from bot.query.subscriptions.format import show

#: papers of the last list that are named, and the length of their titles
_NAMED = 3
_TITLE = 90
#: other places of the same name that are offered
_PLACES = 2
#: overlaps that are listed
_OVERLAPS = 3


def proposal(offer: Proposal, now: datetime) -> Page:
    """Return everything that a person needs to know before saving a subscription."""
    unused = Query(ignored=offer.wish.ignored, asked_limit=offer.wish.asked_size)
    sections = (
        *told(offer.subscription, offer.wish, offer.zone_from),
        *(_forecast(offer.forecast) if _tells_anything(offer) else ()),
        *overlapping(offer.overlaps),
    )
    save = f"/{offer.saving or 'subscribe save'}"
    return Page(
        title=tr("Subscribe to {name}?", name=name(offer.subscription)),
        intro=lines(offer.warning, coming(offer.subscription, now), ignored(unused)),
        sections=sections,
        footer=tr("Not saved yet. Send {command} to save it.", command=save),
        actions=_actions(offer),
    )


def _tells_anything(offer: Proposal) -> bool:
    """Return whether the forecast does: without a paper of a category, a week of zeros says less than the warning."""
    return not offer.warning or any(day.papers for day in offer.forecast.days)


def _actions(offer: Proposal) -> tuple[Action, ...]:
    save = tr("Save it")
    if offer.saving:
        return (Action(save, offer.saving),) if len(offer.saving.encode()) <= ACTION_BYTES else ()
    steps = (
        (save, "save", True),
        (tr("Fewer papers"), "fewer", offer.has_fewer),
        (tr("More papers"), "more", offer.has_more),
    )
    return (
        *(Action(label, f"subscribe {step} #{offer.mark}") for label, step, offered in steps if offered),
        *_other_places(offer),
    )


def _other_places(offer: Proposal) -> Iterator[Action]:
    """Yield buttons for other places of the same name: "Cambridge, MA"."""
    schedule = offer.subscription.schedule
    for zone, place in offer.wish.when.other_zones[:_PLACES]:
        moved = replace(offer.subscription, schedule=replace(schedule, zone=zone))
        command = f"subscribe {show(moved)}"
        if len(command.encode()) <= ACTION_BYTES:
            yield Action(place, command)


def _forecast(forecast: Forecast) -> tuple[Section, ...]:
    last = forecast.last
    if last is None:
        return ()
    days = words.day_range(forecast.days[0].day, forecast.days[-1].day)
    counts = words.joined(
        *(
            joined(" ", words.short_weekday(day.day), number(len(day.papers)) if day.digest else "–")
            for day in forecast.days
        )
    )
    week = Section(heading=tr("What you would have got, {days}", days=days), text=lines(counts, *_empty(forecast)))
    titles = [
        tr("{number}. “{title}”", number=place, title=shorten(paper.title, _TITLE))
        for place, paper in enumerate(last.papers[:_NAMED], 1)
    ]
    if not titles:
        return (week,)
    more = len(last.papers) - len(titles)
    rest = [_more(more)] if more else []
    return (week, Section(heading=words.short_day(last.day), text=lines(*titles, *rest)))


def _more(papers: int) -> Translatable:
    return tr_n("and {count} more paper: {command}", "and {count} more papers: {command}", papers, command="/preview")


def _empty(forecast: Forecast) -> Iterator[Translatable]:
    """Yield why days would have had no papers: "Sat, Sun: no list was published"."""
    days: defaultdict[str, list[str]] = defaultdict(list)
    for day in forecast.days:
        if day.shortfall:
            days[shortfalls.short(day.shortfall)].append(words.short_weekday(day.day))
    for reason, named in days.items():
        yield tr("{days}: {reason}", days=joined(", ", *named), reason=reason)


def overlapping(overlaps: Sequence[Overlap]) -> tuple[Section, ...]:
    """Return a warning about the chat's subscriptions to the same papers."""
    listed = [_overlap(overlap) for overlap in overlaps[:_OVERLAPS]]
    if not listed:
        return ()
    more = len(overlaps) - len(listed)
    rest = [tr_n("{count} more subscription overlaps.", "{count} more subscriptions overlap.", more)] if more else []
    once = tr("Each paper is sent to a chat only once, in whichever digest comes first.")
    return (Section(heading=tr("Overlap"), text=lines(*listed, *rest, once)),)


def _overlap(overlap: Overlap) -> Translatable:
    if overlap.same_words:
        return tr("Subscription {number} has the same topic.", number=overlap.number)
    if overlap.shared == overlap.among:
        return tr_n(
            "Its only paper also matches subscription {number}.",
            "All {count} papers also match subscription {number}.",
            overlap.among,
            number=overlap.number,
        )
    return tr_n(
        "{count} of its {all} papers also matches subscription {number}.",
        "{count} of its {all} papers also match subscription {number}.",
        overlap.shared,
        all=overlap.among,
        number=overlap.number,
    )
