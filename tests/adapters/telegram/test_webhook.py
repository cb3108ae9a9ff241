from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator

import httpx
import pytest

from adapters.kit.tls import trusted
from adapters.telegram.surface import Telegram, WebhookConfig
from adapters.telegram.webhook import secret
from bot.commands import COMMANDS
from bot.commands.facade import BotService
from bot.domain.errors import SettingsError
from bot.domain.rate_limits import Allowance
from bot.services.bundle import build_services
from bot.storage import Store
from tests.adapters.telegram.conftest import NOW, listening
from tests.adapters.telegram.server import TOKEN, LocalTelegram
from tests.adapters.telegram.world import Person

UPDATE = {"update_id": 1, "message": {}}


@pytest.fixture
def door() -> WebhookConfig:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return WebhookConfig(f"http://127.0.0.1:{port}/telegram", f"127.0.0.1:{port}")


@pytest.fixture
async def behind(
    server: LocalTelegram, door: WebhookConfig, sample_store: Store, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Telegram]:
    """A bot that Telegram comes to."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    telegram = Telegram(TOKEN, server.url, known=COMMANDS, webhook=door, allowance=Allowance())
    async with telegram as surface, listening(surface, sample_store):
        await server.until(lambda: server.count("setWebhook") == 1)
        yield surface


@pytest.fixture
def ada(server: LocalTelegram) -> Person:
    return server.world.add_person("Ada", 7)


async def posted(
    door: WebhookConfig, *, shown: str = "", method: str = "POST", path: str = "", body: bytes = b"{}"
) -> int:
    headers = {"X-Telegram-Bot-Api-Secret-Token": shown} if shown else {}
    async with httpx.AsyncClient(verify=trusted()) as client:
        return (await client.request(method, door.url + path, headers=headers, content=body)).status_code


async def test_what_telegram_brings_is_answered(server: LocalTelegram, behind: Telegram, ada: Person) -> None:
    await server.say(ada, "/privacy")

    assert "/forget" in (await server.next_message(ada)).text
    assert server.count("getUpdates") == 0


async def test_a_stranger_is_told_so_and_nothing_is_done(
    server: LocalTelegram, behind: Telegram, door: WebhookConfig, ada: Person
) -> None:
    before = len(server.calls)

    statuses = [await posted(door, shown=shown) for shown in ("", "wrong", secret("42:another"))]
    other = [await posted(door, method="GET"), await posted(door, path="/elsewhere")]

    assert statuses == [401, 401, 401]
    assert other == [405, 404]
    assert len(server.calls) == before


NO_UPDATES = [
    b"{",
    b"",
    b"{}",
    b"[1]",
    b'"x"',
    b"5",
    b"null",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"\xff\xfe\x00",
    b'{"update_id": "7"}',
    b'{"update_id": -1}',
    b'{"update_id": true}',
    b'{"update_id": 1' + b"0" * 5_000 + b"}",
    b'{"update_id": 1e3}',
    b'{"message": {}}',
]


async def test_a_body_that_is_no_update_is_refused_with_one_line_in_the_log(
    server: LocalTelegram, behind: Telegram, door: WebhookConfig, ada: Person, caplog: pytest.LogCaptureFixture
) -> None:
    for body in NO_UPDATES:
        caplog.clear()
        with caplog.at_level(logging.INFO):
            assert await posted(door, shown=secret(TOKEN), body=body) == 400
        lines = [record for record in caplog.records if record.name.startswith("adapters")]
        assert [record.message for record in lines] == ["malformed update"], body[:24]
        assert not [record for record in caplog.records if record.levelno >= logging.ERROR]

    await server.say(ada, "/privacy")
    assert "/forget" in (await server.next_message(ada)).text


async def test_an_update_that_cannot_be_read_is_taken_so_that_it_does_not_come_again(
    behind: Telegram, door: WebhookConfig, caplog: pytest.LogCaptureFixture
) -> None:
    body = b'{"update_id": 7, "message": {"message_id": 5, "chat": {"id": 777, "type": "private"}}}'

    with caplog.at_level(logging.INFO):
        assert await posted(door, shown=secret(TOKEN), body=body) == 200

    (skipped,) = [record for record in caplog.records if record.message == "update skipped"]
    assert skipped.facts["update"] == 7  # type: ignore[attr-defined]


async def test_a_body_that_is_too_long_is_refused(behind: Telegram, door: WebhookConfig) -> None:
    assert await posted(door, shown=secret(TOKEN), body=b" " * (2 << 20)) == 413


async def test_the_secret_is_one_that_telegram_takes_and_tells_nothing_of_the_token() -> None:
    assert 1 <= len(secret(TOKEN)) <= 256
    assert secret(TOKEN).isalnum()
    assert secret(TOKEN) != secret("42:another")


async def test_the_doctor_knows_its_own_webhook(behind: Telegram) -> None:
    *_, hook = await behind.examine()

    assert hook.ok
    assert "127.0.0.1" in hook.detail


async def test_a_port_that_is_taken_is_for_the_operator(
    server: LocalTelegram, door: WebhookConfig, sample_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    host, _, port = door.listen.rpartition(":")

    with socket.create_server((host, int(port))):
        async with Telegram(TOKEN, server.url, webhook=door) as surface, asyncio.timeout(10):
            with pytest.raises(SettingsError, match="PAPERBOY_TELEGRAM_WEBHOOK_LISTEN"):
                await surface.listen(BotService(build_services(sample_store), lambda: NOW))
