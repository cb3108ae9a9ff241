"""Build the e-mail adapter from its settings."""

from __future__ import annotations

from adapters.email.settings import EmailSettings, mail_options
from adapters.email.surface import Mail
from adapters.kit.registration import AdapterContext
from bot.domain.errors import SettingsError


def build(settings: EmailSettings, context: AdapterContext) -> Mail:
    """Return the adapter, not opened yet. Raise `SettingsError` where a setting is missing."""
    options = mail_options(settings, context.public_url)
    if options is None:
        raise SettingsError("PAPERBOY_SMTP_URL is not set, so no mail can be sent.")
    return Mail(options, context.clock)
