"""Pages that ask before something is changed."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.i18n import lines, tr
from bot.domain.pages import ACTION_BYTES, Action, Page
from bot.domain.text import shorten

_LONGEST_LINE = 200


def confirm(line: str, label: str, shown: Page | None = None) -> Page:
    """Return the page that a link leads to.

    `line` is the command with its argument, without slash. `label` names what it does. `shown` is the page about it.
    """
    fits = len(line.encode()) <= ACTION_BYTES
    command = f"/{shorten(line, _LONGEST_LINE)}"
    return replace(
        shown or Page(title=""),
        title=tr("{action}?", action=label),
        intro=lines(
            tr("The link you opened would send: {command}", command=command),
            tr("Nothing has changed yet. Press the button to confirm.")
            if fits
            else tr("Nothing has changed yet. To go ahead, send the command yourself."),
        ),
        footer="",
        actions=(Action(label, line),) if fits else (),
    )
