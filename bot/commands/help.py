"""/help and /privacy."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.errors import UnknownCommand
from bot.domain.pages import Page
from bot.domain.requests import Command, Option
from bot.messages import help as view

HELP = Command(
    name="help",
    summary="What can be asked",
    usage="/help [command]",
    options=(Option(name="command", description="The command to explain"),),
    examples=("/help", "/help trending"),
    aliases=("start", "commands"),
    private=True,
)
PRIVACY = Command(
    name="privacy",
    summary="What is kept of you, and what is not",
    usage="/privacy",
    examples=("/privacy",),
    private=True,
)


def help_page(commands: Sequence[Command], argument: str) -> Page:
    """All commands, or the one that is named."""
    name = argument.strip().lstrip("/").casefold()
    if not name:
        return view.overview(commands)
    for command in commands:
        if name in (command.name, *command.aliases):
            return view.command(command)
    raise UnknownCommand(f"There is no command /{name[:40]}.", "/help shows all of them.")
