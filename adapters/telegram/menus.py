"""Command menus for private chats, groups and group administrators."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)

from adapters.telegram.hearing import PICKER
from bot.domain.requests import Command

_LONGEST = 256


def menus(known: Sequence[Command]) -> list[tuple[BotCommandScope, list[BotCommand]]]:
    """Return the menu of each scope; in groups, management commands are offered to administrators only."""
    everything = [BotCommand(command.name, command.summary[:_LONGEST]) for command in known]
    for_all = [BotCommand(command.name, command.summary[:_LONGEST]) for command in known if not command.manages]
    picker = BotCommand(PICKER, "Send digests to a channel or a group of yours")
    return [
        (BotCommandScopeAllPrivateChats(), [*everything, picker]),
        (BotCommandScopeAllGroupChats(), for_all),
        (BotCommandScopeAllChatAdministrators(), everything),
    ]


async def publish(bot: Bot, known: Sequence[Command]) -> None:
    """Set all menus. Raise `TelegramError`."""
    for scope, commands in menus(known):
        await bot.set_my_commands(commands, scope=scope)
