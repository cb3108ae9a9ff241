"""Greet a server that has added the bot: once, in a channel where the bot may write."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.discord.api_errors import delivery_error
from adapters.discord.message_sender import MessageSender
from adapters.discord.rest import ApiError, NoResponse, RequestDeferred
from bot.commands.facade import BotService
from bot.domain.log import Log
from bot.domain.pages import Page
from bot.domain.requests import Chat

log = Log(__name__)

_NAME = "discord"
#: channels that are tried if Discord refuses the first
_MOST_CHANNELS = 3


async def greet(service: BotService, posts: MessageSender, server: str, channels: Sequence[str], language: str) -> None:
    """Greet a server in the first of these channels that takes it, unless it was greeted within a day."""
    if not channels:
        log.info("no channel for a greeting", server=server)
        return
    page = await service.greeting(Chat(_NAME, server), language)
    if page is None:
        return
    for channel in channels[:_MOST_CHANNELS]:
        if await _posted(posts, channel, page, nonce=f"hi{server}"):
            return


async def _posted(posts: MessageSender, channel: str, page: Page, nonce: str) -> bool:
    """Post the greeting; return False if Discord certainly refuses it there."""
    try:
        await posts.post(channel, page, nonce=nonce, silent=True, role="")
    except (ApiError, RequestDeferred, NoResponse) as error:
        refused = delivery_error(Chat(_NAME, channel), error)
        log.warning("greeting not posted", channel=channel, reason=refused.reason)
        return not refused.permanent
    return True
