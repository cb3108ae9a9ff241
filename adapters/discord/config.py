"""Configuration of the Discord adapter."""

from __future__ import annotations

from dataclasses import dataclass

API = "https://discord.com/api/v10"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordConfig:
    """Token, addresses and options of one bot."""

    token: str
    api: str = API
    #: gateway URL; empty: the one that Discord returns
    gateway: str = ""
    #: first shard and last shard of this process, and the total; None: all shards, as many as Discord recommends
    shards: tuple[int, int, int] | None = None
    #: contact address or page of the operator, for the User-Agent header
    contact: str = ""
    #: crosspost what is posted in announcement channels
    crosspost: bool = False
