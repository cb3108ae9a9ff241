"""What a person did on Discord, in our words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

import discord
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adapters.discord.layout import Json
from adapters.discord.message import EPHEMERAL
from adapters.discord.relabelling import voted_on
from bot.models import Chat, Door


class Kind(IntEnum):
    """Types of interactions, as Discord numbers them."""

    COMMAND = 2
    PRESS = 3
    COMPLETION = 4
    FORM = 5


_DOORS = {Kind.COMMAND: Door.TYPED, Kind.PRESS: Door.BUTTON, Kind.FORM: Door.FORM}


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Given(_Told):
    """A field of a command with what was typed into it."""

    name: str
    value: str | int | float | bool = ""
    #: somebody is typing into it right now
    focused: bool = False


class Named(_Told):
    """A channel that was chosen."""

    id: str
    name: str = ""
    type: int = 0
    #: what the bot may do in it, and what the person may
    app_permissions: str | None = None
    permissions: str | None = None


class _Resolved(_Told):
    channels: Mapping[str, Named] = {}


class _Filled(_Told):
    """A field of a form."""

    custom_id: str = ""
    value: str | None = None
    values: tuple[str, ...] = ()
    component: _Filled | None = None
    components: tuple[_Filled, ...] = ()

    def fields(self) -> Iterator[tuple[str, str]]:
        """Each field below it with what was filled in."""
        if self.custom_id:
            yield self.custom_id, self.value or " ".join(self.values)
        for part in (*self.components, *((self.component,) if self.component else ())):
            yield from part.fields()


class Data(_Told):
    """What was typed, pressed, chosen or filled in."""

    name: str = ""
    options: tuple[Given, ...] = ()
    resolved: _Resolved = _Resolved()
    custom_id: str = ""
    values: tuple[str, ...] = ()
    components: tuple[_Filled, ...] = ()

    @property
    def given(self) -> dict[str, str]:
        """The fields of a command by name."""
        return {option.name: str(option.value) for option in self.options}

    @property
    def filled(self) -> dict[str, str]:
        """The fields of a form by name; those that were left empty are left out."""
        return {name: value for part in self.components for name, value in part.fields() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One thing that a person did."""

    id: str
    token: str
    application: str
    kind: Kind
    data: Data
    #: the channel or thread where it was done, and the one around a thread
    channel: str
    parent: str = ""
    channel_type: int = 0
    #: empty outside of servers
    guild: str = ""
    person: str
    #: the bot is a member there, and this is no visit of an app that the person carries along
    at_home: bool
    #: nobody else reads here
    alone: bool
    permissions: int = 0
    app_permissions: int = 0
    locale: str = "en"
    #: the message on which something was pressed: its id, and what it looks like
    message: str = ""
    components: tuple[Json, ...] = field(default=())
    on_own_message: bool = False

    @property
    def chat(self) -> Chat:
        """Where it was done."""
        return Chat("discord", self.channel)

    @property
    def counts(self) -> bool:
        """Whether the message on which something was pressed shows counts of votes."""
        return bool(voted_on(self.components))

    @property
    def door(self) -> Door:
        """How it reached the bot."""
        return _DOORS.get(self.kind, Door.TYPED)


class _Bare(_Told):
    """What of an interaction is needed to answer it."""

    id: str = Field(pattern=r"^[0-9]{1,20}$")
    application_id: str = Field(pattern=r"^[0-9]{1,20}$")
    token: str = Field(pattern=r"^[A-Za-z0-9._~=-]{1,1000}$")
    type: Kind


def unreadable(payload: object) -> Asked | None:
    """An interaction of which nothing is known but how it is answered; None where not even that."""
    try:
        bare = _Bare.model_validate(payload)
    except ValidationError:
        return None
    return Asked(
        id=bare.id,
        token=bare.token,
        application=bare.application_id,
        kind=bare.type,
        data=Data(),
        channel="",
        person="",
        at_home=False,
        alone=False,
    )


def asked(interaction: discord.Interaction) -> Asked | None:
    """What was done; None where Discord tells of something that we know nothing of, or not where it was done."""
    try:
        kind, data = Kind(interaction.type.value), Data.model_validate(interaction.data or {})
    except (ValueError, ValidationError):
        return None
    guild, channel, message = interaction.guild_id, interaction.channel, interaction.message
    if channel is None:
        return None
    return Asked(
        id=str(interaction.id),
        token=interaction.token,
        application=str(interaction.application_id),
        kind=kind,
        data=data,
        channel=str(channel.id),
        parent=str(getattr(channel, "parent_id", None) or ""),
        channel_type=channel.type.value,
        guild=str(guild or ""),
        person=str(interaction.user.id),
        at_home=bool(guild) and interaction.is_guild_integration(),
        alone=not guild and not interaction.context.private_channel,
        permissions=interaction.permissions.value,
        app_permissions=interaction.app_permissions.value,
        locale=str(interaction.locale),
        message=str(message.id) if message else "",
        components=tuple(dict(each.to_dict()) for each in message.components) if message else (),
        on_own_message=message is not None and bool(message.flags.value & EPHEMERAL),
    )
