"""Pure: papers by mail, in words: what stands on the mails themselves, and on the pages that their links lead to."""

from __future__ import annotations

from datetime import datetime

from bot.domain import schedule
from bot.domain.i18n import tr_n
from bot.domain.pages import Action, Page, Row, Section
from bot.domain.subscriptions import Subscription
from bot.domain.text import shorten
from bot.messages import terms, words
from bot.query.subscriptions.format import show

_LONGEST = 200


def invitation(subscription: Subscription) -> Page:
    """The mail that asks whether somebody wants mail.

    Nothing that a stranger has typed stands in it, or Paperboy would carry anybody's advertisements to everybody.
    """
    return Page(
        title="Do you want papers by mail?",
        intro="Somebody, probably you, asked Paperboy for a digest of research papers at this address, "
        f"{schedule.show(subscription.schedule)}. Nothing comes unless you say yes on the page below.",
        footer="If that was not you, do nothing. Nothing more will come, and this address is forgotten in two days.",
    )


def invited(address: str, subscription: Subscription) -> Page:
    """A mail with a link is on its way; the same whether or not the address is known."""
    return Page(
        title="Check your mail",
        intro=f"A mail is on its way to {address}. It has a link to a page with a button; nothing is sent before that "
        "button is pressed. The link is good for two days.",
        sections=(Section(rows=_rows(subscription)),),
    )


def really(address: str, subscription: Subscription) -> Page:
    """What the button below begins."""
    return Page(
        title="Begin papers by mail?",
        intro=f"Press the button, and {_what(subscription)} comes to {address}.",
        sections=(Section(rows=_rows(subscription)),),
        actions=(Action("Yes, send them", "confirm"),),
    )


def begun(address: str, subscription: Subscription, now: datetime) -> Page:
    """It was confirmed."""
    return Page(
        title="You are subscribed",
        intro=f"{terms.coming(subscription, now)} It comes to {address}; every mail has links to change and end it.",
        sections=(Section(rows=_rows(subscription)),),
    )


def begun_before(address: str) -> Page:
    """The button was pressed before, or the mailbox has just this."""
    return Page(title="You are subscribed already", intro=f"Nothing was added; {address} gets it already.")


def leave(subscription: Subscription) -> Page:
    """What the button below ends."""
    return Page(
        title="Stop these mails?",
        intro=f"Press the button, and {_what(subscription)} no longer comes to {subscription.chat.id}. Other mails of "
        "yours are not touched.",
        actions=(Action("Unsubscribe", "unsubscribe"),),
    )


def left(subscription: Subscription) -> Page:
    """It was ended."""
    return Page(
        title="You are unsubscribed",
        intro=f"No more mails come to {subscription.chat.id} for {terms.name(subscription, _LONGEST)}. These words "
        "bring them back:",
        sections=(Section(verbatim=show(subscription)),),
    )


def left_before() -> Page:
    """It was ended before; to say so again harms nobody."""
    return Page(title="You are unsubscribed", intro="Nothing more comes of that subscription.")


def request_dropped() -> Page:
    """An invitation was turned down."""
    return Page(title="Nothing will be sent", intro="The request is forgotten.")


def as_it_is(subscription: Subscription, now: datetime) -> Page:
    """A subscription that can be changed below."""
    return Page(
        title="Change these mails",
        intro=f"{terms.coming(subscription, now)} It comes to {subscription.chat.id}.",
        sections=(Section(rows=_rows(subscription)),),
    )


def why(subscription: Subscription) -> str:
    """Why a mail came."""
    since = subscription.created_at
    return (
        f"You get this because {subscription.chat.id} asked for {_what(subscription)} and confirmed that on "
        f"{words.day(since.date())}."
    )


def why_invited() -> str:
    """Why an invitation came."""
    return "You get this once, because somebody typed this address into Paperboy."


def suspended(address: str, count: int, reason: str) -> Page:
    """Mail came back, and no more is sent."""
    return Page(
        title=f"Nothing more is sent to {address}",
        intro=f"Reason: {reason}. {tr_n('{count} subscription', '{count} subscriptions', count)} paused.",
    )


def noted(address: str, times: int, most: int) -> Page:
    """Mail came back, and may arrive next time."""
    return Page(title=f"Noted: mail to {address} came back", intro=f"That is {times} of {most} before nothing is sent.")


def released(address: str) -> Page:
    """Mail may be sent again."""
    return Page(title=f"Mail may be sent to {address} again", intro="What was paused for that reason comes again.")


def _what(subscription: Subscription) -> str:
    return f"a digest of {terms.name(subscription, _LONGEST)}, {schedule.show(subscription.schedule)},"


def _rows(subscription: Subscription) -> tuple[Row, ...]:
    return (
        Row("topic", shorten(subscription.query, _LONGEST) or "all papers"),
        Row("when", schedule.show(subscription.schedule)),
        Row("size", f"up to {words.papers(subscription.size)}"),
    )
