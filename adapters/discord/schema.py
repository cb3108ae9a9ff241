"""Pydantic models of Discord's API responses, limited to the fields that are used; all others are ignored."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

#: flags of messages: only one person sees it; the bot "is thinking" about it
EPHEMERAL, LOADING = 1 << 6, 1 << 7


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class ErrorBody(_Model):
    """The body of an error response."""

    message: str = ""
    code: int = 0
    #: seconds
    retry_after: float | None = None
    #: the global rate limit of the bot, rather than that of one route
    everywhere: bool = Field(default=False, alias="global")


class Author(_Model):
    """The author of a message."""

    id: str = ""


class Component(_Model):
    """A component of an existing message."""

    id: int = 0


class Footer(_Model):
    """The footer of an embed."""

    text: str = ""


class Embed(_Model):
    """An embed of an existing message."""

    footer: Footer | None = None


class PostedMessage(_Model):
    """An existing message."""

    id: str
    author: Author = Author()
    components: tuple[Component, ...] = ()
    embeds: tuple[Embed, ...] = ()


class OriginalMessage(_Model):
    """The first answer to an interaction, or the message whose button was pressed."""

    id: str
    flags: int = 0

    @property
    def loading(self) -> bool:
        """Whether the answer is deferred and still missing."""
        return bool(self.flags & LOADING)

    @property
    def ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return bool(self.flags & EPHEMERAL)


class Tag(_Model):
    """A tag of a forum."""

    id: str
    name: str = ""


class Channel(_Model):
    """A channel or a thread."""

    id: str
    type: int
    flags: int = 0
    guild_id: str = ""
    parent_id: str | None = None
    name: str | None = None
    available_tags: tuple[Tag, ...] = ()


class ServerChannels(_Model):
    """The channels of a server in which people are told something."""

    id: str
    #: where a community's moderators are told of Discord's news, and where members are welcomed
    public_updates_channel_id: str | None = None
    system_channel_id: str | None = None


class Threads(_Model):
    """The active threads of a server."""

    threads: tuple[Channel, ...] = ()


class Session(_Model):
    """The limit on gateway session starts."""

    remaining: int
    #: milliseconds
    reset_after: int = 0


class GatewayAddress(_Model):
    """The gateway's URL and the recommended number of shards."""

    url: str
    shards: int
    session_start_limit: Session


class InstallParams(_Model):
    """What the install link of an application asks for."""

    scopes: tuple[str, ...] = ()
    #: a number as text
    permissions: str = "0"


class InstallContext(_Model):
    """How the application is installed to a server or an account."""

    oauth2_install_params: InstallParams | None = None


class Application(_Model):
    """The application of the token."""

    id: str
    name: str = ""
    approximate_guild_count: int | None = None
    #: whether others may add the bot
    bot_public: bool = True
    flags: int = 0
    #: older form of those for servers in `integration_types_config`
    install_params: InstallParams | None = None
    custom_install_url: str | None = None
    interactions_endpoint_url: str | None = None
    privacy_policy_url: str | None = None
    terms_of_service_url: str | None = None
    #: keys: "0" for server installation, "1" for user installation
    integration_types_config: dict[str, InstallContext | None] = {}
