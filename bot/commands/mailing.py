"""/email: digests by e-mail, after the owner of the mailbox has confirmed."""

from __future__ import annotations

from datetime import datetime

from bot.commands.operations import single
from bot.commands.subscribe import OPTIONS
from bot.domain.errors import BadArgument, NotFound
from bot.domain.i18n import tr
from bot.domain.pages import Page
from bot.domain.requests import Command, Effect, Option, Request
from bot.messages.mailbox_results import page_of
from bot.services.bundle import Services

_NOT_BY_MAIL = frozenset({"silent", "taste", "layout", "thumbnails", "living", "thread", "role"})
EMAIL = Command(
    name="email",
    summary=tr("Get a digest by e-mail; you confirm it by a link first"),
    usage="/email you@example.org [words] [at 9:00] [Europe/Berlin] [weekdays] [top 5]",
    options=(
        Option(name="address", description=tr("Your e-mail address"), required=True),
        *(option for option in OPTIONS if option.name not in _NOT_BY_MAIL),
    ),
    examples=("/email you@example.org agents at 9:00 Berlin",),
    private=True,
)


async def email(services: Services, request: Request, now: datetime) -> Page:
    """Send a mail with a link to a page that confirms the subscription."""
    if services.mailboxes is None:
        raise NotFound(
            tr("I can't send e-mail here."),
            tr("To get digests in this chat, send {command}", command="/subscribe"),
        )
    address, _, words = request.argument.strip().removeprefix("address:").lstrip().partition(" ")
    if not address:
        raise BadArgument(
            tr("To which address should I send it?"), tr("For example: {command}", command=EMAIL.examples[0])
        )
    others = await services.store.subscriptions.of(request.chat)
    zone = others[-1].schedule.zone if others else ""
    where_from = f"{request.chat.surface} {request.person or request.chat.id}"
    language = await services.languages.of_answer(request)
    return page_of(await services.mailboxes.invitations.send(address, words, where_from, zone, language), now)


CONTROLLER = single(EMAIL, Effect.OWN, email, label=tr("Send the confirmation mail"))
