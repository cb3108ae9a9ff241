"""Health checks for `paperboy doctor`: token, privacy mode, update delivery."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from telegram import User, WebhookInfo
from telegram.error import InvalidToken, TelegramError

from adapters.telegram.api import Api
from adapters.telegram.chats import NAME
from adapters.telegram.polling import NOT_ACCEPTED
from bot.domain.health import HealthCheck


async def examine(api: Api, webhook: str) -> Sequence[HealthCheck]:
    """Check who the bot is, which messages it receives, and that the webhook is `webhook`, or none if that is empty."""
    try:
        me, hook = await api.me(), await api.bot.get_webhook_info()
    except InvalidToken:
        return [HealthCheck(NAME, False, NOT_ACCEPTED)]
    except TelegramError as error:
        return [HealthCheck(NAME, False, f"Telegram can't be reached: {type(error).__name__}")]
    return [HealthCheck(NAME, True, _who(me)), *_settings(me), *_hook(hook, webhook)]


def _who(me: User) -> str:
    receives = "every message" if me.can_read_all_group_messages else "commands, mentions and replies to it"
    link = f"https://t.me/{me.username}?startchannel=paperboy&admin=post_messages"
    return f"signed in as @{me.username}; receives {receives} in groups; link to add it to a channel: {link}"


def _settings(me: User) -> Iterator[HealthCheck]:
    if not me.can_join_groups:
        message = "the bot can't be added to groups; allow it with /setjoingroups at @BotFather"
        yield HealthCheck("telegram groups", False, message)
    if not me.supports_inline_queries:
        yield HealthCheck(
            "telegram inline", False, "inline queries are off; turn them on with /setinline at @BotFather"
        )


def _hook(hook: WebhookInfo, webhook: str) -> Iterator[HealthCheck]:
    host = urlsplit(hook.url).hostname
    if hook.url and hook.url != webhook:
        yield HealthCheck("telegram hook", False, f"updates go to {host}; paperboy run will replace that webhook")
    elif hook.url:
        waiting = f"{hook.pending_update_count} updates waiting"
        message = f"{waiting}; last error: {hook.last_error_message}" if hook.last_error_message else waiting
        yield HealthCheck("telegram hook", not hook.last_error_message, f"updates go to {host}; {message}")
