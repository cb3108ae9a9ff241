"""`paperboy mail`: commands about mailboxes, for operators and for scripts of a mail server."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from bot.app.cli.app import App
from bot.domain.errors import BadArgument, SettingsError
from bot.domain.mailbox_results import MailboxResult
from bot.domain.pages import Page
from bot.messages.mailbox_results import page_of
from bot.messages.plain_text import plain
from bot.services.mailboxes.delivery_reports import read_mail
from bot.services.mailboxes.mailing import Mailing
from bot.services.mailboxes.reports import Bounce

#: largest delivery report with the returned mail, in bytes
_LONGEST_REPORT = 4 << 20
_NOTHING = Page(title="Nothing to record", intro="The report contains no bounced mail.")


async def mail(app: App, action: str, words: Sequence[str], *, stdin: bool = False) -> int:
    """Run one action and print its result. Raise `UserError`."""
    if app.mailing is None:
        raise SettingsError("No mail can be sent: PAPERBOY_SMTP_URL is not set.")
    done = await _run(app.mailing, action, words, stdin=stdin)
    pages = [page_of(result, app.mailing.clock()) for result in done]
    for page in pages or [_NOTHING]:
        sys.stdout.write(plain(page))
    return 0


async def _run(mailing: Mailing, action: str, words: Sequence[str], *, stdin: bool) -> Sequence[MailboxResult]:
    if stdin:
        return await _record(mailing, await asyncio.to_thread(sys.stdin.buffer.read, _LONGEST_REPORT + 1))
    if not words:
        raise BadArgument(
            "Which address bounced? Use `paperboy mail bounce ADDRESS`, or --stdin with a delivery report."
        )
    first, rest = words[0], " ".join(words[1:])
    match action:
        case "subscribe":
            return [await mailing.invitations.send(first, rest, "")]
        case "unsubscribe":
            return [await mailing.unsubscribe(first)]
        case "release":
            return [await mailing.bounces.release(first)]
        case _:
            return [await mailing.bounces.record(first, _kind(rest))]


async def _record(mailing: Mailing, content: bytes) -> Sequence[MailboxResult]:
    if len(content) > _LONGEST_REPORT:
        raise BadArgument(
            f"The input is larger than {_LONGEST_REPORT >> 20} MB, which is too large for a delivery report."
        )
    return await mailing.record_reports(read_mail(content))


def _kind(word: str) -> Bounce:
    try:
        return Bounce(word or Bounce.HARD)
    except ValueError:
        raise BadArgument(f"{word!r} is not a kind of bounce. Use one of {', '.join(Bounce)}.") from None
