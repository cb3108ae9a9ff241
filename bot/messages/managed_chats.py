"""All chats that a person manages: their subscriptions, one of them in full, and today's digests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count

from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.i18n import Translatable, lines, tr, tr_n
from bot.domain.pages import Action, Page, Row, Section
from bot.domain.requests import Chat, ChatDetails
from bot.domain.standings import ChatDeliveries, Overview, Standing
from bot.domain.subscriptions import Pause, Subscription
from bot.messages import deliveries, schedules, terms, words
from bot.messages.pauses import why_paused
from bot.messages.terms import coming, name
from bot.query.subscriptions.format import show

#: characters of a query in a menu
_SHORT = 40
#: most other chats that are offered as the destination of a subscription
_OFFERED = 8
ALL = Action(tr("All subscriptions"), "subscriptions all")


def overview(found: Overview, here: Chat, now: datetime) -> Page:
    """Return one page of the subscriptions in all chats, those that need attention first."""
    channels = tr_n("{count} channel", "{count} channels", found.places)
    chats = tr_n("{count} chat", "{count} chats", found.places)
    title = tr(
        "{subscriptions} in {chats}",
        subscriptions=words.subscriptions(found.subscriptions),
        chats=channels if found.of_server else chats,
    )
    part = tr("Page {page} of {pages}.", page=found.page, pages=found.pages) if found.pages > 1 else ""
    return Page(
        title=title,
        intro=lines(_attention(found), part),
        sections=tuple(_sections(found, here, now)),
        footer=tr(
            "Choose a subscription to change, move, pause or end it. Only those here: {command}",
            command="/subscriptions here",
        ),
        actions=(*_pages(found), Action(tr("Status"), "status all")),
    )


def _attention(found: Overview) -> str:
    if found.subscriptions == 1:
        return tr("It needs your attention.") if found.attention else ""
    if not found.attention:
        return tr("None of them needs your attention.")
    return tr_n(
        "{count} of them needs your attention. It comes first.",
        "{count} of them need your attention. They come first.",
        found.attention,
    )


def _pages(found: Overview) -> tuple[Action, ...]:
    around = ((found.page - 1, "◀ {page}/{pages}"), (found.page + 1, "▶ {page}/{pages}"))
    return tuple(
        Action(label.format(page=number, pages=found.pages), f"subscriptions all {number}")
        for number, label in around
        if 1 <= number <= found.pages
    )


def chat_name(details: ChatDetails, here: Chat | None = None) -> str:
    """Return the name of a chat: "#papers", "#papers (here)", "this chat", "chat 123"."""
    if not details.name and here == details.chat:
        return tr("here")
    known = details.name or tr("chat {id}", id=details.chat.id)
    if details.chat.thread:
        known = tr("{chat}, topic {topic}", chat=known, topic=details.chat.thread)
    return tr("{chat} (here)", chat=known) if here == details.chat else known


def _sections(found: Overview, here: Chat, now: datetime) -> Iterator[Section]:
    """Yield a section for each chat. Rows are numbered through; in its chat a subscription may have another number."""
    places = count(found.before + 1)
    for chat in found.chats:
        rows = tuple(_row(next(places), each, chat.details, here, now) for each in chat.standings)
        yield Section(heading=chat_name(chat.details, here), rows=rows)


def _row(place: int, standing: Standing, details: ChatDetails, here: Chat, now: datetime) -> Row:
    return Row(str(place), _line(standing, now), action=_choice(place, standing, details, here))


def _line(standing: Standing, now: datetime) -> Translatable:
    subscription = standing.subscription
    state = standing.open and deliveries.present(standing.open, subscription.schedule, now)
    following = tr("next: {moment}", moment=schedules.due(subscription)) if subscription.next_at else ""
    if subscription.paused is Pause.PERSON:
        # somebody who manages the chat, not necessarily the reader
        return words.joined(tr("{mark} {name}", mark=_mark(subscription), name=name(subscription)), tr("paused"))
    if paused := why_paused(subscription):
        return words.joined(tr("{mark} {name}", mark=_mark(subscription), name=name(subscription)), paused)
    return words.joined(name(subscription), state or "", following)


def _mark(subscription: Subscription) -> str:
    return "⏸" if subscription.paused is Pause.PERSON else "⚠"


def _choice(place: int, standing: Standing, details: ChatDetails, here: Chat) -> Action:
    subscription = standing.subscription
    id = f"id:{subscription.id}"
    chat = details.name or chat_name(details, here)
    topic = name(subscription, _SHORT)
    marked = tr("{mark} {name}", mark=_mark(subscription), name=topic) if subscription.paused else topic
    label = tr("{number}. {chat}: {name}", number=str(place), chat=chat, name=marked)
    return Action(label, f"subscriptions show {id}", chat=subscription.chat)


def one(standing: Standing, details: ChatDetails, now: datetime, *, overseen: bool, reachable: bool = True) -> Page:
    """Return one subscription with its settings and everything that can be done with it.

    `overseen` says whether there are other chats, to which a button leads back; `reachable` whether the platform tells
    who manages its chat, without which it can only be changed, moved and ended.
    """
    subscription = standing.subscription
    id = f"id:{subscription.id}"
    rest = Action(tr("Resume"), f"resume {id}") if subscription.paused else Action(tr("Pause"), f"pause {id}")
    actions = (
        Action(tr("Change …"), f"subscriptions form {id}"),
        *((rest,) if reachable else ()),
        *((Action(tr("Move …"), f"subscriptions move {id}"),) if overseen else ()),
        *((Action(tr("Preview"), f"preview {id}"),) if reachable else ()),
        Action(tr("Export"), f"subscriptions export {id}"),
        Action(tr("Unsubscribe"), f"unsubscribe {id}"),
    )
    title = tr("Subscription {number}: {name}", number=standing.number, name=name(subscription))
    where = tr("Sent to {chat}.", chat=chat_name(details)) if details.name else ""
    return Page(
        title=title,
        intro=lines(where, coming(subscription, now), _latest(standing, now)),
        sections=(Section(rows=terms.summary(subscription)),),
        actions=(*actions, *((ALL,) if overseen else ())),
    )


def _latest(standing: Standing, now: datetime) -> Translatable:
    present = standing.open and deliveries.present(standing.open, standing.subscription.schedule, now)
    if standing.last is None:
        return present or tr("Nothing sent yet.")
    return lines(present or "", tr("Last digest: {outcome}.", outcome=deliveries.outcome(standing.last)))


def exported(standing: Standing) -> Page:
    """Return a subscription as the line that adds it to another chat."""
    subscription = standing.subscription
    paused = " paused" if subscription.paused else ""
    return Page(
        title=tr("Subscription {number}, {name}, as text", number=standing.number, name=name(subscription)),
        intro=tr("Send this line wherever you want to add it."),
        sections=(Section(verbatim=f"/import {show(subscription)}{paused}"),),
    )


def where(standing: Standing, chats: Sequence[ChatDetails], *, replies: bool) -> Page:
    """Ask to which chat a subscription should be moved; `chats` are other chats with subscriptions.

    `replies` says whether any other chat can be named in a reply.
    """
    subscription = standing.subscription
    id = f"id:{subscription.id}"
    line = f"subscriptions move {id}"
    return Page(
        title=tr("Where should {name} go?", name=name(subscription)),
        intro=lines(
            tr("Choose where. Its settings stay as they are."),
            tr("You can also reply with a name or link, such as {example}.", example="@papers") if replies else "",
        ),
        actions=tuple(
            Action(chat_name(each), f"{line} {_address(each.chat)}")
            for each in chats[:_OFFERED]
            if each.chat != subscription.chat
        ),
        prompt=line,
    )


def _address(chat: Chat) -> str:
    return f"{chat.id}/{chat.thread}" if chat.thread else chat.id


def moved(standing: Standing, source: ChatDetails, to: ChatDetails, now: datetime) -> Page:
    """Confirm that a subscription is sent to another chat from now on."""
    subscription = standing.subscription
    return Page(
        title=tr("Moved {name} to {chat}", name=name(subscription), chat=chat_name(to)),
        intro=lines(
            tr(
                "It is subscription {number} there. {chat} doesn't get it any more.",
                number=standing.number,
                chat=chat_name(source),
            ),
            coming(subscription, now),
        ),
    )


def with_way_back(page: Page) -> Page:
    """Return a page with a button that leads to all subscriptions."""
    return replace(page, actions=(*page.actions, ALL))


def today(page: Page, found: Sequence[ChatDeliveries], here: Chat, now: datetime) -> Page:
    """Return the status with today's digests that wait or were not sent in all chats, before the sources."""
    sections = tuple(
        Section(
            heading=chat_name(each.details, here),
            rows=tuple(_delivery(row, subscription, now) for row, subscription in each.deliveries),
        )
        for each in found
    )
    rows = [row for each in found for row, _ in each.deliveries]
    return replace(
        page,
        intro=lines(_counted(rows), page.intro),
        sections=(*sections, *page.sections),
        actions=(ALL, *page.actions),
        footer=tr("Only what is sent here: {command}", command="/status here"),
    )


