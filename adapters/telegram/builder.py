"""Build the Telegram adapter from its settings."""

from __future__ import annotations

from adapters.kit.registration import AdapterContext
from adapters.telegram.settings import TelegramSettings
from adapters.telegram.surface import Telegram, WebhookConfig
from bot.commands import COMMANDS


def build(settings: TelegramSettings, context: AdapterContext) -> Telegram:
    """Return the adapter, not opened yet."""
    url = settings.telegram_webhook_url
    return Telegram(
        settings.telegram_token.get_secret_value(),
        settings.telegram_api_url,
        known=COMMANDS,
        webhook=WebhookConfig(url, settings.telegram_webhook_listen) if url else None,
    )
