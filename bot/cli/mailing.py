"""`paperboy mail`: what an operator, or a mail server's script, does about mailboxes."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bot.cli.app import App
from bot.errors import BadArgument, SettingsError
from bot.mailing.bounces import Bounce
from bot.mailing.mailing import Mailing
from bot.page import Page
from bot.plain import plain


async def mail(app: App, action: str, words: Sequence[str]) -> int:
    """Do one thing and say what became of it. Raises `UserError`."""
    if app.mailing is None:
        raise SettingsError("No mail can be sent: PAPERBOY_SMTP_URL is not set.")
    sys.stdout.write(plain(await _done(app.mailing, action, words)))
    return 0


async def _done(mailing: Mailing, action: str, words: Sequence[str]) -> Page:
    first, rest = words[0], " ".join(words[1:])
    match action:
        case "subscribe":
            return await mailing.invitations.ask(first, rest, "")
        case "unsubscribe":
            return await mailing.unsubscribe(first)
        case "release":
            return await mailing.bounces.release(first)
        case _:
            return await mailing.bounces.told(first, _kind(rest))


def _kind(word: str) -> Bounce:
    try:
        return Bounce(word or Bounce.HARD)
    except ValueError:
        raise BadArgument(f"{word!r} is no kind of bounce; there are {', '.join(Bounce)}.") from None