def _counted(rows: Sequence[Delivery]) -> Translatable:
    if not rows:
        return tr("Nothing is waiting, and nothing was skipped or failed today.")
    over = {DeliveryState.SKIPPED, DeliveryState.FAILED, DeliveryState.UNCERTAIN}
    counts = {state: sum(row.state is state for row in rows) for state in over}
    waiting = len(rows) - sum(counts.values())
    named = (
        tr_n("{count} is waiting", "{count} are waiting", waiting) if waiting else "",
        tr("{count} skipped", count=counts[DeliveryState.SKIPPED]) if counts[DeliveryState.SKIPPED] else "",
        tr("{count} failed", count=counts[DeliveryState.FAILED]) if counts[DeliveryState.FAILED] else "",
        tr("{count} may be missing", count=counts[DeliveryState.UNCERTAIN]) if counts[DeliveryState.UNCERTAIN] else "",
    )
    return tr("Today's digests: {counts}", counts=words.joined(*named))


def _delivery(delivery: Delivery, subscription: Subscription | None, now: datetime) -> Row:
    which = name(subscription, _SHORT) if subscription else tr("a subscription that has ended")
    if subscription and delivery.state in (DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.SENDING):
        return Row(which, deliveries.present(delivery, subscription.schedule, now))
    return Row(which, words.joined(deliveries.state(delivery), deliveries.reason(delivery)))
