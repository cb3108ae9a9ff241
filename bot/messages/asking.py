"""Pages that ask before something is changed, and that report a change afterwards."""

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


def carried_out(line: str, result: str) -> Page:
    """Return the page for a change that was made by a process that ended before it answered.

    `line` is the command with or without its argument, without slash. `result` is the command that shows the result;
    empty for none.
    """
    done, shows = f"/{shorten(line, _LONGEST_LINE)}", f"/{result}"
    title = tr("Done: {command}", command=done)
    if not result:
        return Page(title=title, intro=tr("I restarted before I could answer."))
    return Page(
        title=title,
        intro=tr("I restarted before I could answer. {command} shows the result.", command=shows),
        actions=(Action(tr("Show the result"), result),),
    )


def perhaps_saved(saved: str) -> Page:
    """Return the page for a request that may have saved nothing, and was not answered. `saved` shows what is saved."""
    shows = f"/{saved}"
    return Page(
        title=tr("I restarted before I could answer"),
        intro=tr("{command} shows what is saved. If something is missing there, please ask again.", command=shows),
        actions=(Action(tr("Show what is saved"), saved),),
    )
