"""What Discord says, as far as it is read. Everything else in its answers is passed over."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Trouble(_Told):
    """Why a request was refused."""

    message: str = ""
    code: int = 0
    #: seconds
    retry_after: float | None = None
    #: the limit of all requests of the bot, and not of one place
    everywhere: bool = Field(default=False, alias="global")


class Author(_Told):
    """Who wrote a message."""

    id: str = ""


class Component(_Told):
    """A component of a message that is there."""

    id: int = 0


class Footer(_Told):
    """The last line of an embed."""

    text: str = ""


class Embed(_Told):
    """An embed of a message that is there."""

    footer: Footer | None = None


class Message(_Told):
    """A message that is there."""

    id: str
    author: Author = Author()
    components: tuple[Component, ...] = ()
    embeds: tuple[Embed, ...] = ()


class Tag(_Told):
    """A tag that posts of a forum may have."""

    id: str
    name: str = ""


class Channel(_Told):
    """A channel or a thread."""

    id: str
    type: int
    flags: int = 0
    guild_id: str = ""
    parent_id: str | None = None
    name: str | None = None
    available_tags: tuple[Tag, ...] = ()


class Threads(_Told):
    """The open threads of a server."""

    threads: tuple[Channel, ...] = ()


class Session(_Told):
    """How many sessions may still be begun."""

    remaining: int
    #: milliseconds
    reset_after: int = 0


class GatewayAddress(_Told):
    """Where the gateway is, and how many shards it wants."""

    url: str
    shards: int
    session_start_limit: Session


class Application(_Told):
    """The application that a token belongs to."""

    id: str
    name: str = ""
    approximate_guild_count: int | None = None
    #: "0" for servers, "1" for people
    integration_types_config: dict[str, object] = {}
