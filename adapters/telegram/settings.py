"""Settings of the Telegram adapter."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, SecretStr

from adapters.kit.registration import Adapter, AdapterSettings
from bot.domain.setting_values import http_url, listen_address, optional_http_url

_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{20,100}")


def _token(value: SecretStr) -> SecretStr:
    if value.get_secret_value() and not _TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError("expected a token from @BotFather: digits, a colon, letters and digits")
    return value


class TelegramSettings(AdapterSettings):
    """`PAPERBOY_TELEGRAM_…`."""

    adapter: ClassVar[Adapter] = Adapter("telegram", "adapters.telegram.builder:build", ("telegram_token",))

    telegram_token: Annotated[SecretStr, AfterValidator(_token)] = Field(
        default=SecretStr(""), description="The bot's token from @BotFather; empty: Telegram is off."
    )
    telegram_api_url: Annotated[str, AfterValidator(http_url)] = Field(
        default="https://api.telegram.org", description="URL of Telegram's Bot API, or of your own Bot API server."
    )
    telegram_webhook_url: Annotated[str, AfterValidator(optional_http_url)] = Field(
        default="", description="The public https URL of the webhook; empty: long polling."
    )
    telegram_webhook_listen: Annotated[str, AfterValidator(listen_address)] = Field(
        default="127.0.0.1:8443", description="The local address behind the webhook URL."
    )
