"""Pure: what cannot be done, and faults of ours, said honestly."""

from __future__ import annotations

from bot.errors import UserError
from bot.page import Action, Page, Trouble


def refused(error: UserError) -> Page:
    """Something that the person can mend."""
    return Page(title=error.message, intro=error.hint, actions=(Action("Help", "help"),), trouble=Trouble.REFUSED)


def unavailable(reference: str) -> Page:
    """The database does not answer: nobody's fault here, and over soon. `reference` finds the log line."""
    return Page(
        title="The database does not answer right now",
        intro=f"Nothing was changed. Try again in a minute. It is in the log as {reference}.",
        actions=(Action("Help", "help"),),
        trouble=Trouble.FAULT,
    )


def our_fault(reference: str) -> Page:
    """Something that the person cannot mend. `reference` finds the log line."""
    return Page(
        title="That is our fault, not yours",
        intro=f"Something went wrong that we did not foresee. It is in the log as {reference}.",
        actions=(Action("Trending", "trending"), Action("Help", "help")),
        trouble=Trouble.FAULT,
    )
