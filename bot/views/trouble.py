"""Pure: what cannot be done, and faults of ours, said honestly."""

from __future__ import annotations

from bot.errors import NotAllowed, UserError
from bot.page import Action, Page, Trouble


def refused(error: UserError) -> Page:
    """Something that the person can mend, or a right that they lack."""
    trouble = Trouble.NOT_ALLOWED if isinstance(error, NotAllowed) else Trouble.REFUSED
    return Page(title=error.message, intro=error.hint, actions=(Action("Help", "help"),), trouble=trouble)


def busy() -> Page:
    """The database cannot be used at the moment."""
    return Page(
        title="The database is not available right now",
        intro="Nothing was changed. Try again in a minute.",
        trouble=Trouble.BUSY,
    )


def repeated() -> Page:
    """The interaction was answered before."""
    return Page(title="That has been answered already", intro="Nothing was changed again.", trouble=Trouble.REPEATED)


def our_fault(reference: str) -> Page:
    """Something that the person cannot mend. `reference` finds the log line."""
    return Page(
        title="That is our fault, not yours",
        intro=f"Something went wrong that we did not foresee. It is in the log as {reference}.",
        actions=(Action("Trending", "trending"), Action("Help", "help")),
        trouble=Trouble.FAULT,
    )
