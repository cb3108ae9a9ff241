"""Pure: something is asked for in a way that changes nothing by itself: what it is, and the button that does it."""

from __future__ import annotations

from dataclasses import replace

from bot.page import ACTION_BYTES, Action, Page
from bot.text import shorten

_LONGEST_LINE = 200


def confirm(line: str, label: str, shown: Page | None = None) -> Page:
    """The page that a link leads to. `line` is what would be typed, without slash; `shown` is what it is about."""
    fits = len(line.encode()) <= ACTION_BYTES
    does = "The button below does it" if fits else "To do it, type it yourself"
    return replace(
        shown or Page(title=""),
        title=f"{label}?",
        intro=f"You followed a link that asks for: /{shorten(line, _LONGEST_LINE)}\nNothing was changed. {does}.",
        footer="",
        actions=(Action(label, line),) if fits else (),
    )
