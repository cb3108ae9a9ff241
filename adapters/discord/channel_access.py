"""What is known of the channels that interactions are about: their server, their name, and the bot's permissions."""

from __future__ import annotations

import asyncio
from typing import Protocol

from adapters.discord import pages
from adapters.discord.interactions import IncomingInteraction
from adapters.discord.permission_checks import may_manage
from adapters.discord.permissions import INVITED, advised, missing
from bot.commands.facade import BotService
from bot.domain.errors import StoreError
from bot.domain.log import Log
from bot.domain.pages import Page
from bot.domain.requests import Chat, ChatDetails

log = Log(__name__)

NAME = "discord"
#: seconds for looking up a channel that Discord does not tell of any more
_LOOK_UP_SECONDS = 0.5


class ChannelDirectory(Protocol):
    """What the gateway client knows about channels."""

    def guild_of(self, channel: str) -> str:
        """Return the server of a channel or thread; empty if unknown."""
        ...

    def name_of(self, channel: str) -> str:
        """Return the name of a channel or thread; empty if unknown."""
        ...

    def allowed(self, channel: str) -> tuple[int, int] | None:
        """Return a channel's type and the bot's permissions in it; None if unknown."""
        ...


class ChannelAccess:
    """An empty channel id means the channel of the interaction."""

    def __init__(self, service: BotService, channels: ChannelDirectory) -> None:
        self._service = service
        self._channels = channels

    async def same_server(self, incoming: IncomingInteraction, channel: str) -> bool:
        """Whether the channel is or was in the same server; a channel picked in an option or a form always is."""
        if not incoming.guild:
            return False
        if channel in incoming.data.resolved.channels or channel in (incoming.channel, incoming.parent):
            return True
        if known := self._channels.guild_of(channel):
            return known == incoming.guild
        try:
            async with asyncio.timeout(_LOOK_UP_SECONDS):
                # deleted, or a thread that is archived
                return (await self._service.details_of(Chat(NAME, channel))).space == incoming.guild
        except (TimeoutError, StoreError) as error:
            log.warning("server of a channel not read", channel=channel, reason=str(error) or type(error).__name__)
            return False

    def permissions(self, incoming: IncomingInteraction, channel: str) -> tuple[int, int]:
        """Return the channel's type and the bot's permissions there; all permissions if they are unknown.

        An empty `channel` is that of the interaction.
        """
        named = incoming.data.resolved.channels.get(channel)
        if not channel or channel == incoming.channel:
            return incoming.channel_type, incoming.app_permissions
        if named is not None and named.app_permissions is not None:
            return named.type, int(named.app_permissions)
        return self._channels.allowed(channel) or (incoming.channel_type, int(INVITED))

    def details(self, incoming: IncomingInteraction, channel: str) -> ChatDetails | None:
        """Return the name and the server of a channel; None where the bot is no member, or if it has no known name."""
        named = incoming.data.resolved.channels.get(channel)
        name = named.name if named else incoming.channel_name if channel == incoming.channel else ""
        name = name or self._channels.name_of(channel)
        if not incoming.server_installed or not name:
            return None
        return ChatDetails(Chat(NAME, channel), f"#{name}", incoming.guild)

    def refused_posting(self, incoming: IncomingInteraction, channel: str) -> Page | None:
        """Return why the bot cannot post in a channel; None if it can."""
        lacking = missing(*self.permissions(incoming, channel))
        return pages.cannot_post(_channel_name(incoming, channel), lacking) if lacking else None

    async def refused_destination(self, incoming: IncomingInteraction, channel: str) -> Page | None:
        """Return why nothing can be moved to a channel; None if it can."""
        if not await self.same_server(incoming, channel):
            return pages.other_server()
        if not may_manage(incoming, None, channel):
            return pages.not_manager()
        return self.refused_posting(incoming, channel)

    def with_advice(self, incoming: IncomingInteraction, channel: str, page: Page) -> Page:
        """Return a page with a note on optional permissions that the bot lacks in a channel."""
        lacking = advised(*self.permissions(incoming, channel))
        return pages.with_advice(page, _channel_name(incoming, channel), lacking) if lacking else page


def _channel_name(incoming: IncomingInteraction, channel: str) -> str:
    """Return the name of a channel, else its id; empty for the channel of the interaction."""
    named = incoming.data.resolved.channels.get(channel)
    return named.name if named and named.name else channel
