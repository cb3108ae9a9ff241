"""Pure: a chat's settings as text, and the end of them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.page import Action, Page, Section
from bot.views import words


def exported(lines: Sequence[str]) -> Page:
    """Lines that can be pasted back."""
    if not lines:
        return Page(title="Nothing to export", intro="This chat has no subscriptions.")
    return Page(
        title=f"{words.plural(len(lines), 'subscription')} of this chat",
        intro="Paste the text back to have them again, here or in another chat.",
        sections=(Section(verbatim="\n".join(lines)),),
    )


def imported(new: Sequence[str], known: int) -> Page:
    """What was added; `known` is how many were there already."""
    there = f"{words.plural(known, 'subscription')} {'was' if known == 1 else 'were'} here already." if known else ""
    return Page(
        title=f"{words.plural(len(new), 'subscription')} imported",
        intro=there,
        sections=(Section(text="\n".join(new)),) if new else (),
        footer="/subscriptions shows when each comes.",
        actions=(Action("Subscriptions", "subscriptions"),),
    )


def really(subscriptions: int) -> Page:
    """Are you sure?"""
    return Page(
        title="Delete everything that is kept of this chat?",
        intro=f"That is {words.plural(subscriptions, 'subscription')}, the record of what came and when, and which "
        "papers were shown. It cannot be taken back; /export shows the settings, to keep them elsewhere.",
        footer="/forget everything does it.",
        actions=(Action("Forget everything", "forget everything"), Action("Export first", "export")),
    )


def really_person(saved: int) -> Page:
    """Are you sure, for one person?"""
    return Page(
        title="Delete everything that is kept of you?",
        intro=f"That is {words.plural(saved, 'saved paper')} and every vote of yours. It cannot be taken back.",
        footer="/forget me does it.",
        actions=(Action("Forget me", "forget me"), Action("Saved papers", "saved")),
    )


def forgotten(rows: int) -> Page:
    """Done."""
    if not rows:
        return Page(title="Nothing was kept of this chat")
    return Page(title="Everything about this chat is deleted", intro="No digest comes any more. Nothing is kept.")


def person_forgotten(saved: int, votes: int) -> Page:
    """Done, for one person."""
    if not saved and not votes:
        return Page(title="Nothing was kept of you")
    gone = f"{words.plural(saved, 'saved paper')} and {words.plural(votes, 'vote')} are gone."
    return Page(title="Everything about you is deleted", intro=gone)
