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
    count = len(subscriptions)
    intro: Translatable
    if not paused:
        title = tr_n("Your subscription is running again", "{count} subscriptions are running again", count)
        intro = tr("I can post there again. You don't need to do anything.")
    else:
        title = tr_n("Your subscription is paused", "{count} subscriptions are paused", len(paused))
        command = "/subscriptions"
        intro = (
            tr(
                "I couldn't deliver it. When I can post there again, it resumes by itself. "
                "To move or end it: {command}",
                command=command,
            )
            if len(paused) == 1
            else tr(
                "I couldn't deliver them. When I can post there again, they resume by themselves. To move or end "
                "them: {command}",
                command=command,
            )
        )
    return Page(
        title=title,
        intro=intro,
        sections=tuple(
            Section(heading=heading, rows=tuple(_row(each, details, acts=acts) for each in some[:_SHOWN]))
            for heading, some in (("", paused), (tr("Running again") if paused else "", again))
            if some
        ),
        actions=(Action(tr("All subscriptions"), "subscriptions all"),) if acts else (),
    )


def _row(subscription: Subscription, details: Mapping[str, ChatDetails], *, acts: bool) -> Row:
    chat = subscription.chat
    known = details.get(chat.id)
    place = known.name if known and known.name else tr("chat {id}", id=chat.id)
    topic = words.quoted(shorten(subscription.query, _LONGEST)) if subscription.query else tr("all papers")
    label = tr("{chat}: {name}", chat=place, name=topic)
    id = f"id:{subscription.id}"
    action = Action(label, f"subscriptions show {id}", chat=chat) if acts else None
    return Row(place, words.joined(topic, why_paused(subscription)), action=action)
