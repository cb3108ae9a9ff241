"""What `paperboy doctor` wants to know of the bot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from telegram import User, WebhookInfo
from telegram.error import InvalidToken, TelegramError

from adapters.telegram.addressed import NAME
from adapters.telegram.api import Api
from adapters.telegram.polling import NOT_ACCEPTED
from bot.models import Finding


async def examine(api: Api) -> Sequence[Finding]:
    """Ask who the bot is, what it hears, and where its updates go."""
    try:
        me, hook = await api.me(), await api.bot.get_webhook_info()
    except InvalidToken:
        return [Finding(NAME, False, NOT_ACCEPTED)]
    except TelegramError as error:
        return [Finding(NAME, False, f"Telegram could not be asked: {type(error).__name__}")]
    return [Finding(NAME, True, _who(me)), *_settings(me), *_hook(hook)]


def _who(me: User) -> str:
    hears = "everything" if me.can_read_all_group_messages else "commands, mentions and answers to it"
    link = f"https://t.me/{me.username}?startchannel=paperboy&admin=post_messages"
    return f"it is @{me.username} and hears {hears} in groups; this adds it to a channel: {link}"


def _settings(me: User) -> Iterator[Finding]:
    if not me.can_join_groups:
        told = "nobody can add it to a group; @BotFather changes that with /setjoingroups"
        yield Finding("telegram groups", False, told)
    if not me.supports_inline_queries:
        yield Finding("telegram inline", False, "inline queries are off; @BotFather turns them on with /setinline")


def _hook(hook: WebhookInfo) -> Iterator[Finding]:
    if hook.url:
        host = urlsplit(hook.url).hostname
        yield Finding("telegram hook", False, f"its updates go to {host}; paperboy run takes that webhook away")
