"""The menus of commands that Telegram shows: another one for private chats, groups and their administrators."""

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
from bot.models import Command

_LONGEST = 256


def menus(known: Sequence[Command]) -> list[tuple[BotCommandScope, list[BotCommand]]]:
    """What is offered where; what only managers may do is not offered to everybody in a group."""
    everything = [BotCommand(command.name, command.summary[:_LONGEST]) for command in known]
    for_all = [BotCommand(command.name, command.summary[:_LONGEST]) for command in known if not command.manages]
    picker = BotCommand(PICKER, "Send digests to a channel or a group of yours")
    return [
        (BotCommandScopeAllPrivateChats(), [*everything, picker]),
        (BotCommandScopeAllGroupChats(), for_all),
        (BotCommandScopeAllChatAdministrators(), everything),
    ]


async def publish(bot: Bot, known: Sequence[Command]) -> None:
    """Set every menu. Raises `TelegramError`."""
    for scope, commands in menus(known):
        await bot.set_my_commands(commands, scope=scope)
