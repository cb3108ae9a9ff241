"""Build the Discord adapter from its settings."""

from __future__ import annotations

from adapters.discord.config import DiscordConfig
from adapters.discord.settings import DiscordSettings
from adapters.discord.surface import Discord
from adapters.kit.registration import AdapterContext


def build(settings: DiscordSettings, context: AdapterContext) -> Discord:
    """Return the adapter, not opened yet."""
    return Discord(
        DiscordConfig(
            token=settings.discord_token.get_secret_value(),
            api=settings.discord_api_url,
            gateway=settings.discord_gateway_url,
            shards=settings.shards,
            crosspost=settings.discord_crosspost,
            contact=context.contact,
        )
    )
