"""Pure: a chat's subscriptions: what each says, when it comes next, and what was understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import schedule
from bot.domain.deliveries import Delivery
from bot.domain.i18n import tr_n
from bot.domain.pages import ACTION_BYTES, Action, Page, Row, Section
from bot.domain.subscriptions import EmptyDay, Subscription
from bot.domain.text import shorten
from bot.messages import deliveries, terms, words
from bot.messages.pauses import why_paused
from bot.messages.terms import coming, name
from bot.query.subscriptions.format import show
from bot.query.subscriptions.spec import SubscriptionSpec


@dataclass(frozen=True, slots=True)
class Standing:
    """A subscription as its chat counts, its newest delivery that is over, and the one that is not."""

    number: int
    subscription: Subscription
    last: Delivery | None = None
    open: Delivery | None = None


def saved(
    standing: Standing, wish: SubscriptionSpec, zone_from: str, overlap: tuple[Section, ...], now: datetime
) -> Page:
    """It is kept, as it was understood."""
    subscription, number = standing.subscription, standing.number
    return Page(
        title=f"Saved as number {number}: {name(subscription)}",
        intro=coming(subscription, now),
        sections=(*terms.told(subscription, wish, zone_from), *overlap),
        footer=f"/subscriptions edit {number} at 18:30 changes it, /pause {number} lets it rest, "
        f"/unsubscribe {number} ends it.",
        actions=_handles(subscription),
        moments=terms.moments(subscription),
    )


def there_already(standing: Standing, now: datetime) -> Page:
    """The chat has exactly this."""
    return Page(
        title=f"This is number {standing.number} already: {name(standing.subscription)}",
        intro=f"{coming(standing.subscription, now)}\nNothing was added.",
        actions=_handles(standing.subscription),
    )


def overview(standings: Sequence[Standing], now: datetime) -> Page:
    """Every subscription of a chat."""
    if not standings:
        return Page(
            title="No subscriptions yet",
            intro="Say what you want to read and when: /subscribe agents at 9:00 Europe/Berlin weekdays top 5",
            actions=(Action("Trending", "trending"), Action("Help", "help subscribe")),
        )
    only = _handles(standings[0].subscription) if len(standings) == 1 else ()
    return Page(
        title=tr_n("{count} subscription", "{count} subscriptions", len(standings)),
        sections=(Section(rows=tuple(Row(str(each.number), _line(each)) for each in standings)),),
        footer="/subscriptions edit 1 top 5 changes the first; /preview 1, /pause 1, /resume 1, /unsubscribe 1.",
        actions=only,
    )


def _line(standing: Standing) -> str:
    subscription = standing.subscription
    rest = f"paused: {shorten(why_paused(subscription), 60)}" if subscription.paused else ""
    following = f"next {terms.clock(subscription.next_at, subscription.schedule)}" if subscription.next_at else ""
    return words.joined(
        name(subscription),
        schedule.show(subscription.schedule),
        f"up to {words.papers(subscription.size)}",
        rest or following,
        f"last {deliveries.outcome(standing.last)}" if standing.last else "nothing came yet",
    )


def one_line(standing: Standing) -> str:
    """What it is and when it comes, without its number."""
    subscription = standing.subscription
    return words.joined(name(subscription), schedule.show(subscription.schedule))


def changed(standing: Standing, before: Subscription, already: Delivery | None, now: datetime) -> Page:
    """What was changed, beside what it was; `already` is why the next time is not at once."""
    subscription = standing.subscription
    rows = terms.changes(before, subscription)
    note = f"Already {deliveries.outcome(already)}: a day has one digest." if already else ""
    said = "Changed number" if rows else "Nothing new for number"
    return Page(
        title=f"{said} {standing.number}: {name(subscription)}",
        intro="\n".join(filter(None, (coming(subscription, now), note))),
        sections=(Section(heading="Changed", rows=rows),) if rows else (),
        footer=f"It is now: {show(subscription)}",
        actions=_handles(subscription),
    )


def paused(standings: Sequence[Standing]) -> Page:
    """They rest."""
    return Page(
        title=f"Paused {_named(standings)}",
        intro="Nothing comes until it is resumed; all settings are kept.",
        actions=tuple(Action("Resume", f"resume id:{each.subscription.id}") for each in standings[:1]),
    )


def resumed(standings: Sequence[Standing], now: datetime) -> Page:
    """They come again."""
    rows = tuple(Row(str(each.number), coming(each.subscription, now)) for each in standings)
    return Page(title=f"Resumed {_named(standings)}", sections=(Section(rows=rows),))


def unchanged(standings: Sequence[Standing], what: str) -> Page:
    """There was nothing to pause or resume: `what` is "paused" or "running"."""
    return Page(title=f"{_named(standings)} {'is' if len(standings) == 1 else 'are'} {what} already".capitalize())


def removed(standings: Sequence[Standing]) -> Page:
    """They are gone, and the words that bring each back."""
    return Page(
        title=f"Unsubscribed from {_named(standings)}",
        intro="Nothing more comes of it. The same words bring it back:",
        sections=(Section(text="\n".join(f"/subscribe {show(each.subscription)} save" for each in standings)),),
    )


def preview(digest: Page, subscription: Subscription) -> Page:
    """A digest that is only looked at."""
    silence = not digest.sections and subscription.empty is EmptyDay.NOTHING
    comes = "Nothing would come now." if silence else "As it would come now."
    return replace(
        digest,
        title=f"Preview · {digest.title}",
        intro=f"{comes} Nothing is marked as shown, and nothing is sent.\n{digest.intro}",
        actions=_handles(subscription)[1:] if subscription.id else (),
    )


def which(standings: Sequence[Standing], command: str) -> Page:
    """Several are meant, and one is wanted."""
    rows = tuple(Row(str(each.number), one_line(each)) for each in standings)
    return Page(
        title="Which one?",
        intro=f"Say its number: /{command} {standings[0].number}",
        sections=(Section(rows=rows),),
        actions=tuple(Action(f"{each.number}", f"{command} id:{each.subscription.id}") for each in standings[:5]),
    )


def which_zone(lines: Sequence[str]) -> Page:
    """A time of day needs a place; `lines` are whole wishes, each with one at its end."""
    typed = [f"subscribe {line}" for line in lines]
    buttons = (
        Action(line.rpartition("/")[2].replace("_", " "), line) for line in typed if len(line.encode()) <= ACTION_BYTES
    )
    return Page(
        title="In which time zone?",
        intro="This chat has none yet. Add a city behind the time, or the name of a zone; the chat remembers it.",
        sections=(Section(heading="For example", text="\n".join(f"/{line}" for line in typed)),),
        actions=tuple(buttons),
    )


def _named(standings: Sequence[Standing]) -> str:
    if len(standings) == 1:
        return f"number {standings[0].number}, {name(standings[0].subscription)}"
    return tr_n("{count} subscription", "{count} subscriptions", len(standings))


def _handles(subscription: Subscription) -> tuple[Action, ...]:
    """What is done to a subscription, with its id: its number may have changed when the button is pressed."""
    rest = ("Resume", "resume") if subscription.paused else ("Pause", "pause")
    return tuple(
        Action(label, f"{command} id:{subscription.id}")
        for label, command in (("Preview", "preview"), rest, ("Unsubscribe", "unsubscribe"))
    )
