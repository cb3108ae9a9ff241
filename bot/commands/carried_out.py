"""The answer to an interaction that was carried out by a process that died before it answered."""

from __future__ import annotations

from collections.abc import Mapping

from bot.commands.operations import line
from bot.commands.table import named
from bot.domain.pages import ACTION_BYTES, Page
from bot.domain.requests import Door, Request
from bot.messages import asking

#: the command that shows the result of a changing command, by its name; `{paper}` is the first word of its argument
RESULTS: Mapping[str, str] = {
    "vote": "paper {paper}",
    "save": "saved",
    "unsave": "saved",
    "taste": "taste",
    "subscribe": "subscriptions",
    "subscriptions": "subscriptions",
    "pause": "subscriptions",
    "resume": "subscriptions",
    "unsubscribe": "subscriptions",
    "stop": "subscriptions",
    "import": "subscriptions",
    "resend": "status",
    "language": "language",
    "forget": "status",
}
#: commands and their operations that save nothing for good: a draft, or a mail that asks for confirmation
UNSAVED = frozenset({("subscribe", "propose"), ("subscribe", "step"), ("email", "email")})
_SAVED = "subscriptions"


def carried_out(request: Request, operation: str) -> Page:
    """Return the page for a normalized request whose operation was run.

    `operation` is its name; empty for plain text, whose meaning depends on a conversation that has gone on since.
    """
    name = named(request.command)
    if not operation or (name, operation) in UNSAVED or name not in RESULTS:
        return asking.perhaps_saved(_SAVED)
    result = RESULTS[name].format(paper=request.argument.partition(" ")[0]).strip()
    # the data of a button are not meant for people
    shown = line(request) if request.door is Door.TYPED else name
    return asking.carried_out(shown, result if len(result.encode()) <= ACTION_BYTES else "")
