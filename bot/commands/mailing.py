"""/email: the same digests to a mailbox, once its owner has said yes."""

from __future__ import annotations

from datetime import datetime

from bot.commands.engine import Engine
from bot.commands.operations import single
from bot.commands.subscribing import OPTIONS
from bot.errors import BadArgument, NotFound
from bot.models import Command, Effect, Option, Request
from bot.page import Page

EMAIL = Command(
    name="email",
    summary="Get a digest by mail; the mailbox is asked first",
    usage="/email you@example.org [words] [at 9:00] [Europe/Berlin] [weekdays] [top 5]",
    options=(
        Option(name="address", description="Your mail address", required=True),
        *(option for option in OPTIONS if option.name not in ("silent", "role")),
    ),
    examples=("/email you@example.org agents at 9:00 Berlin",),
    private=True,
)


async def email(engine: Engine, request: Request, now: datetime) -> Page:
    """Send a mail with a link, to be confirmed on a page."""
    if engine.mailing is None:
        raise NotFound("No mail is sent from here.", "/subscribe brings digests to this chat.")
    address, _, words = request.argument.strip().removeprefix("address:").lstrip().partition(" ")
    if not address:
        raise BadArgument("To which address?", EMAIL.examples[0])
    others = await engine.store.subscriptions.of(request.chat)
    zone = others[-1].schedule.zone if others else ""
    return await engine.mailing.invitations.ask(
        address, words, f"{request.chat.surface} {request.person or request.chat.id}", zone
    )


CONTROLLER = single(EMAIL, Effect.OWN, email, label="Send the confirmation mail")
