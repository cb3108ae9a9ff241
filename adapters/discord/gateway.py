"""The gateway client: receives interactions, and events about channels, servers and permissions, through discord.py
with a minimum of intents and caches.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import discord

from adapters.discord.deleted_channels import pause_deleted
from adapters.discord.event_parsers import FaultTolerantParsers
from adapters.discord.interactions import minimal_interaction, parse_interaction, server_language
from adapters.discord.message_sender import MessageSender
from adapters.discord.permissions import missing
from adapters.discord.responder import DiscordResponder
from adapters.discord.rest import Rest
from adapters.discord.server_greeting import greet
from adapters.kit.chat_languages import ChatLanguages
from bot.commands.facade import BotService
from bot.domain.i18n import tr
from bot.domain.log import Log
from bot.domain.requests import Chat

log = Log(__name__)

_NAME = "discord"
_READY_SECONDS = 1.0
#: seconds for telling people with a deferred reply that no answer will follow
_APOLOGY_SECONDS = 2.0


class GatewayClient(discord.AutoShardedClient):
    """Receive interactions, and events that make channels reachable or unreachable."""

    def __init__(
        self, service: BotService, rest: Rest, posts: MessageSender, shards: range, among: int, *, finish_within: float
    ) -> None:
        """`shards` of `among` belong to this process. On shutdown, running work has `finish_within` seconds."""
        super().__init__(
            intents=discord.Intents(guilds=True),
            shard_ids=list(shards),
            shard_count=among,
            # an interaction carries its user; nothing else about members and messages is needed
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=_READY_SECONDS,
        )
        # all connections of the client share this table; discord.py has no other hook to guard its event parsers
        self._connection.parsers = FaultTolerantParsers(self._connection.parsers, self._on_unparsed)
        self._service = service
        self._rest = rest
        self._posts = posts
        self.languages = ChatLanguages(service.suggest_language)
        self.responder: DiscordResponder | None = None
        self._closing = False
        self._finish_within = finish_within
        self._resume_lock = asyncio.Lock()
        self._running: set[asyncio.Task[object]] = set()

    @property
    def listening_status(self) -> str:
        """Return a description of the connection for the heartbeat; empty while any shard is disconnected."""
        if not self.is_ready() or any(shard.is_closed() for shard in self.shards.values()):
            return ""
        return f"servers: {len(self.guilds)}, shards: {len(self.shards)}"

    def guild_of(self, channel: str) -> str:
        """As in `ChannelDirectory`."""
        found = self.get_channel(int(channel)) if channel.isdecimal() else None
        guild = getattr(found, "guild", None)
        return str(guild.id) if guild else ""

    def name_of(self, channel: str) -> str:
        """As in `ChannelDirectory`."""
        found = self.get_channel(int(channel)) if channel.isdecimal() else None
        return str(getattr(found, "name", None) or "")

    def allowed(self, channel: str) -> tuple[int, int] | None:
        """As in `ChannelDirectory`."""
        found = self.get_channel(int(channel)) if channel.isdecimal() else None
        if not isinstance(found, discord.abc.GuildChannel | discord.Thread) or found.guild.me is None:
            return None
        return found.type.value, found.permissions_for(found.guild.me).value

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Handle a command, button, menu, form or completion."""
        with self._tracked():
            if self.responder is None:
                return
            try:
                found = parse_interaction(interaction)
            except Exception:
                reference = os.urandom(4).hex()
                log.exception("interaction not parsed", reference=reference, type=interaction.type.value)
            else:
                if found is not None:
                    await self.responder.respond(found)
                    return
                reference = os.urandom(4).hex()
                log.warning("interaction not understood", reference=reference, type=interaction.type.value)
            await self._answer_unparsed(
                {
                    "id": str(interaction.id),
                    "application_id": str(interaction.application_id),
                    "token": interaction.token,
                    "type": interaction.type.value,
                    "locale": str(interaction.locale),
                },
                reference,
            )

    def _on_unparsed(self, event: str, data: object, reference: str) -> None:
        """Answer an interaction that could not be parsed with the reference in the log."""
        if event == "INTERACTION_CREATE" and not self._closing:
            task = asyncio.get_running_loop().create_task(self._answer_unparsed(data, reference))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _answer_unparsed(self, payload: object, reference: str) -> None:
        found = minimal_interaction(payload)
        if found is not None and self.responder is not None:
            await self.responder.answer_unparsed(found, reference)

    async def on_ready(self) -> None:
        """Record the servers that removed the bot while no process was connected."""
        with self._tracked():
            there = {str(guild.id) for guild in self.guilds}
            for server in await self._service.known_spaces(_NAME):
                if server not in there and self._is_ours(server):
                    await self._service.removed_from(_NAME, server)

    def _is_ours(self, server: str) -> bool:
        """Return whether a server belongs to one of the shards of this process."""
        return server.isdecimal() and (int(server) >> 22) % (self.shard_count or 1) in self.shards

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Resume what was paused: permissions may have changed before connecting or during an outage."""
        with self._tracked():
            await self._arrived(guild)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Resume what was paused, as the bot was added, perhaps again; suggest the server's language."""
        with self._tracked():
            await self._arrived(guild)
            language = server_language(str(guild.preferred_locale))
            for channel in self._postable(guild.channels):
                await self.languages.suggest(Chat(_NAME, channel), language)
            await greet(self._service, self._posts, str(guild.id), self._greetable(guild), language)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Pause the server's subscriptions: the bot was removed, or the server deleted."""
        with self._tracked():
            channels = [str(each.id) for each in (*guild.channels, *guild.threads)]
            reason = tr("the bot was removed from the server")
            await self._service.lost(_NAME, channels, reason, removed=True, space=str(guild.id))

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Pause the subscriptions of a deleted channel and its threads."""
        with self._tracked():
            threads = [thread for thread in channel.guild.threads if thread.parent_id == channel.id]
            # managers can find its subscriptions only by what is known of it now
            await self._note_names(channel.guild, (channel, *threads))
            ids = [str(channel.id), *(str(thread.id) for thread in threads)]
            await self._service.lost(_NAME, ids, tr("the channel was deleted"), removed=True)

    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        """Resume what was paused, as permissions of the channel may have changed; save its new name."""
        with self._tracked():
            if before.overwrites != after.overwrites:
                await self._regained(after.guild, only=after)
            if before.name != after.name:
                await self._note_names(after.guild, (after,))

    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """Resume what was paused: a role change may affect all channels."""
        with self._tracked():
            if before.permissions != after.permissions:
                await self._regained(after.guild)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Pause the subscriptions of a deleted thread."""
        with self._tracked():
            await self._service.lost(_NAME, [str(payload.thread_id)], tr("the thread was deleted"), removed=True)

    async def on_raw_thread_update(self, payload: discord.RawThreadUpdateEvent) -> None:
        """Pause on lock, resume on unlock. An archived thread reopens by itself when something is posted in it."""
        with self._tracked():
            locked = payload.data.get("thread_metadata", {}).get("locked", False)
            if locked:
                await self._service.lost(_NAME, [str(payload.thread_id)], tr("the thread is locked"))
            else:
                await self._service.regained(_NAME, [str(payload.thread_id)])

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """Log a bug in one event handler; other events are not affected."""
        log.exception("event not handled", reference=os.urandom(4).hex(), on=event_method)

    def dispatch(self, event: str, /, *args: object, **kwargs: object) -> None:
        """Dispatch no further events during shutdown."""
        if not self._closing:
            super().dispatch(event, *args, **kwargs)

    async def close(self) -> None:
        """Close the connection once running work has finished."""
        self._closing = True
        if self._running:
            _, left = await asyncio.wait(self._running, timeout=self._finish_within)
            for task in left:
                task.cancel()
            if left:
                # tell people with a deferred reply that there will be no answer
                await asyncio.wait(left, timeout=_APOLOGY_SECONDS)
        await super().close()

    @contextmanager
    def _tracked(self) -> Iterator[None]:
        """Track running handlers: discord.py does not keep its tasks, and ours must not be cancelled half-way."""
        task = asyncio.current_task()
        if task is not None:
            self._running.add(task)
        try:
            yield
        finally:
            self._running.discard(task)

    async def _arrived(self, guild: discord.Guild) -> None:
        """Bring what is known of a server up to date: nothing was heard of it until now."""
        channels = (*guild.channels, *guild.threads)
        await self._regained(guild)
        await self._note_names(guild, channels)
        await pause_deleted(self._service, self._rest, str(guild.id), {str(each.id) for each in channels})

    async def _regained(self, guild: discord.Guild, only: discord.abc.GuildChannel | None = None) -> None:
        channels = (only,) if only else (*guild.channels, *guild.threads)
        # after connecting, thousands of servers arrive at once
        async with self._resume_lock:
            await self._service.returned(_NAME, [str(channel.id) for channel in channels])
            await self._service.regained(_NAME, self._postable(channels))

    async def _note_names(
        self, guild: discord.Guild, channels: Iterable[discord.abc.GuildChannel | discord.Thread]
    ) -> None:
        """Save the names of channels with subscriptions, so that managers find them after they were deleted."""
        names = {str(channel.id): f"#{channel.name}" for channel in channels}
        async with self._resume_lock:
            await self._service.note_chats(_NAME, str(guild.id), names)

    def _greetable(self, guild: discord.Guild) -> list[str]:
        """Return the text channels in which a new server may be greeted, best first."""
        inviting = (guild.system_channel, *sorted(guild.text_channels, key=lambda each: (each.position, each.id)))
        return list(dict.fromkeys(self._postable(each for each in inviting if each is not None)))

    def _postable(self, channels: Iterable[discord.abc.GuildChannel | discord.Thread]) -> list[str]:
        """Return the ids of the channels in which the bot may post."""
        allowed = ((str(channel.id), self.allowed(str(channel.id))) for channel in channels)
        return [id for id, may in allowed if may and not missing(*may)]
