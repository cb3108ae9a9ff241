"""What the bot says when it meets somebody: a person who starts it, or a server, group or channel that adds it."""

from __future__ import annotations

from bot.domain.i18n import tr
from bot.domain.pages import Action, Page, Section

#: proposes a digest; asks for the time zone first if the chat has none
_DIGEST = "subscribe at 9:00"
_EXAMPLE = "/subscribe agents at 9:00 Europe/Berlin"


def start() -> Page:
    """Return what a person sees who starts the bot."""
    return Page(
        title=tr("Paperboy finds the papers that matter"),
        intro=tr("I follow what researchers publish and vote for, and send you the best of it when you want it."),
        sections=(Section(text=tr("For example: {command}", command=_EXAMPLE)),),
        actions=(
            Action(tr("Get a digest"), _DIGEST),
            Action(tr("Today's papers"), "trending"),
            Action(tr("Help"), "help all"),
        ),
    )


def greeting() -> Page:
    """Return what a chat sees that has added the bot."""
    return Page(
        title=tr("Hello, I'm Paperboy"),
        intro=tr("I can send the papers that matter here every day, on your topic and at your time."),
        footer=tr("What else I can do: {command}", command="/help"),
        actions=(Action(tr("Get a digest here"), _DIGEST), Action(tr("Today's papers"), "trending")),
    )
