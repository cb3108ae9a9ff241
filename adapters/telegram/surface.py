"""The Telegram adapter: delivers digests, and answers people by long polling or through a webhook."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from telegram import User
from telegram.error import InvalidToken, TelegramError

from adapters.kit.answering import recorded_answers
from adapters.kit.coalescing import Coalescer
from adapters.kit.heartbeat import Heartbeat
from adapters.kit.leases import process_name
from adapters.kit.queues import InboundQueue
from adapters.kit.takeover import Takeover
from adapters.telegram import render
from adapters.telegram.allowance import ALLOWANCE
from adapters.telegram.api import Api
from adapters.telegram.api_errors import edit_refused, refused, unchanged
from adapters.telegram.chats import NAME, format_chat, is_public, private_chat
from adapters.telegram.diagnostics import examine
from adapters.telegram.keyboards import KeyboardContext, keyboard
from adapters.telegram.menus import publish
from adapters.telegram.polling import NOT_ACCEPTED, Polling
from adapters.telegram.polling_lease import poll_leased, polling_lease
from adapters.telegram.public_checks import examine_public
from adapters.telegram.responder import Responder
from adapters.telegram.resumer import ANSWERED_WITHIN, UpdateResumer
from adapters.telegram.senders import is_person
from adapters.telegram.updates import Updates
from bot.commands.facade import BotService
from bot.domain.errors import DeliveryError, SettingsError
from bot.domain.health import HealthCheck
from bot.domain.log import Log
from bot.domain.operator import Operator
from bot.domain.pages import Page
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Chat, Command, Tally
from bot.domain.supervisor import Supervisor

log = Log(__name__)

#: seconds between attempts to reach Telegram at the start: the first wait, and the longest
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0

#: seconds for answering what was received before the process ends, and then for work that is cancelled after that
_DRAIN_SECONDS, _CANCEL_SECONDS = 5.0, 1.0


@dataclass(frozen=True, slots=True)
class WebhookConfig:
    """Configuration of a webhook."""

    #: the public URL that Telegram calls
    url: str
    #: the local address behind it: "127.0.0.1:8443"
    listen: str


class Telegram:
    """Paperboy on Telegram: private chats, groups, forum topics, channels and inline queries."""

    name = NAME
    #: Telegram has no idempotency key: uncertain deliveries are left to a person
    nonced = False

    def __init__(
        self,
        token: str,
        address: str,
        *,
        known: Sequence[Command] = (),
        webhook: WebhookConfig | None = None,
        allowance: Allowance = ALLOWANCE,
        drain_seconds: float = _DRAIN_SECONDS,
    ) -> None:
        """`address` is the Bot API's URL; `known` are the commands for the menus. Without a `webhook` it polls.

        On shutdown, received requests have `drain_seconds`.
        """
        self._webhook = webhook
        self.allowance = allowance
        self._token = token
        self._address = address
        self._known = known
        self._owner = process_name()
        self._drain_seconds = drain_seconds
        self._managing: Collection[str] = frozenset(command.name for command in known if command.manages)

    async def __aenter__(self) -> Self:
        self._api = Api(self._token, self._address)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._api.close()

    def parts(self, page: Page) -> Sequence[Page]:
        """As in `Surface.parts`."""
        return render.parts(page)

    async def send(self, chat: Chat, part: Page, *, nonce: str, silent: bool, role: str) -> str:
        """As in `Surface.send`; the first part mentions the `role`, which on Telegram is an @name."""
        markup = keyboard(part, await self._keyboard_context(chat))
        try:
            message = await self._api.say(chat, part, markup, silent=silent, mention=_mention(part, role))
        except TelegramError as error:
            # the library's errors may contain URLs with the token
            raise refused(chat, error) from None
        return str(message.message_id)

    async def edit(
        self, chat: Chat, message_id: str, part: Page, *, nonce: str, role: str, tallies: Mapping[str, Tally]
    ) -> None:
        """As in `EditableSurface.edit`."""
        markup = keyboard(part, replace(await self._keyboard_context(chat), tallies=tallies))
        try:
            await self._api.change(chat, int(message_id), part, markup, mention=_mention(part, role))
        except TelegramError as error:
            if not unchanged(error):
                raise edit_refused(chat, error) from None

    async def _keyboard_context(self, chat: Chat) -> KeyboardContext:
        public = is_public(chat)
        return KeyboardContext(
            public=public,
            bot=await self._api.name() if public else "",
            managing=self._managing,
            here=format_chat(chat),
        )

    manages_privately = True

    async def private_chat(self, person: str) -> Chat:
        """As in `ManagerContacts.private_chat`."""
        chat = private_chat(person)
        if not is_person(person):
            raise DeliveryError(chat, "an anonymous administrator has no private chat", permanent=True)
        return chat

    async def admin_chat(self, space: str) -> Chat | None:
        """As in `ManagerContacts.admin_chat`; Telegram has no such chat."""
        return None

    async def listen(self, service: BotService) -> None:
        """As in `Listener.listen`."""
        bot = await self._connect(service)
        async with (
            recorded_answers(service),
            Heartbeat(lambda description: service.alive(NAME, description)) as heartbeat,
            Coalescer() as redraws,
            InboundQueue(drain_seconds=_CANCEL_SECONDS) as queue,
        ):
            responder = Responder(self._api, service, self.allowance, bot, redraws)
            resumer = UpdateResumer(responder)
            supervisor = Supervisor(service.report)
            async with Takeover(service, NAME, ANSWERED_WITHIN, resumer.resume, supervisor=supervisor):
                await self._listen(service, bot.id, Updates(responder, queue), heartbeat, queue)

    async def examine(self) -> Sequence[HealthCheck]:
        """As in `Listener.examine`."""
        return await examine(self._api, self._webhook.url if self._webhook else "")

    async def examine_public(self, operator: Operator) -> Sequence[HealthCheck]:
        """As in `PublicDiagnosable`."""
        return await examine_public(self._api, self._known, operator)

    async def _listen(
        self, service: BotService, bot: int, updates: Updates, heartbeat: Heartbeat, queue: InboundQueue
    ) -> None:
        if self._webhook is None:
            polling = Polling(self._api, updates.receive, heartbeat)

            async def finish() -> None:
                await self._drain(queue)
                await polling.confirm()

            await poll_leased(polling_lease(service.shards, bot, self._owner), polling.run, finish)
            return
        from adapters.telegram.webhook import Webhook  # only a webhook needs a web server

        try:
            await Webhook(self._api.bot, self._webhook.url, self._webhook.listen, heartbeat).run(updates.receive)
        finally:
            await self._drain(queue)

    async def _drain(self, queue: InboundQueue) -> None:
        """Answer what was received, as Telegram does not send it again."""
        if not await queue.drain(self._drain_seconds):
            log.warning("not everything answered before the end", surface=NAME)

    async def _connect(self, service: BotService) -> User:
        """Get the bot's account and set the menus, retrying while Telegram cannot be reached."""
        wait = _FIRST_WAIT
        while True:
            try:
                bot = await self._api.me()
                await publish(self._api.bot, service.known)
            except InvalidToken:
                raise SettingsError(NOT_ACCEPTED) from None
            except TelegramError as error:
                log.error("listener failed", surface=NAME, reason=f"{type(error).__name__}: {error.message[:120]}")
            except Exception:
                # a response of a shape that the library does not expect
                log.exception("listener failed", surface=NAME, reference=os.urandom(4).hex())
            else:
                return bot
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)


def _mention(part: Page, role: str) -> str:
    """Return the @name that the first part of a digest mentions; empty for none."""
    return role if role.startswith("@") and not part.continues else ""
