"""Why a subscription is paused, and the notice that tells whoever subscribed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.i18n import Translatable, joined, tr, tr_n
from bot.domain.pages import Action, Page, Row, Section
from bot.domain.requests import ChatDetails
from bot.domain.subscriptions import Pause, Subscription
from bot.domain.text import shorten
from bot.messages import words

_LONGEST = 120
_ALL = Action(tr("All subscriptions"), "subscriptions all")
#: subscriptions that a notice names
_SHOWN = 10
_REASONS = {
    Pause.PERSON: tr("paused by you"),
    Pause.PLATFORM: tr("paused because I couldn't post"),
    Pause.BOUNCE: tr("paused because mail to this address bounced"),
    Pause.COMPLAINT: tr("paused because a mail was reported as spam"),
    Pause.UNREADABLE: tr("paused because its settings are damaged"),
    Pause.OTHER: tr("paused"),
}
#: pauses whose detail is a reason of a platform, or names a damaged value
_DETAILED = frozenset({Pause.PLATFORM, Pause.UNREADABLE, Pause.OTHER})


def why_paused(subscription: Subscription) -> Translatable:
    """Return the reason as a clause: "paused by you"; empty if the subscription is not paused."""
    reason, detail = subscription.paused, subscription.paused_detail
    if reason is None:
        return joined("")
    if reason in _DETAILED and detail:
        return tr("{reason} ({detail})", reason=_REASONS[reason], detail=words.stored(shorten(detail, _LONGEST)))
    return _REASONS[reason]


def notice(subscriptions: Sequence[Subscription], details: Mapping[str, ChatDetails], *, acts: bool) -> Page:
    """Return the notice that subscriptions were paused, or that they run again; `details` are by `Chat.id`.

    `acts` says whether they can be managed where it is read.
    """
    paused = [each for each in subscriptions if each.paused is not None]
    again = [each for each in subscriptions if each.paused is None]
    return Page(
        title=_title(len(paused), len(again)),
        intro=_resumes(len(paused), acts=acts)
        if paused
        else tr("I can post there again. You don't need to do anything."),
        sections=tuple(
            Section(heading=heading, rows=tuple(_row(each, details, acts=acts) for each in some[:_SHOWN]))
            for heading, some in (("", paused), (tr("Running again") if paused else "", again))
            if some
        ),
        actions=(_ALL,) if acts else (),
    )


def discreet_notice(subscriptions: Sequence[Subscription]) -> Page:
    """Return the same for a chat whose readers may not know the other chats: it names none of them."""
    paused = sum(each.paused is not None for each in subscriptions)
    return Page(
        title=tr_n("A subscription of this server is paused", "{count} subscriptions of this server are paused", paused)
        if paused
        else tr_n(
            "A subscription of this server is running again",
            "{count} subscriptions of this server are running again",
            len(subscriptions),
        ),
        intro=tr("Whoever manages the server can see which with {command}.", command="/subscriptions"),
        actions=(_ALL,),
    )


def _title(paused: int, again: int) -> Translatable:
    if paused:
        return tr_n("Your subscription is paused", "{count} subscriptions are paused", paused)
    return tr_n("Your subscription is running again", "{count} subscriptions are running again", again)


def _resumes(paused: int, *, acts: bool) -> Translatable:
    resumes = (
        tr("I couldn't deliver it. When I can post there again, it resumes by itself.")
        if paused == 1
        else tr("I couldn't deliver them. When I can post there again, they resume by themselves.")
    )
    command = "/subscriptions"
    if acts:
        return joined(" ", resumes, tr("To move or end one: {command}", command=command))
    return joined(" ", resumes, tr("To move or end one, send {command} in the server.", command=command))


def _row(subscription: Subscription, details: Mapping[str, ChatDetails], *, acts: bool) -> Row:
    chat = subscription.chat
    known = details.get(chat.id)
    place = known.name if known and known.name else tr("chat {id}", id=chat.id)
    topic = words.quoted(shorten(subscription.query, _LONGEST)) if subscription.query else tr("all papers")
    label = tr("{chat}: {name}", chat=place, name=topic)
    id = f"id:{subscription.id}"
    action = Action(label, f"subscriptions show {id}", chat=chat) if acts else None
    return Row(place, words.joined(topic, why_paused(subscription)), action=action)
