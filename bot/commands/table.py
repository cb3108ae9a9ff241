"""The command table: every command with its operations, in the order in which help shows them."""

from __future__ import annotations

import difflib
from datetime import datetime

from bot.commands import (
    chat_data,
    deliveries,
    digests,
    language,
    mailing,
    papers,
    preview,
    recommended,
    saved,
    status,
    subscribe,
    subscriptions,
    taste,
    trending,
    votes,
    why,
)
from bot.commands.help import HELP, PRIVACY, help_page
from bot.commands.operations import Controller, reading
from bot.domain.errors import UnknownCommand
from bot.domain.i18n import tr
from bot.domain.pages import Page
from bot.domain.requests import Command, Request
from bot.domain.text import keyword
from bot.messages import greeting, policies
from bot.services.bundle import Services


async def _help(services: Services, request: Request, now: datetime) -> Page:
    if request.command == "start" and not request.argument.strip():
        return greeting.start()
    return help_page(offered(mail=services.mailboxes is not None), request.argument)


async def _privacy(services: Services, request: Request, now: datetime) -> Page:
    return policies.privacy(services.operator, from_opened=services.tastes.from_opened)


CONTROLLERS: tuple[Controller, ...] = (
    reading(trending.COMMAND, trending.answer),
    reading(digests.DIGEST, digests.again),
    reading(papers.PAPERS, papers.papers),
    reading(papers.PAPER, papers.paper),
    reading(papers.SIMILAR, papers.similar),
    reading(why.COMMAND, why.answer),
    votes.CONTROLLER,
    saved.SAVE_CONTROLLER,
    saved.UNSAVE_CONTROLLER,
    reading(saved.SAVED, saved.saved),
    reading(saved.BIBTEX, saved.bibtex),
    taste.CONTROLLER,
    reading(recommended.COMMAND, recommended.answer),
    subscribe.CONTROLLER,
    mailing.CONTROLLER,
    reading(preview.PREVIEW, preview.answer),
    subscriptions.CONTROLLER,
    subscriptions.PAUSE_CONTROLLER,
    subscriptions.RESUME_CONTROLLER,
    subscriptions.UNSUBSCRIBE_CONTROLLER,
    subscriptions.STOP_CONTROLLER,
    reading(status.COMMAND, status.answer),
    deliveries.CONTROLLER,
    language.CONTROLLER,
    reading(chat_data.EXPORT, chat_data.export),
    chat_data.IMPORT_CONTROLLER,
    chat_data.FORGET_CONTROLLER,
    reading(HELP, _help),
    reading(PRIVACY, _privacy),
)
COMMANDS: tuple[Command, ...] = tuple(each.command for each in CONTROLLERS)

_BY_NAME = {name: each for each in CONTROLLERS for name in (each.command.name, *each.command.aliases)}


def offered(*, mail: bool) -> tuple[Command, ...]:
    """Return the available commands; /email only if mail can be sent."""
    return COMMANDS if mail else tuple(command for command in COMMANDS if command is not mailing.EMAIL)


def find(name: str) -> Controller:
    """Return the command of a name or alias. Raise `UnknownCommand`, which names the most similar one."""
    if found := _BY_NAME.get(name):
        return found
    near = difflib.get_close_matches(name[:40], _BY_NAME, 1)
    likely = f"/{_BY_NAME[near[0]].command.name}" if near else ""
    hint = (
        tr("Did you mean {command}?", command=likely)
        if likely
        else tr("To see all commands, send {command}", command="/help")
    )
    unknown = f"/{name[:40]}"
    raise UnknownCommand(tr("There is no command {command}.", command=unknown), hint)


def named(command: str) -> str:
    """Return a command's name, given its name or an alias; empty for an unknown one."""
    found = _BY_NAME.get(keyword(command))
    return found.command.name if found else ""
