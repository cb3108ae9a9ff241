"""What a local Discord knows: servers, channels, messages and what the bot may do where."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import Any

Json = dict[str, Any]

BOT, APPLICATION, TOKEN = "111111111111111111", "111111111111111111", "a.canary.token"


#: Discord's own year zero, 2015, in milliseconds
_EPOCH = 1_420_070_400_000


class Kind(IntEnum):
    """Types of channels, as the documents number them."""

    TEXT = 0
    DM = 1
    ANNOUNCEMENT = 5
    THREAD = 11
    FORUM = 15


class May(IntFlag):
    """Permissions that matter here."""

    MANAGE_GUILD = 1 << 5
    VIEW = 1 << 10
    SEND = 1 << 11
    EMBED = 1 << 14
    HISTORY = 1 << 16
    CREATE_THREADS = 1 << 35
    SEND_IN_THREADS = 1 << 38


ENOUGH = May.VIEW | May.SEND | May.EMBED | May.HISTORY | May.CREATE_THREADS | May.SEND_IN_THREADS


@dataclass(slots=True, kw_only=True)
class Channel:
    """A place that takes messages."""

    id: str
    name: str
    kind: Kind = Kind.TEXT
    #: empty for a direct message
    guild: str = ""
    parent: str = ""
    #: what the bot may do in it
    may: May = ENOUGH
    #: a thread that nobody may write in
    locked: bool = False
    #: tags that a forum offers, each an id and a name, and whether a post must have one
    tags: tuple[tuple[str, str], ...] = ()
    must_tag: bool = False
    #: what everybody is denied in it
    denied: int = 0
    #: a thread that nobody has written in for long
    archived: bool = False
    #: whether the server lists it when the bot connects: archived threads are not listed
    listed: bool = True

    @property
    def shown(self) -> Json:
        """The channel as the API shows it."""
        facts: Json = {"id": self.id, "type": int(self.kind), "flags": 1 << 4 if self.must_tag else 0}
        if not self.guild:
            return facts | {"recipients": [], "last_message_id": None}
        facts |= {"guild_id": self.guild, "name": self.name, "position": 0}
        if self.kind is Kind.THREAD:
            facts.pop("position")
            return facts | self._thread
        if self.kind is Kind.FORUM:
            facts["available_tags"] = [
                {"id": id, "name": name, "moderated": False, "emoji_id": None, "emoji_name": None}
                for id, name in self.tags
            ]
        denied = {"id": self.guild, "type": 0, "allow": "0", "deny": str(self.denied)}
        overwrites = [denied] if self.denied else []
        return facts | {"permission_overwrites": overwrites, "parent_id": self.parent or None, "nsfw": False}

    @property
    def _thread(self) -> Json:
        state = {
            "archived": self.archived,
            "archive_timestamp": "2026-04-24T12:00:00+00:00",
            "auto_archive_duration": 1440,
        }
        counts = {"message_count": 0, "member_count": 1, "total_message_sent": 0}
        return {"owner_id": BOT, "parent_id": self.parent, "thread_metadata": state | {"locked": self.locked}} | counts


@dataclass(slots=True, kw_only=True)
class Guild:
    """A server."""

    id: str
    name: str
    locale: str = "en-US"
    #: nobody can reach it while it is down
    unavailable: bool = False
    #: id of the channel that only moderators read; empty for none
    for_moderators: str = ""
    #: id of the channel in which members are welcomed; empty for none
    system: str = ""

    @property
    def told(self) -> Json:
        """The server as the REST API shows it, without what the gateway adds."""
        shown = self.shown(())
        added = ("member_count", "large", "unavailable", "channels", "threads", "members", "presences", "voice_states")
        bare = {name: value for name, value in shown.items() if name not in (*added, "stage_instances")}
        bare.pop("guild_scheduled_events")
        unused = ("icon", "description", "home_header", "splash", "discovery_splash", "banner", "system_channel_id")
        more = ("rules_channel_id", "safety_alerts_channel_id", "application_id", "vanity_url_code", "afk_channel_id")
        roles = [
            each | {"colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}}
            for each in bare["roles"]
        ]
        roles = [each | {"description": None, "icon": None, "unicode_emoji": None} for each in roles]
        numbers = {"premium_subscription_count": 0, "max_members": 1, "max_stage_video_channel_users": 1}
        return (
            bare
            | dict.fromkeys((*unused, *more))
            | {"roles": roles, "region": "eu", "widget_enabled": False, "widget_channel_id": None}
            | numbers
            | {"max_presences": None, "max_video_channel_users": 1, "nsfw": False, "incidents_data": None}
            | {"premium_progress_bar_enabled": False, "public_updates_channel_id": self.for_moderators or None}
            | {"owner_configured_content_level": 0}
        )

    def shown(self, there: Sequence[Channel]) -> Json:
        """The server with its channels and threads, as the gateway shows it."""
        everyone = {"id": self.id, "name": "@everyone", "permissions": str(int(ENOUGH)), "position": 0, "color": 0}
        role = {"hoist": False, "managed": False, "mentionable": False, "flags": 0}
        me = {"user": user(BOT, bot=True), "roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "flags": 0}
        return {
            "id": self.id,
            "name": self.name,
            "owner_id": "1",
            "member_count": 2,
            "large": False,
            "unavailable": False,
            "roles": [everyone | role],
            "channels": [each.shown for each in there if each.kind is not Kind.THREAD],
            "threads": [each.shown for each in there if each.kind is Kind.THREAD],
            "members": [me | {"deaf": False, "mute": False}],
            "emojis": [],
            "stickers": [],
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "features": [],
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "preferred_locale": self.locale,
            "system_channel_id": self.system or None,
            "system_channel_flags": 0,
            "afk_timeout": 300,
        }


@dataclass(slots=True, kw_only=True)
class Message:
    """Something that stands in a channel."""

    id: str
    channel: str
    body: Json
    nonce: str = ""
    #: the loop's clock
    at: float = 0.0
    deleted: bool = False
    #: who alone sees it; empty for everybody
    only_for: str = ""
    crossposted: bool = False
    #: every body that it was given after it was posted
    edits: list[Json] = field(default_factory=list)

    @property
    def shown(self) -> Json:
        """The message as the API shows it."""
        return {
            "id": self.id,
            "channel_id": self.channel,
            "type": 0,
            "content": self.body.get("content") or "",
            "mentions": [],
            "mention_roles": list((self.body.get("allowed_mentions") or {}).get("roles", [])),
            "mention_everyone": False,
            "attachments": [],
            "embeds": [{"type": "rich"} | embed for embed in self.body.get("embeds") or []],
            "timestamp": "2026-04-24T12:00:00+00:00",
            "edited_timestamp": None,
            "flags": self.body.get("flags") or 0,
            "components": with_ids(self.body.get("components") or []),
            "author": user(BOT, bot=True),
            "pinned": False,
            "tts": False,
        } | ({"nonce": self.nonce} if self.nonce else {})


def user(id: str, *, bot: bool = False) -> Json:
    """A person or the bot, as the API shows it."""
    name = "paperboy" if bot else f"person{id}"
    return {
        "id": id,
        "username": name,
        "avatar": None,
        "discriminator": "0",
        "public_flags": 0,
        "flags": 0,
        "global_name": None,
        "bot": bot,
        "primary_guild": None,
    }


def with_ids(components: list[Json]) -> list[Json]:
    """The components with an id for each, and the facts that the API adds."""
    numbers = itertools.count(1)
    return [_with_id(each, numbers) for each in components]


def _with_id(component: Json, numbers: Iterator[int]) -> Json:
    defaults: dict[int, Json] = {
        17: {"accent_color": None, "spoiler": False},
        14: {"divider": True, "spacing": 1},
        3: {"min_values": 1, "max_values": 1, "disabled": False},
        11: {"description": None, "spoiler": False},
    }
    shown = defaults.get(component["type"], {}) | component
    if "media" in shown:
        shown["media"] = {"id": "1", "proxy_url": shown["media"]["url"]} | shown["media"]
    shown.setdefault("id", next(numbers))
    if "components" in shown:
        shown["components"] = [_with_id(each, numbers) for each in shown["components"]]
    if "accessory" in shown:
        shown["accessory"] = _with_id(shown["accessory"], numbers)
    return shown


@dataclass(slots=True)
class World:
    """All of it."""

    guilds: dict[str, Guild] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    #: registered commands, and how often they were
    commands: list[Json] = field(default_factory=list)
    registrations: int = 0
    #: every channel that ever was, by its server
    _made: dict[str, list[Channel]] = field(default_factory=dict)
    _ids: Iterator[int] = field(default_factory=itertools.count)

    def id(self) -> str:
        """A new one: the moment in milliseconds, and a number that tells those of one moment apart."""
        return str((time.time_ns() // 1_000_000 - _EPOCH << 22) + next(self._ids))

    def guild(self, name: str = "lab", locale: str = "en-US") -> Guild:
        """A new server."""
        made = Guild(id=self.id(), name=name, locale=locale)
        self.guilds[made.id] = made
        return made

    def channel(
        self, guild: Guild | None = None, name: str = "papers", kind: Kind = Kind.TEXT, **facts: Any
    ) -> Channel:
        """A new channel, in a server or between two."""
        facts.setdefault("id", self.id())
        made = Channel(name=name, kind=kind, guild=guild.id if guild else "", **facts)
        self.channels[made.id] = made
        self._made.setdefault(made.guild, []).append(made)
        return made

    def private_with(self, person: str) -> Channel:
        """The private channel with a person."""
        known = next((each for each in self.channels.values() if each.kind is Kind.DM and each.name == person), None)
        return known or self.channel(None, person, Kind.DM)

    def of(self, guild: Guild) -> list[Channel]:
        """The channels of a server that are there and listed."""
        return [each for each in self._made.get(guild.id, []) if each.id in self.channels and each.listed]

    def posted(self, channel: Channel) -> list[Message]:
        """What everybody sees in a channel, oldest first."""
        return [each for each in self.messages if each.channel == channel.id and not each.deleted and not each.only_for]
