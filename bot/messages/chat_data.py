"""Pages of /export, /import and /forget."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.i18n import Translatable, joined, lines, tr, tr_n
from bot.domain.pages import Action, Page, Section
from bot.messages import words


def exported(settings: Sequence[str]) -> Page:
    """Return the settings of a chat as lines that can be pasted back."""
    if not settings:
        return Page(title=tr("Nothing to export"), intro=tr("This chat has no subscriptions."))
    return Page(
        title=tr_n("{count} subscription of this chat", "{count} subscriptions of this chat", len(settings)),
        intro=tr("Paste this text to restore the subscriptions, here or in another chat."),
        sections=(Section(verbatim="\n".join(settings)),),
    )


def imported(new: Sequence[str], known: int) -> Page:
    """Return what was added; `known` is the number of subscriptions that the chat already had."""
    return Page(
        title=tr_n("{count} subscription imported", "{count} subscriptions imported", len(new)),
        intro=tr_n("{count} was already here.", "{count} were already here.", known) if known else "",
        sections=(Section(text="\n".join(new)),) if new else (),
        footer=tr("See when each digest comes: {command}", command="/subscriptions"),
        actions=(Action(tr("Subscriptions"), "subscriptions"),),
    )


def really(subscriptions: int) -> Page:
    """Ask whether everything about a chat should be deleted."""
    return Page(
        title=tr("Delete everything about this chat?"),
        intro=lines(
            tr_n(
                "This deletes {count} subscription, the delivery history and the list of papers already shown.",
                "This deletes {count} subscriptions, the delivery history and the list of papers already shown.",
                subscriptions,
            ),
            tr("You can't undo this. To keep the settings, send {command} first.", command="/export"),
        ),
        footer=tr("To delete it all, send {command}", command="/forget everything"),
        actions=(Action(tr("Delete everything"), "forget everything"), Action(tr("Export first"), "export")),
    )


def really_person(saved: int) -> Page:
    """Ask whether everything about a person should be deleted."""
    return Page(
        title=tr("Delete everything about you?"),
        intro=joined(
            " ",
            tr_n(
                "This deletes {count} saved paper and all your votes.",
                "This deletes {count} saved papers and all your votes.",
                saved,
            ),
            tr("You can't undo this."),
        ),
        footer=tr("To delete it all, send {command}", command="/forget me"),
        actions=(Action(tr("Delete my data"), "forget me"), Action(tr("Saved papers"), "saved")),
    )


def forgotten(rows: int) -> Page:
    """Confirm that everything about a chat was deleted."""
    if not rows:
        return Page(title=tr("There was nothing to delete for this chat"))
    return Page(title=tr("Everything about this chat was deleted"), intro=tr("No more digests will come here."))


def person_forgotten(saved: int, votes: int) -> Page:
    """Confirm that everything about a person was deleted."""
    if not saved and not votes:
        return Page(title=tr("There was nothing to delete about you"))
    gone = tr("Deleted: {papers} and {votes}.", papers=_saved(saved), votes=words.votes(votes))
    return Page(title=tr("Everything about you was deleted"), intro=gone)


def _saved(number: int) -> Translatable:
    return tr_n("{count} saved paper", "{count} saved papers", number)
