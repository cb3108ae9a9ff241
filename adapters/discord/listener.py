"""The listener: registers slash commands, runs the gateway client under a shard lease, and writes heartbeats."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import partial

import discord
import yarl
from discord.gateway import DiscordWebSocket, KeepAliveHandler
from discord.http import Route

from adapters.discord.components import Json
from adapters.discord.config import DiscordConfig
from adapters.discord.context import RegisteredCommands
from adapters.discord.gateway import GatewayClient
from adapters.discord.handler import InteractionHandler
from adapters.discord.interaction_reply import Deadlines
from adapters.discord.message_sender import MessageSender
from adapters.discord.responder import DiscordResponder
from adapters.discord.rest import ApiError, Rest
from adapters.discord.resumer import ANSWERED_WITHIN, NAME, InteractionResumer
from adapters.discord.schema import Application, GatewayAddress
from adapters.discord.shard_lease import managed
from adapters.discord.slash_commands import commands, same
from adapters.kit.answering import recorded_answers
from adapters.kit.coalescing import Coalescer
from adapters.kit.leases import LeaseManager
from adapters.kit.queues import InboundQueue
from adapters.kit.takeover import Takeover
from bot.commands.facade import BotService
from bot.domain.errors import SettingsError, StoreError
from bot.domain.log import Log
from bot.domain.requests import Chat
from bot.domain.sharding import ShardLease, ShardRange
from bot.domain.supervisor import Supervisor

log = Log(__name__)

#: session starts kept in reserve for the operator; Discord resets the token of a bot that exceeds its limit
_RESERVED_STARTS = 20
_HEARTBEAT_SECONDS, _CONNECTING_SECONDS = 20.0, 0.5
_LEAVE_SECONDS = 10.0
#: seconds for work that nobody waits for any more
_DRAIN_SECONDS = 1.0
_TOKEN_REFUSED = "Discord rejects PAPERBOY_DISCORD_TOKEN. Create a new token in the developer portal, under Bot."  # noqa: S105 - a sentence


async def listen(
    access: DiscordConfig,
    rest: Rest,
    service: BotService,
    *,
    owner: str,
    deadlines: Deadlines,
    registered: RegisteredCommands,
) -> None:
    """Listen until cancelled. Raise `SettingsError` if the operator must act, and any other error that ends the
    connection.

    `owner` identifies this process; while another process holds the shards, this one waits. The ids of the commands are
    stored in `registered`.
    """
    application, address = await _log_in(rest)
    first, last, among = access.shards or (0, address.shards - 1, address.shards)
    lease = ShardLease(application=application.id, owner=owner, shards=ShardRange(first, last, among))
    leases = managed(service.shards, lease)
    await leases.acquire()
    try:
        # while it waits, this version must not change the commands of the one that listens
        registered.ids = await register(rest, service, application)
        _require_session_starts(await rest.get("/gateway/bot", GatewayAddress))
        _set_addresses(access.api, access.gateway or address.url)
        posts = MessageSender(rest, commands=registered)
        async with (
            recorded_answers(service),
            InboundQueue(drain_seconds=_DRAIN_SECONDS) as queue,
            Coalescer(drain_seconds=_DRAIN_SECONDS) as coalescer,
            GatewayClient(
                service, rest, posts, range(first, last + 1), among, finish_within=deadlines.finish_within
            ) as client,
        ):

            def suggest(chat: Chat, language: str) -> None:
                queue.start(partial(client.languages.suggest, chat, language))

            handler = InteractionHandler(service, client, suggest)
            responder = client.responder = DiscordResponder(
                rest, service, handler, queue, coalescer, deadlines=deadlines, registered=registered
            )
            resumer = InteractionResumer(rest, service, responder, deadlines)
            # rights in other channels are known once the client is ready
            async with Takeover(
                service,
                NAME,
                ANSWERED_WITHIN,
                resumer.resume,
                ready=client.wait_until_ready,
                supervisor=Supervisor(service.report),
            ):
                await _run_gateway(client, access.token, service, leases)
    finally:
        await leases.release()


async def _log_in(rest: Rest) -> tuple[Application, GatewayAddress]:
    """Return the bot's application and the gateway. Raise `SettingsError` if the token is refused."""
    try:
        return await rest.get("/applications/@me", Application), await rest.get("/gateway/bot", GatewayAddress)
    except ApiError as refusal:
        if refusal.status == 401:
            raise SettingsError(_TOKEN_REFUSED) from None
        raise


