"""Parse discord.py's interactions into `IncomingInteraction`: who did what, where, with which permissions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum

import discord
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from adapters.discord.components import Json
from adapters.discord.message_updates import papers_with_votes
from adapters.discord.schema import EPHEMERAL
from bot.domain.log import Log
from bot.domain.requests import Chat, Door

log = Log(__name__)


class InteractionType(IntEnum):
    """Interaction types as Discord numbers them."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


#: Discord's snowflakes count milliseconds from then
_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_DEFAULT_LOCALE = "en-US"
_DOORS = {InteractionType.COMMAND: Door.TYPED, InteractionType.COMPONENT: Door.BUTTON, InteractionType.MODAL: Door.FORM}


class _InteractionModel(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class OptionValue(_InteractionModel):
    """A command option with its value."""

    name: str
    value: str | int | float | bool = ""
    #: the person is typing in it (autocomplete)
    focused: bool = False


class ResolvedChannel(_InteractionModel):
    """A channel chosen in an option."""

    id: str
    name: str = ""
    type: int = 0
    #: permissions of the bot and of the person in it
    app_permissions: str | None = None
    permissions: str | None = None


class _Resolved(_InteractionModel):
    channels: Mapping[str, ResolvedChannel] = {}


class _Filled(_InteractionModel):
    """A form field with its value."""

    custom_id: str = ""
    value: str | None = None
    values: tuple[str, ...] = ()
    component: _Filled | None = None
    components: tuple[_Filled, ...] = ()

    def fields(self) -> Iterator[tuple[str, str]]:
        """Yield each nested field with its value."""
        if self.custom_id:
            yield self.custom_id, self.value or " ".join(self.values)
        for part in (*self.components, *((self.component,) if self.component else ())):
            yield from part.fields()


class Data(_InteractionModel):
    """The data of an interaction: options, pressed button, menu choice or form fields."""

    name: str = ""
    options: tuple[OptionValue, ...] = ()
    resolved: _Resolved = _Resolved()
    custom_id: str = ""
    values: tuple[str, ...] = ()
    components: tuple[_Filled, ...] = ()

    @property
    def given(self) -> dict[str, str]:
        """Return the options of a command by name."""
        return {option.name: str(option.value) for option in self.options}

    @property
    def filled(self) -> dict[str, str]:
        """Return the filled-in form fields by name."""
        return {name: value for part in self.components for name, value in part.fields() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingInteraction:
    """One interaction: a command, a button press, a menu choice, a form or a completion."""

    id: str
    token: str = field(repr=False)
    application: str
    kind: InteractionType
    data: Data
    #: the channel or thread it happened in, and the parent of a thread
    channel: str
    parent: str = ""
    channel_type: int = 0
    channel_name: str = ""
    #: empty outside of servers
    guild: str = ""
    person: str
    #: the bot is a member of the server; False for a user-installed app elsewhere
    server_installed: bool
    #: a private chat with the bot
    direct: bool
    permissions: int = 0
    app_permissions: int = 0
    #: of the person's client
    locale: str = "en"
    #: of the server; empty outside of servers
    guild_locale: str = ""
    #: id and components of the message whose button was pressed
    message: str = ""
    components: tuple[Json, ...] = field(default=())
    on_ephemeral: bool = False

    @property
    def made_at(self) -> datetime:
        """When the person made it: its id is a snowflake."""
        return _EPOCH + timedelta(milliseconds=int(self.id) >> 22)

    @property
    def chat(self) -> Chat:
        """Where it happened."""
        return Chat("discord", self.channel)

    @property
    def server_language(self) -> str:
        """The language of the server; empty if it has set none, and where the bot is not a member."""
        return server_language(self.guild_locale) if self.server_installed else ""

    @property
    def shows_votes(self) -> bool:
        """Whether the message with the pressed button shows vote counts."""
        return bool(papers_with_votes(self.components))

    @property
    def door(self) -> Door:
        """Which door (typed or button) it came through."""
        return _DOORS.get(self.kind, Door.TYPED)


def server_language(locale: str) -> str:
    """Return the language of a server; empty for the locale that Discord reports for servers that have set none."""
    return "" if locale == _DEFAULT_LOCALE else locale


#: an interaction as it is stored until it is finished, so that another process can answer it
_STORED: TypeAdapter[IncomingInteraction] = TypeAdapter(IncomingInteraction)


def to_origin(incoming: IncomingInteraction) -> str:
    """Return an interaction as JSON, with the token with which it can be answered; empty if that is impossible."""
    try:
        return _STORED.dump_json(incoming).decode()
    except ValueError as error:
        # it can be answered now, only not by another process
        log.error("interaction not stored", interaction=incoming.id, reason=type(error).__name__)
        return ""


def from_origin(origin: str) -> IncomingInteraction:
    """Return the interaction of `to_origin`. Raise `ValueError`, which does not quote it."""
    try:
        found = _STORED.validate_json(origin)
    except ValidationError as error:
        raise ValueError(f"{error.error_count()} errors") from None
    bare = {"id": found.id, "application_id": found.application, "token": found.token, "type": found.kind}
    if minimal_interaction(bare) is None:
        raise ValueError("its id or token is malformed")
    return found


class _Bare(_InteractionModel):
    """The fields of an interaction that are needed to answer it."""

    id: str = Field(pattern=r"^[0-9]{1,20}$")
    application_id: str = Field(pattern=r"^[0-9]{1,20}$")
    token: str = Field(pattern=r"^[A-Za-z0-9._~=-]{1,1000}$")
    type: InteractionType
    locale: object = "en"


def minimal_interaction(payload: object) -> IncomingInteraction | None:
    """Return an interaction with only what is needed to answer it; None if even that is missing."""
    try:
        bare = _Bare.model_validate(payload)
    except ValidationError:
        return None
    return IncomingInteraction(
        id=bare.id,
        token=bare.token,
        application=bare.application_id,
        kind=bare.type,
        data=Data(),
        channel="",
        person="",
        server_installed=False,
        direct=False,
        locale=bare.locale if isinstance(bare.locale, str) else "en",
    )


def parse_interaction(interaction: discord.Interaction) -> IncomingInteraction | None:
    """Parse an interaction; None for an unknown type or one without a channel."""
    try:
        kind, data = InteractionType(interaction.type.value), Data.model_validate(interaction.data or {})
    except (ValueError, ValidationError):
        return None
    guild, channel, message = interaction.guild_id, interaction.channel, interaction.message
    if channel is None:
        return None
    return IncomingInteraction(
        id=str(interaction.id),
        token=interaction.token,
        application=str(interaction.application_id),
        kind=kind,
        data=data,
        channel=str(channel.id),
        parent=str(getattr(channel, "parent_id", None) or ""),
        channel_type=channel.type.value,
        channel_name=str(getattr(channel, "name", None) or ""),
        guild=str(guild or ""),
        person=str(interaction.user.id),
        server_installed=bool(guild) and interaction.is_guild_integration(),
        direct=not guild and not interaction.context.private_channel,
        permissions=interaction.permissions.value,
        app_permissions=interaction.app_permissions.value,
        locale=str(interaction.locale),
        guild_locale=str(interaction.guild_locale or ""),
        message=str(message.id) if message else "",
        components=tuple(dict(each.to_dict()) for each in message.components) if message else (),
        on_ephemeral=message is not None and bool(message.flags.value & EPHEMERAL),
    )
