"""Pure: a subscription before it is saved: what was understood, what it would have brought, and what it repeats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.digests.forecasts import Forecast, Overlap
from bot.domain.i18n import tr_n
from bot.domain.pages import ACTION_BYTES, Action, Page, Section
from bot.domain.subscriptions import Subscription
from bot.domain.text import shorten
from bot.messages import shortfalls, words
from bot.messages.terms import coming, moments, name, told
from bot.messages.trending import ignored
from bot.query import Query
from bot.query.subscriptions.format import show
from bot.query.subscriptions.spec import SubscriptionSpec

#: papers of the last list that are named, and letters of their titles
_NAMED = 3
_TITLE = 90
#: other places of the same name that are offered
_PLACES = 2
#: overlaps that are told
_TOLD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a chat is asked about."""

    subscription: Subscription
    wish: SubscriptionSpec
    #: where a zone comes from that nobody named; empty where somebody did
    zone_from: str = ""
    forecast: Forecast
    overlaps: tuple[Overlap, ...] = ()
    #: goes with the buttons, so that an old one cannot save something newer
    mark: str = ""
    has_fewer: bool = True
    has_more: bool = True
    #: what saves it where it is not kept as the chat's draft: "subscribe agents at 9:00 Europe/Berlin save"
    saving: str = ""


def proposal(offer: Proposal, now: datetime) -> Page:
    """Everything that a person must know before saving it."""
    unused = Query(ignored=offer.wish.ignored, asked_limit=offer.wish.asked_size)
    sections = (
        *told(offer.subscription, offer.wish, offer.zone_from),
        *_brought(offer.forecast),
        *overlapping(offer.overlaps),
    )
    return Page(
        title=f"Subscribe to {name(offer.subscription)}?",
        intro="\n".join(filter(None, (coming(offer.subscription, now), ignored(unused)))),
        sections=sections,
        footer=f"Not saved yet: /{offer.saving or 'subscribe save'} does it.",
        actions=_actions(offer),
        moments=moments(offer.subscription),
    )


def _actions(offer: Proposal) -> tuple[Action, ...]:
    if offer.saving:
        return (Action("Save", offer.saving),) if len(offer.saving.encode()) <= ACTION_BYTES else ()
    steps = (("Save", "save", True), ("Fewer", "fewer", offer.has_fewer), ("More", "more", offer.has_more))
    return (
        *(Action(label, f"subscribe {step} #{offer.mark}") for label, step, offered in steps if offered),
        *_elsewhere(offer),
    )


def _elsewhere(offer: Proposal) -> Iterator[Action]:
    """The same for another place of the same name: "Cambridge, MA"."""
    schedule = offer.subscription.schedule
    for zone, place in offer.wish.when.other_zones[:_PLACES]:
        moved = replace(offer.subscription, schedule=replace(schedule, zone=zone))
        command = f"subscribe {show(moved)}"
        if len(command.encode()) <= ACTION_BYTES:
            yield Action(place, command)


def _brought(forecast: Forecast) -> tuple[Section, ...]:
    last = forecast.last
    if last is None:
        return ()
    counts = words.joined(*(f"{day.day:%a} {len(day.papers) if day.digest else '–'}" for day in forecast.days))
    first_day, last_day = forecast.days[0].day, forecast.days[-1].day
    span = (
        words.short_day(last_day)
        if first_day == last_day
        else f"{words.short_day(first_day)} to {words.short_day(last_day)}"
    )
    week = Section(heading=f"Papers it would have brought, {span}", text="\n".join((counts, *_empty(forecast))))
    titles = [f"{number}. “{shorten(paper.title, _TITLE)}”" for number, paper in enumerate(last.papers[:_NAMED], 1)]
    more = len(last.papers) - len(titles)
    rest = [f"and {tr_n('{count} more paper', '{count} more papers', more)}: /preview"] if more else []
    if not titles:
        return (week,)
    return (week, Section(heading=f"On {words.short_day(last.day)}", text="\n".join(titles + rest)))


def _empty(forecast: Forecast) -> Iterator[str]:
    """Why some days would have brought nothing: "Sat, Sun: no list."."""
    days: defaultdict[str, list[str]] = defaultdict(list)
    for day in forecast.days:
        if day.shortfall:
            days[shortfalls.short(day.shortfall)].append(f"{day.day:%a}")
    return (f"{', '.join(names)}: {reason}." for reason, names in days.items())


def overlapping(overlaps: Sequence[Overlap]) -> tuple[Section, ...]:
    """What is there already, as a warning."""
    told = [_overlap(overlap) for overlap in overlaps[:_TOLD]]
    if not told:
        return ()
    more = len(overlaps) - len(told)
    rest = [f"And {tr_n('{count} more subscription', '{count} more subscriptions', more)} like that."] if more else []
    return (
        Section(heading="Overlap", text="\n".join([*told, *rest, "A paper comes to a chat once, whoever brings it."])),
    )


def _overlap(overlap: Overlap) -> str:
    if overlap.same_words:
        return f"Number {overlap.number} has the same words."
    shared = "All" if overlap.shared == overlap.among else f"{overlap.shared} of"
    return f"{shared} its {words.papers(overlap.among)} come under number {overlap.number}, too."
