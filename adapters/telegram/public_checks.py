"""Checks of what a bot needs that anybody may add: modes at @BotFather, menus in every language, the privacy page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from telegram import User
from telegram.error import TelegramError

from adapters.telegram.api import Api
from adapters.telegram.menus import menus
from bot.domain.health import HealthCheck
from bot.domain.operator import Operator
from bot.domain.requests import Command

_BOT_FATHER = "https://t.me/BotFather"


async def examine_public(api: Api, known: Sequence[Command], operator: Operator) -> Sequence[HealthCheck]:
    """Return the results; none if Telegram cannot be asked, which the other checks report."""
    try:
        me = await api.me()
        return (*_modes(me), await _menus(api, known), _privacy(operator))
    except TelegramError:
        return ()


def _modes(me: User) -> Iterator[HealthCheck]:
    if me.can_read_all_group_messages:
        detail = "off: the bot gets every message of its groups and needs none; turn it on with /setprivacy"
    else:
        detail = "on: the bot gets only commands, mentions and replies in groups"
    yield HealthCheck("telegram privacy mode", True, f"{detail} ({_BOT_FATHER})")
    inline = (
        "on: people can use the bot in every chat"
        if me.supports_inline_queries
        else "off; turn it on with /setinline, so that people can use the bot in every chat"
    )
    yield HealthCheck("telegram inline mode", bool(me.supports_inline_queries), f"{inline} ({_BOT_FATHER})")
    guest = (
        "on: people can mention the bot in chats that it is not in"
        if me.supports_guest_queries
        else "off; to let people mention the bot in chats that it is not in, turn it on in the bot's settings"
    )
    yield HealthCheck("telegram guest mode", True, f"{guest} ({_BOT_FATHER})")


async def _menus(api: Api, known: Sequence[Command]) -> HealthCheck:
    """Return whether the command menus are those of this version, in every language."""
    outdated: list[str] = []
    for menu in menus(known):
        theirs = await api.bot.get_my_commands(scope=menu.scope, language_code=menu.language or None)
        if [each.command for each in theirs] != [each.command for each in menu.commands]:
            outdated.append(f"{menu.scope.type} {menu.language or 'en'}")
    if outdated:
        detail = f"not those of this version: {', '.join(outdated)}; start paperboy run, which sets them"
        return HealthCheck("telegram commands", True, detail)
    return HealthCheck("telegram commands", True, "set in every language")


def _privacy(operator: Operator) -> HealthCheck:
    page = operator.privacy_url or "the site's page (set PAPERBOY_WEB_ADDRESS and PAPERBOY_PUBLIC_URL)"
    detail = f"Telegram doesn't tell a bot its privacy policy; set it with /setprivacypolicy to {page} ({_BOT_FATHER})"
    return HealthCheck("telegram policy", True, detail)
