"""Refusals and errors."""

from __future__ import annotations

from bot.domain.errors import NotAllowed, UserError
from bot.domain.i18n import tr
from bot.domain.pages import Action, Page, Trouble


def refused(error: UserError) -> Page:
    """Return the page for a request that the person can correct, or lacks a permission for."""
    trouble = Trouble.NOT_ALLOWED if isinstance(error, NotAllowed) else Trouble.REFUSED
    return Page(title=error.message, intro=error.hint, actions=(Action(tr("Help"), "help"),), trouble=trouble)


def busy() -> Page:
    """Return the page for a database that is unavailable."""
    return Page(
        title=tr("My database is unavailable right now"),
        intro=tr("Nothing was changed. Try again in a minute."),
        trouble=Trouble.BUSY,
    )


def repeated() -> Page:
    """Return the page for an interaction that was answered before."""
    return Page(title=tr("This was already answered"), intro=tr("Nothing more was changed."), trouble=Trouble.REPEATED)


def our_fault(reference: str) -> Page:
    """Return the page for an internal error. `reference` is in the log line."""
    return Page(
        title=tr("Something went wrong on my side"),
        intro=tr("Please try again. If it keeps happening, tell the operator of this bot: error {id}.", id=reference),
        actions=(Action(tr("Trending"), "trending"), Action(tr("Help"), "help")),
        trouble=Trouble.FAULT,
    )
