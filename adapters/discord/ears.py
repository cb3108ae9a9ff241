"""The gateway: discord.py, with as little of it awake as we need."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager

import discord

from adapters.discord.asked import asked, unreadable
from adapters.discord.guarding import GuardedParsers
from adapters.discord.permissions import missing
from adapters.discord.responding import Responder
from bot.desk import Desk
from bot.logs import Log

log = Log(__name__)

_NAME = "discord"
_READY_SECONDS = 1.0
#: how long it may take to tell who was promised an answer that there will be none
_APOLOGY_SECONDS = 2.0


class Ears(discord.AutoShardedClient):
    """Hears what people do, and what becomes of channels."""

    def __init__(self, desk: Desk, shards: range, among: int, *, finish_within: float) -> None:
        """`shards` of `among` are this process's own. What is under way at the end may take `finish_within` seconds."""
        super().__init__(
            intents=discord.Intents(guilds=True),
            shard_ids=list(shards),
            shard_count=among,
            # whoever asks is in the question itself, and nothing else of people and messages is looked at
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=_READY_SECONDS,
        )
        # the table that every connection of the client reads; discord.py has no other place to guard its parsers
        self._connection.parsers = GuardedParsers(self._connection.parsers, self._unread)
        self._desk = desk
        self.responder: Responder | None = None
        self._leaving = False
        self._finish_within = finish_within
        self._one_at_a_time = asyncio.Lock()
        self._under_way: set[asyncio.Task[object]] = set()

    @property
    def hears(self) -> str:
        """What is heard, in a clause; empty while any shard is not."""
        if not self.is_ready() or any(shard.is_closed() for shard in self.shards.values()):
            return ""
        shards = f" on {len(self.shards)} shards" if len(self.shards) > 1 else ""
        return f"listens in {len(self.guilds)} servers{shards}"

    def guild_of(self, channel: str) -> str:
        """As `Places`."""
        found = self.get_channel(int(channel)) if channel.isdecimal() else None
        guild = getattr(found, "guild", None)
        return str(guild.id) if guild else ""

    def allowed(self, channel: str) -> tuple[int, int] | None:
        """As `Places`."""
        found = self.get_channel(int(channel)) if channel.isdecimal() else None
        if not isinstance(found, discord.abc.GuildChannel | discord.Thread) or found.guild.me is None:
            return None
        return found.type.value, found.permissions_for(found.guild.me).value

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Somebody did something."""
        with self._counted():
            if self.responder is None:
                return
            try:
                found = asked(interaction)
            except Exception:
                reference = os.urandom(4).hex()
                log.exception("interaction not read", reference=reference, type=interaction.type.value)
            else:
                if found is not None:
                    await self.responder.respond(found)
                    return
                reference = os.urandom(4).hex()
                log.warning("interaction not understood", reference=reference, type=interaction.type.value)
            await self._answer_unread(
                {
                    "id": str(interaction.id),
                    "application_id": str(interaction.application_id),
                    "token": interaction.token,
                    "type": interaction.type.value,
                },
                reference,
            )

    def _unread(self, event: str, data: object, reference: str) -> None:
        """An event was not read. Who did something is told so, even then."""
        if event == "INTERACTION_CREATE" and not self._leaving:
            task = asyncio.get_running_loop().create_task(self._answer_unread(data, reference))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _answer_unread(self, payload: object, reference: str) -> None:
        found = unreadable(payload)
        if found is not None and self.responder is not None:
            await self.responder.unread(found, reference)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Heard for the first time, or after an outage: much may have changed while nobody listened."""
        with self._counted():
            await self._regained(guild)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Invited, again perhaps."""
        with self._counted():
            await self._regained(guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Thrown out, or the server is gone."""
        with self._counted():
            places = [str(place.id) for place in (*guild.channels, *guild.threads)]
            await self._desk.lost(_NAME, places, "the bot was removed from the server")

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Gone, with its threads."""
        with self._counted():
            threads = [thread.id for thread in channel.guild.threads if thread.parent_id == channel.id]
            await self._desk.lost(_NAME, [str(id) for id in (channel.id, *threads)], "the channel was deleted")

    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        """Something may be allowed now that was not."""
        with self._counted():
            if before.overwrites != after.overwrites:
                await self._regained(after.guild, only=after)

    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """The same for all channels."""
        with self._counted():
            if before.permissions != after.permissions:
                await self._regained(after.guild)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Gone."""
        with self._counted():
            await self._desk.lost(_NAME, [str(payload.thread_id)], "the thread was deleted")

    async def on_raw_thread_update(self, payload: discord.RawThreadUpdateEvent) -> None:
        """Locked, or open again. An archived one opens by itself when something is posted in it."""
        with self._counted():
            locked = payload.data.get("thread_metadata", {}).get("locked", False)
            if locked:
                await self._desk.lost(_NAME, [str(payload.thread_id)], "the thread is locked")
            else:
                await self._desk.regained(_NAME, [str(payload.thread_id)])

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """A fault of ours in one event, which leaves the others alone."""
        log.exception("event not handled", reference=os.urandom(4).hex(), on=event_method)

    def dispatch(self, event: str, /, *args: object, **kwargs: object) -> None:
        """Nothing is begun any more by who is leaving."""
        if not self._leaving:
            super().dispatch(event, *args, **kwargs)

    async def close(self) -> None:
        """Leave, when what was begun for people is done."""
        self._leaving = True
        if self._under_way:
            _, left = await asyncio.wait(self._under_way, timeout=self._finish_within)
            for task in left:
                task.cancel()
            if left:
                # who was promised an answer is told that there will be none
                await asyncio.wait(left, timeout=_APOLOGY_SECONDS)
        await super().close()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Events run in tasks that discord.py forgets; nothing of ours may be cut in the middle."""
        task = asyncio.current_task()
        if task is not None:
            self._under_way.add(task)
        try:
            yield
        finally:
            self._under_way.discard(task)

    async def _regained(self, guild: discord.Guild, only: discord.abc.GuildChannel | None = None) -> None:
        places = (only,) if only else (*guild.channels, *guild.threads)
        allowed = ((str(place.id), self.allowed(str(place.id))) for place in places)
        # thousands of servers come at once when somebody begins to listen
        async with self._one_at_a_time:
            await self._desk.regained(_NAME, [id for id, may in allowed if may and not missing(*may)])
