"""Papers by mail: the mails themselves, and the pages that their links open."""

from __future__ import annotations

from datetime import datetime

from bot.domain.i18n import Translatable, joined, tr, tr_n
from bot.domain.pages import Action, Page, Row, Section
from bot.domain.subscriptions import Pause, Subscription
from bot.domain.text import shorten
from bot.messages import schedules, terms, words
from bot.query.subscriptions.format import show

_LONGEST = 200
_SUSPENDED = {
    Pause.BOUNCE: tr("Mail to it bounced."),
    Pause.COMPLAINT: tr("A mail was reported as spam."),
}


def invitation(subscription: Subscription) -> Page:
    """Return the mail that asks for confirmation.

    It contains nothing that a stranger has typed, so that nobody can send advertisements through Paperboy.
    """
    return Page(
        title=tr("Confirm your digest"),
        intro=joined(
            " ",
            tr(
                "Someone, probably you, asked Paperboy to send digests of research papers to this address: {schedule}.",
                schedule=schedules.described(subscription.schedule),
            ),
            tr("To start them, confirm on the page below."),
        ),
        footer=tr(
            "If it wasn't you, ignore this mail. You won't get another, and your address is deleted in two days."
        ),
    )


def invited(address: str, subscription: Subscription) -> Page:
    """Confirm that an invitation was sent; the same whether or not the address is known."""
    return Page(
        title=tr("Check your mail"),
        intro=joined(
            " ",
            tr("I've sent a mail to {address}. Open its link and confirm to start the digests.", address=address),
            tr("The link works for two days."),
        ),
        sections=(Section(rows=_rows(subscription)),),
    )


def really(address: str, subscription: Subscription) -> Page:
    """Ask whether to start a subscription."""
    return Page(
        title=tr("Start these digests?"),
        intro=tr(
            "Press the button to get {papers} at {address}: {schedule}.",
            papers=_papers(subscription),
            address=address,
            schedule=schedules.described(subscription.schedule),
        ),
        sections=(Section(rows=_rows(subscription)),),
        actions=(Action(tr("Yes, send them"), "confirm"),),
    )


def begun(address: str, subscription: Subscription, now: datetime) -> Page:
    """Confirm that a subscription was started."""
    return Page(
        title=tr("You're subscribed"),
        intro=joined(
            " ",
            terms.coming(subscription, now),
            tr("Digests go to {address}. Every mail has links to change or stop them.", address=address),
        ),
        sections=(Section(rows=_rows(subscription)),),
    )


def begun_before(address: str) -> Page:
    """Return the page for a confirmation that was given before."""
    return Page(
        title=tr("You're already subscribed"),
        intro=tr("{address} already gets this digest. Nothing was added.", address=address),
    )


def leave(subscription: Subscription) -> Page:
    """Ask whether to end a subscription."""
    return Page(
        title=tr("Stop these mails?"),
        intro=joined(
            " ",
            tr(
                "Press the button to stop {papers} for {address}.",
                papers=_papers(subscription),
                address=subscription.chat.id,
            ),
            tr("Your other subscriptions stay as they are."),
        ),
        actions=(Action(tr("Unsubscribe"), "unsubscribe"),),
    )


def left(subscription: Subscription) -> Page:
    """Confirm that a subscription was ended."""
    return Page(
        title=tr("You're unsubscribed"),
        intro=tr(
            "{address} won't get any more mails with {papers}. To subscribe again, use these words:",
            papers=_papers(subscription),
            address=subscription.chat.id,
        ),
        sections=(Section(verbatim=show(subscription)),),
    )


def left_before() -> Page:
    """Return the page for a subscription that was ended before."""
    return Page(title=tr("You're unsubscribed"), intro=tr("This subscription has already ended."))


def request_dropped() -> Page:
    """Confirm that an invitation was declined."""
    return Page(title=tr("You won't get any mail"), intro=tr("I've deleted the request."))


def as_it_is(subscription: Subscription, now: datetime) -> Page:
    """Return a subscription that can be changed below."""
    return Page(
        title=tr("Change these mails"),
        intro=joined(
            " ", terms.coming(subscription, now), tr("Digests go to {address}.", address=subscription.chat.id)
        ),
        sections=(Section(rows=_rows(subscription)),),
    )


def why(subscription: Subscription) -> Translatable:
    """Return why a mail was sent."""
    return tr(
        "You get this mail because {address} subscribed to {papers} on {day}.",
        address=subscription.chat.id,
        papers=_papers(subscription),
        day=words.day(subscription.created_at.date()),
    )


def why_invited() -> Translatable:
    """Return why an invitation was sent."""
    return tr("You get this mail only once, because someone entered this address on Paperboy.")


def refused(address: str, reason: Pause | None) -> tuple[str, str]:
    """Return the title and the hint of a refusal to send mail to a suspended address; `reason` may be unknown."""
    hint = tr("Ask the operator of this Paperboy to allow it again.")
    return (
        tr("I can't send mail to {address}.", address=address),
        joined(" ", _SUSPENDED[reason], hint) if reason in _SUSPENDED else hint,
    )


def suspended(address: str, paused: int, reason: Pause) -> Page:
    """Confirm that no more mail is sent to an address; `paused` counts its paused subscriptions."""
    return Page(
        title=tr("No more mail goes to {address}", address=address),
        intro=joined(
            " ",
            _SUSPENDED.get(reason, ""),
            tr_n("{count} subscription was paused.", "{count} subscriptions were paused.", paused),
        ),
    )


def noted(address: str, times: int, most: int) -> Page:
    """Confirm that a temporary bounce was counted."""
    return Page(
        title=tr("Mail to {address} bounced", address=address),
        intro=tr("Bounce {times} of {most}; after that, no more mail is sent.", times=times, most=most),
    )


def unknown() -> Page:
    """Return the page for a bounce of a subscription that has ended."""
    return Page(title=tr("This subscription no longer exists."))


def released(address: str) -> Page:
    """Confirm that mail is sent to an address again."""
    return Page(
        title=tr("{address} gets mail again", address=address), intro=tr("Its paused subscriptions have resumed.")
    )


def _papers(subscription: Subscription) -> Translatable:
    """ "papers on “agents”", or "all trending papers"."""
    if not subscription.query:
        return tr("all trending papers")
    return tr("papers on “{query}”", query=shorten(subscription.query, _LONGEST))


def _rows(subscription: Subscription) -> tuple[Row, ...]:
    return (
        Row(tr("Topic"), shorten(subscription.query, _LONGEST) or tr("all papers")),
        Row(tr("When"), schedules.described(subscription.schedule)),
        Row(tr("Size"), terms.size(subscription)),
    )
