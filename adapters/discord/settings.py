"""Settings of the Discord adapter."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, SecretStr

from adapters.kit.registration import Adapter, AdapterSettings
from bot.domain.setting_values import http_url

#: a value of the Authorization header
_TOKEN = re.compile(r"[!-~]+")
_SHARDS = re.compile(r"([0-9]{1,4})-([0-9]{1,4})/([0-9]{1,5})")


def _websocket(value: str) -> str:
    if value and not value.startswith(("ws://", "wss://")):
        raise ValueError("expected an address that begins with ws:// or wss://")
    return value.rstrip("/")


def _shards(value: str) -> str:
    found = _SHARDS.fullmatch(value)
    if value and not (found and int(found[1]) <= int(found[2]) < int(found[3])):
        raise ValueError("expected the first and the last shard and their number, such as 0-3/16")
    return value


def _token(value: SecretStr) -> SecretStr:
    if value.get_secret_value() and not _TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError("expected the token under Bot at discord.com/developers/applications: one word without blanks")
    return value


class DiscordSettings(AdapterSettings):
    """`PAPERBOY_DISCORD_…`."""

    adapter: ClassVar[Adapter] = Adapter("discord", "adapters.discord.builder:build", ("discord_token",))

    discord_token: Annotated[SecretStr, AfterValidator(_token)] = Field(
        default=SecretStr(""), description="Token of the Discord bot; empty: Discord is off."
    )
    discord_api_url: Annotated[str, AfterValidator(http_url)] = Field(
        default="https://discord.com/api/v10", description="URL of Discord's API."
    )
    discord_gateway_url: Annotated[str, AfterValidator(_websocket)] = Field(
        default="", description="URL of Discord's gateway; empty: the one that the API returns."
    )
    discord_shards: Annotated[str, AfterValidator(_shards)] = Field(
        default="", description="Shards of this process, such as `0-3/16`; empty: all, as many as Discord recommends."
    )
    discord_crosspost: bool = Field(
        default=False, description="Publish posts in announcement channels to the channels that follow them."
    )

    @property
    def shards(self) -> tuple[int, int, int] | None:
        """The first and the last shard of this process and the number of all shards; None for all."""
        found = _SHARDS.fullmatch(self.discord_shards)
        return (int(found[1]), int(found[2]), int(found[3])) if found else None
