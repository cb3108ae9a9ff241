"""/help and /privacy."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.errors import UnknownCommand
from bot.domain.i18n import tr
from bot.domain.pages import Page
from bot.domain.requests import Command, Option
from bot.messages import help as view

HELP = Command(
    name="help",
    summary=tr("What you can ask me"),
    usage="/help [command]",
    options=(Option(name="command", description=tr("A command to explain")),),
    examples=("/help", "/help trending"),
    aliases=("start", "commands"),
    private=True,
)
PRIVACY = Command(
    name="privacy",
    summary=tr("What data I store, and how to delete it"),
    usage="/privacy",
    examples=("/privacy",),
    private=True,
)


def help_page(commands: Sequence[Command], argument: str) -> Page:
    """Return the page of all commands, or of one."""
    name = argument.strip().lstrip("/").casefold()
    if name in ("", "all"):
        return view.overview(commands)
    for command in commands:
        if name in (command.name, *command.aliases):
            return view.command(command)
    unknown = f"/{name[:40]}"
    raise UnknownCommand(
        tr("There is no command {command}.", command=unknown),
        tr("To see all commands, send {command}", command="/help"),
    )
