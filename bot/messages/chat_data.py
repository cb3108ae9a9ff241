"""Pages of /export, /import and /forget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.i18n import Translatable, joined, lines, listing, tr, tr_n
from bot.domain.pages import Action, Page, Section
from bot.messages import words


def exported(subscriptions: Sequence[str], language: str = "", taste: Sequence[str] = ()) -> Page:
    """Return the settings of a chat as lines that can be pasted back.

    `language` is the one of its digests; `taste` are the lines that restore its taste.
    """
    if not subscriptions and not language and not taste:
        return Page(title=tr("Nothing to export"), intro=tr("This chat has no subscriptions."))
    return Page(
        title=tr_n("{count} subscription of this chat", "{count} subscriptions of this chat", len(subscriptions))
        if subscriptions
        else tr("Settings of this chat"),
        intro=tr("To restore the settings, send this text here or in another chat."),
        sections=tuple(_exported(subscriptions, language, taste)),
    )


def _exported(subscriptions: Sequence[str], language: str, taste: Sequence[str]) -> Iterator[Section]:
    settings = [*subscriptions, *([language] if language else [])]
    if settings:
        yield Section(verbatim="\n".join(settings))
    if taste:
        yield Section(heading=tr("Taste: send these lines one by one"), verbatim="\n".join(taste))


def imported(new: Sequence[str], known: int, language: str = "") -> Page:
    """Return what was added; `known` is the number of subscriptions that the chat already had."""
    return Page(
        title=tr_n("{count} subscription imported", "{count} subscriptions imported", len(new)),
        intro=lines(
            tr_n("{count} was already here.", "{count} were already here.", known) if known else "",
            tr("Digests in this chat: {language}", language=language) if language else "",
        ),
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
                "This deletes {count} subscription, the chosen language, the delivery history and the list of papers"
                " already shown.",
                "This deletes {count} subscriptions, the chosen language, the delivery history and the list of papers"
                " already shown.",
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
                "This deletes {count} saved paper, all your votes, your taste and the language you chose.",
                "This deletes {count} saved papers, all your votes, your taste and the language you chose.",
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
        return Page(title=tr("I have no data about this chat"))
    return Page(title=tr("I deleted everything about this chat"), intro=tr("I won't send any more digests here."))


def person_forgotten(
    saved: int, votes: int, *, language: bool = False, taste: bool = False, chats: bool = False
) -> Page:
    """Confirm that everything about a person was deleted.

    `language` says whether they had chosen one, `taste` whether they had said anything about their taste, `chats`
    whether it was known which chats they manage or that they subscribed.
    """
    if not any((saved, votes, language, taste, chats)):
        return Page(title=tr("I have no data about you"))
    gone = [each for each in (_saved(saved) if saved else "", words.votes(votes) if votes else "") if each]
    gone += [tr("the language you chose")] if language else []
    gone += [tr("what you said about your taste")] if taste else []
    gone += [tr("which chats you manage and what you subscribed to")] if chats else []
    return Page(title=tr("I deleted everything about you"), intro=tr("Deleted: {things}.", things=listing(gone)))


def _saved(number: int) -> Translatable:
    return tr_n("{count} saved paper", "{count} saved papers", number)
