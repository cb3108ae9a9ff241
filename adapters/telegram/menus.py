"""Command menus for private chats, groups and group administrators, in each language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)

from adapters.telegram.message_parser import PICKER
from bot.domain.i18n import tr
from bot.domain.requests import Command
from bot.domain.text import shorten
from bot.messages.catalogue import SOURCE_LANGUAGE, available
from bot.messages.localization import text_in

#: maximum characters of a description, and length of an ISO 639-1 code
_LONGEST, _CODE = 256, 2
_PICKER_SUMMARY = tr("Send digests to a channel or group")


@dataclass(frozen=True, slots=True)
class Menu:
    """The commands that Telegram offers in one kind of chat and one language."""

    scope: BotCommandScope
    #: ISO 639-1 code; empty for everybody whose language has no menu
    language: str
    commands: tuple[BotCommand, ...]


def menus(known: Sequence[Command]) -> Iterator[Menu]:
    """Yield the menu of each scope and language; in groups, only administrators are offered management commands."""
    for code, tag in languages().items():
        everything = [_entry(command.name, command.summary, tag) for command in known]
        for_all = [_entry(command.name, command.summary, tag) for command in known if not command.manages]
        picker = _entry(PICKER, _PICKER_SUMMARY, tag)
        yield Menu(BotCommandScopeAllPrivateChats(), code, (*everything, picker))
        yield Menu(BotCommandScopeAllGroupChats(), code, tuple(for_all))
        yield Menu(BotCommandScopeAllChatAdministrators(), code, tuple(everything))


def languages(tags: Sequence[str] = ()) -> dict[str, str]:
    """Return the tag of the catalogue for each of Telegram's language codes; English is the menu without a code.

    Telegram has one menu for all regions and scripts of a language: that of the plain language is preferred to "pt-BR".
    """
    codes = {"": SOURCE_LANGUAGE}
    for tag in sorted(tags or available(), key=len):
        code = tag.partition("-")[0]
        if tag != SOURCE_LANGUAGE and len(code) == _CODE:
            codes.setdefault(code, tag)
    return codes


async def publish(bot: Bot, known: Sequence[Command]) -> None:
    """Set all menus. Raise `TelegramError`."""
    for menu in menus(known):
        await bot.set_my_commands(menu.commands, scope=menu.scope, language_code=menu.language or None)


def _entry(name: str, summary: str, tag: str) -> BotCommand:
    return BotCommand(name, shorten(text_in(summary, tag), _LONGEST))
