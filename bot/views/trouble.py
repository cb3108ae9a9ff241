"""Pure: what cannot be done, and faults of ours, said honestly."""

from __future__ import annotations

from bot.errors import UserError
from bot.page import Action, Page, Trouble


def refused(error: UserError) -> Page:
    """Something that the person can mend."""
    return Page(title=error.message, intro=error.hint, actions=(Action("Help", "help"),), trouble=Trouble.REFUSED)


def our_fault(reference: str) -> Page:
    """Something that the person cannot mend. `reference` finds the log line."""
    return Page(
        title="That is our fault, not yours",
        intro=f"Something went wrong that we did not foresee. It is in the log as {reference}.",
        actions=(Action("Trending", "trending"), Action("Help", "help")),
        trouble=Trouble.FAULT,
    )
