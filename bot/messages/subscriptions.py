"""A chat's subscriptions: the overview, and what was changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.deliveries import Delivery
from bot.domain.i18n import Translatable, lines, tr, tr_n
from bot.domain.pages import ACTION_BYTES, Action, Layout, Page, Row, Section
from bot.domain.standings import Standing
from bot.domain.subscriptions import EmptyDay, Subscription
from bot.messages import deliveries, rich_layout, schedules, terms, words
from bot.messages.pauses import why_paused
from bot.messages.terms import coming, name
from bot.query.subscriptions.format import show
from bot.query.subscriptions.spec import SubscriptionSpec


def saved(
    standing: Standing, wish: SubscriptionSpec, zone_from: str, overlap: tuple[Section, ...], now: datetime
) -> Page:
    """Confirm that a subscription was saved, with how it was understood."""
    subscription, number = standing.subscription, standing.number
    edit, pause, end = f"/subscriptions edit {number} at 18:30", f"/pause {number}", f"/unsubscribe {number}"
    page = Page(
        title=tr("Subscription {number} saved: {name}", number=number, name=name(subscription)),
        intro=coming(subscription, now),
        sections=(*terms.told(subscription, wish, zone_from), *overlap),
        footer=tr("Change it: {edit} · Pause: {pause} · End: {end}", edit=edit, pause=pause, end=end),
        actions=_handles(subscription),
        moments=terms.moments(subscription),
    )
    return rich_layout.explained(page, subscription) if subscription.layout is Layout.RICH else page


def there_already(standing: Standing, now: datetime) -> Page:
    """Return the page for a subscription that the chat already has."""
    return Page(
        title=tr(
            "You already have this as subscription {number}: {name}",
            number=standing.number,
            name=name(standing.subscription),
        ),
        intro=lines(coming(standing.subscription, now), tr("Nothing was added.")),
        actions=_handles(standing.subscription),
    )


def overview(standings: Sequence[Standing], now: datetime) -> Page:
    """Return all subscriptions of a chat."""
    if not standings:
        return Page(
            title=tr("No subscriptions yet"),
            intro=tr(
                "Say what you want to read and when: {command}",
                command="/subscribe agents at 9:00 Europe/Berlin weekdays top 5",
            ),
            actions=(Action(tr("Trending"), "trending"), Action(tr("Help"), "help subscribe")),
        )
    only = _handles(standings[0].subscription) if len(standings) == 1 else ()
    return Page(
        title=words.subscriptions(len(standings)),
        sections=(Section(rows=tuple(Row(str(each.number), _line(each)) for each in standings)),),
        footer=tr(
            "Change the first: {edit} · Preview: {preview} · Pause: {pause} · End: {end}",
            edit="/subscriptions edit 1 top 5",
            preview="/preview 1",
            pause="/pause 1",
            end="/unsubscribe 1",
        ),
        actions=only,
    )


def _line(standing: Standing) -> Translatable:
    subscription = standing.subscription
    following = (
        tr("next: {moment}", moment=schedules.due(subscription, with_zone=False)) if subscription.next_at else ""
    )
    layout = f"layout:{subscription.layout}" if subscription.layout is not Layout.COMPACT else ""
    return words.joined(
        one_line(standing), terms.size(subscription), layout, why_paused(subscription) or following, last(standing)
    )


def last(standing: Standing) -> Translatable:
    """ "last: sent Fri 24 Apr", "nothing sent yet"."""
    if standing.last is None:
        return tr("nothing sent yet")
    return tr("last: {outcome}", outcome=deliveries.outcome(standing.last))


def one_line(standing: Standing) -> Translatable:
    """Return the topic and the schedule."""
    subscription = standing.subscription
    return words.joined(name(subscription), schedules.described(subscription.schedule))


def changed(standing: Standing, before: Subscription, already: Delivery | None, now: datetime) -> Page:
    """Confirm a change; `already` is a delivery on the next local date, which moves the next digest to a later one."""
    subscription, number = standing.subscription, standing.number
    rows = terms.changes(before, subscription)
    chosen = subscription.layout is Layout.RICH and before.layout is not Layout.RICH
    note = (
        tr("There is only one digest per day. The one for this day: {outcome}.", outcome=deliveries.outcome(already))
        if already
        else ""
    )
    page = Page(
        title=tr("Subscription {number} changed: {name}", number=number, name=name(subscription))
        if rows
        else tr("Subscription {number} is unchanged: {name}", number=number, name=name(subscription)),
        intro=lines(coming(subscription, now), note),
        sections=(Section(heading=tr("Changed"), rows=rows),) if rows else (),
        footer=tr("Now: {words}", words=show(subscription)),
        actions=_handles(subscription),
    )
    return rich_layout.explained(page, subscription) if chosen else page


def paused(standings: Sequence[Standing]) -> Page:
    """Confirm that subscriptions were paused."""
    return Page(
        title=tr("Paused: {subscriptions}", subscriptions=_named(standings)),
        intro=tr("No digests until you resume. Your settings stay as they are."),
        actions=(_resume(standings),),
    )


def resumed(standings: Sequence[Standing], now: datetime) -> Page:
    """Confirm that subscriptions were resumed."""
    rows = tuple(Row(str(each.number), coming(each.subscription, now)) for each in standings)
    return Page(title=tr("Resumed: {subscriptions}", subscriptions=_named(standings)), sections=(Section(rows=rows),))


def _resume(standings: Sequence[Standing]) -> Action:
    if len(standings) == 1:
        return Action(tr("Resume"), f"resume id:{standings[0].subscription.id}")
    return Action(tr("Resume all"), "resume all")


def already_paused(standings: Sequence[Standing]) -> Page:
    """Return the page for subscriptions that were paused before."""
    return Page(
        title=tr("Already paused: {subscriptions}", subscriptions=_named(standings)), actions=(_resume(standings),)
    )


def already_running(standings: Sequence[Standing]) -> Page:
    """Return the page for subscriptions that were running before."""
    return Page(title=tr("Already running: {subscriptions}", subscriptions=_named(standings)))


def removed(standings: Sequence[Standing]) -> Page:
    """Confirm that subscriptions were ended, with the commands that restore them."""
    return Page(
        title=tr("Unsubscribed: {subscriptions}", subscriptions=_named(standings)),
        intro=tr_n(
            "You won't get this digest any more. To subscribe again, send:",
            "You won't get these {count} digests any more. To subscribe again, send:",
            len(standings),
        ),
        sections=(Section(text="\n".join(f"/subscribe {show(each.subscription)} save" for each in standings)),),
    )


def preview(digest: Page, subscription: Subscription) -> Page:
    """Return a digest as a preview."""
    silent = not digest.sections and subscription.empty is EmptyDay.NOTHING
    return replace(
        digest,
        title=words.joined(tr("Preview"), digest.title),
        intro=lines(
            tr("Right now, nothing would be sent.") if silent else tr("This is what would be sent right now."),
            tr("A preview doesn't mark papers as shown."),
            digest.intro,
        ),
        actions=_handles(subscription)[1:] if subscription.id else (),
    )


def which(standings: Sequence[Standing], command: str) -> Page:
    """Ask which of several subscriptions a command is for."""
    rows = tuple(Row(str(each.number), one_line(each)) for each in standings)
    example = f"/{command} {standings[0].number}"
    return Page(
        title=tr("Which subscription?"),
        intro=tr("Add its number: {command}", command=example),
        sections=(Section(rows=rows),),
        actions=tuple(Action(f"{each.number}", f"{command} id:{each.subscription.id}") for each in standings[:5]),
    )


def which_zone(lines: Sequence[str]) -> Page:
    """Ask for the time zone; `lines` are complete examples, each with a zone at its end."""
    typed = [f"subscribe {line}" for line in lines]
    buttons = (
        Action(line.rpartition("/")[2].replace("_", " "), line) for line in typed if len(line.encode()) <= ACTION_BYTES
    )
    return Page(
        title=tr("Which time zone?"),
        intro=tr("I don't know this chat's time zone yet. Add a city or a zone after the time; I'll remember it."),
        sections=(Section(heading=tr("Examples"), text="\n".join(f"/{line}" for line in typed)),),
        actions=tuple(buttons),
    )


def _named(standings: Sequence[Standing]) -> Translatable:
    """ "subscription 1, “agents”", "3 subscriptions"."""
    if len(standings) == 1:
        return tr("subscription {number}, {name}", number=standings[0].number, name=name(standings[0].subscription))
    return words.subscriptions(len(standings))


def _handles(subscription: Subscription) -> tuple[Action, ...]:
    """Return the buttons of a subscription. They carry its id because numbers may change before a press."""
    id = f"id:{subscription.id}"
    rest = Action(tr("Resume"), f"resume {id}") if subscription.paused else Action(tr("Pause"), f"pause {id}")
    return (Action(tr("Preview"), f"preview {id}"), rest, Action(tr("Unsubscribe"), f"unsubscribe {id}"))