async def register(rest: Rest, service: BotService, application: Application) -> Mapping[str, str]:
    """Register the slash commands if they differ from those registered. Return their ids by name."""
    installs = [int(kind) for kind in application.integration_types_config] or [0]
    ours = commands(service.known, installs)
    path = f"/applications/{application.id}/commands"
    theirs = await rest.get(path, list[Json], with_localizations="true")
    if not same(ours, theirs):
        await rest.put(path, ours)
        theirs = await rest.get(path, list[Json])
        log.info("commands registered", commands=len(ours))
    return {str(each["name"]): str(each["id"]) for each in theirs if "id" in each}


def _require_session_starts(address: GatewayAddress) -> None:
    left = address.session_start_limit
    if left.remaining <= _RESERVED_STARTS + address.shards:
        hours = left.reset_after / 3_600_000
        raise SettingsError(
            f"Discord allows only {left.remaining} more sessions in the next {hours:.1f} h, and resets the token of "
            "a bot that starts more. Something starts sessions too often. Digests are still delivered."
        )


def _set_addresses(api: str, gateway: str) -> None:
    # discord.py reads both addresses from class attributes; a process connects to one Discord only
    Route.BASE = api
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)


async def _run_gateway(client: GatewayClient, token: str, service: BotService, leases: LeaseManager) -> None:
    """Run the gateway client until it fails or another process has taken the shards."""
    gateway = asyncio.create_task(client.start(token), name="discord gateway")
    leaving = asyncio.Event()
    heartbeats = asyncio.create_task(_write_heartbeats(client, service, leaving), name="discord heartbeats")
    handing_over = asyncio.Event()
    renewing = asyncio.create_task(
        leases.renew_until(lambda: bool(client.listening_status), handing_over), name="discord shards"
    )
    try:
        await asyncio.wait([gateway, heartbeats, renewing], return_when=asyncio.FIRST_COMPLETED)
        for task in (gateway, heartbeats, renewing):
            if task.done():
                task.result()
    except discord.LoginFailure:
        raise SettingsError(_TOKEN_REFUSED) from None
    except discord.PrivilegedIntentsRequired as error:
        raise SettingsError(f"Discord refuses the gateway intents: {error}") from None
    except discord.ConnectionClosed as error:
        if error.code == 4004:
            raise SettingsError(_TOKEN_REFUSED) from None
        raise
    finally:
        handing_over.set()
        # a renewal in progress must end before the hand-over
        await asyncio.wait([renewing], timeout=_LEAVE_SECONDS)
        renewing.cancel()
        if not gateway.done():
            await leases.hand_over()
        leaving.set()
        gateway.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(_LEAVE_SECONDS):
                # discord.py swallows cancellation while reconnecting; `close` ends it in any case
                await client.close()
                await asyncio.wait((gateway, heartbeats))
        _stop_keep_alive_threads()


async def _write_heartbeat(service: BotService, status: str) -> None:
    """Write a heartbeat. A failure (such as a full disk) is logged and does not end the listener."""
    try:
        await service.alive("discord", status)
    except StoreError as error:
        log.warning("heartbeat not written", reason=str(error))
    except Exception:
        log.exception("heartbeat not written", reference=os.urandom(4).hex())


def _stop_keep_alive_threads() -> None:
    """Stop leftover keep-alive threads: discord.py leaves one behind if a connection attempt is cancelled."""
    for thread in threading.enumerate():
        if isinstance(thread, KeepAliveHandler):
            thread.stop()


async def _write_heartbeats(client: GatewayClient, service: BotService, leaving: asyncio.Event) -> None:
    """Write heartbeats while every shard is connected. A write in progress is never cancelled."""
    while not leaving.is_set():
        if status := client.listening_status:
            await _write_heartbeat(service, status)
        with suppress(TimeoutError):
            async with asyncio.timeout(_HEARTBEAT_SECONDS if status else _CONNECTING_SECONDS):
                await leaving.wait()
