"""The webhook: an ASGI endpoint that checks Telegram's secret token, and a loop that keeps the webhook registered."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, NoReturn
from urllib.parse import urlsplit

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from adapters.kit.heartbeat import Heartbeat
from adapters.kit.http_server import server
from adapters.telegram.chats import NAME
from adapters.telegram.polling import NOT_ACCEPTED
from adapters.telegram.updates import WANTED
from bot.domain.errors import SettingsError
from bot.domain.log import Log

log = Log(__name__)

_SECRET_HEADER = b"x-telegram-bot-api-secret-token"
#: maximum bytes of an update; the largest real message has a tenth
_LARGEST = 1 << 20
#: maximum concurrent webhook connections from Telegram
_AT_ONCE = 20
#: seconds between checks of the registration
_CHECK_SECONDS = 20.0

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


def secret(token: str) -> str:
    """Return the webhook's secret token, derived from the bot token."""
    return hashlib.blake2b(token.encode(), digest_size=24, person=b"paperboy-hook").hexdigest()


class Hook:
    """An ASGI application for one path; it can be mounted in a larger one."""

    def __init__(self, path: str, secret: str, receive: Callable[[object], bool]) -> None:
        """`receive` tells whether it was given an update, and never raises."""
        self._path = path or "/"
        self._secret = secret.encode()
        self._receive = receive

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Receive one update. Requests without the secret get 401 before their body is read."""
        if scope["type"] != "http":
            return
        status = await self._status(scope, receive)
        headers = [(b"content-length", b"0")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def _status(self, scope: Mapping[str, Any], receive: Receive) -> int:
        if scope["path"] != self._path:
            return 404
        if scope["method"] != "POST":
            return 405
        if not hmac.compare_digest(dict(scope["headers"]).get(_SECRET_HEADER, b""), self._secret):
            log.warning("webhook request without the secret", surface=NAME)
            return 401
        body = await _body(receive)
        if body is None:
            return 413
        try:
            update = json.loads(body)
        except (ValueError, RecursionError) as error:
            log.warning("malformed update", surface=NAME, bytes=len(body), reason=type(error).__name__)
            return 400
        return 200 if self._receive(update) else 400


async def _body(receive: Receive) -> bytes | None:
    """Return the whole body; None if it is too long."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > _LARGEST:
            return None
        if not message.get("more_body"):
            return body


class Webhook:
    """Register `url` with Telegram, and serve it at `listen` ("127.0.0.1:8443") until cancelled."""

    def __init__(self, bot: Bot, url: str, listen: str, heartbeat: Heartbeat) -> None:
        self._bot = bot
        self._url = url
        self._host, _, self._port = listen.rpartition(":")
        self._heartbeat = heartbeat
        self._secret = secret(bot.token)
        self._failed_at: datetime | None = None

    async def run(self, receive: Callable[[object], bool]) -> NoReturn:
        """Serve. Raise `SettingsError` if Telegram refuses the token or the address is in use."""
        hook = Hook(urlsplit(self._url).path, self._secret, receive)
        serves = server(hook)
        with self._socket() as listening:
            serving = asyncio.create_task(serves.serve([listening]))
            registering = asyncio.create_task(self._keep_registered())
            try:
                done, _ = await asyncio.wait([serving, registering], return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
                raise RuntimeError("the webhook server stopped unexpectedly")
            finally:
                registering.cancel()
                serves.should_exit = True
                await asyncio.wait([serving, registering])

    def _socket(self) -> socket.socket:
        try:
            return socket.create_server((self._host, int(self._port)))
        except OSError as error:
            where = f"{self._host}:{self._port}"
            raise SettingsError(
                f"PAPERBOY_TELEGRAM_WEBHOOK_LISTEN: cannot listen on {where}: {error.strerror}"
            ) from None

    async def _keep_registered(self) -> NoReturn:
        """Check the registration regularly, and register again if necessary."""
        last_error = ""
        while True:
            try:
                await self._register()
                last_error = ""
                self._heartbeat.beat("listens at a webhook")
            except InvalidToken:
                raise SettingsError(NOT_ACCEPTED) from None
            except TelegramError as error:
                reason = f"{type(error).__name__}: {error.message[:120]}"
                if reason != last_error:
                    log.error("listener failed", surface=NAME, reason=reason)
                last_error = reason
            except Exception:
                # a response of a shape that the library does not expect
                log.exception("webhook check failed", surface=NAME, reference=os.urandom(4).hex())
            await asyncio.sleep(_CHECK_SECONDS)

    async def _register(self) -> None:
        info = await self._bot.get_webhook_info()
        if info.url != self._url:
            if info.url:
                log.warning("webhook replaced", surface=NAME, host=urlsplit(info.url).hostname or "")
            await self._bot.set_webhook(
                self._url, secret_token=self._secret, allowed_updates=WANTED, max_connections=_AT_ONCE
            )
        elif info.last_error_date != self._failed_at:
            log.error("webhook not reached", surface=NAME, reason=(info.last_error_message or "")[:120])
        self._failed_at = info.last_error_date
