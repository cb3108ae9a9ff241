"""What the operator chose."""

from __future__ import annotations

from dataclasses import dataclass

API = "https://discord.com/api/v10"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A bot's way to Discord."""

    token: str
    api: str = API
    #: empty: the one that Discord names
    gateway: str = ""
    #: the first and the last shard of this process and how many there are in all; None: all, as many as Discord wants
    shards: tuple[int, int, int] | None = None
    #: an address or page of who runs this, for the user agent
    contact: str = ""
    #: pass on what is posted in announcement channels
    crosspost: bool = False
