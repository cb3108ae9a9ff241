"""The site as a process serves it."""

from __future__ import annotations

import socket

import httpx
import pytest

from adapters.web.surface import Web
from bot.commands.facade import BotService
from bot.domain.errors import SettingsError
from tests.adapters.web.conftest import free_port


async def test_an_address_that_is_taken_is_said(desk: BotService) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(SettingsError, match=f"PAPERBOY_WEB_ADDRESS 127.0.0.1:{port}: Address already in use"):
            await Web("127.0.0.1", port).listen(desk)


async def test_the_doctor_says_whether_the_address_is_free() -> None:
    (finding,) = await Web("127.0.0.1", free_port()).examine()

    assert (finding.ok, "free" in finding.detail) == (True, True)


async def test_a_slow_form_is_not_waited_for_and_others_are_answered_meanwhile(browser: httpx.AsyncClient) -> None:
    slow = socket.create_connection((browser.base_url.host, browser.base_url.port or 80))
    slow.sendall(b"POST /chat HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nline=")

    assert (await browser.get("/")).status_code == 200
    slow.close()


async def test_an_answer_on_a_connection_that_is_kept_is_not_held_back(browser: httpx.AsyncClient) -> None:
    took = [(await browser.get("/help")).elapsed.total_seconds() for _ in range(40)]

    # a server that leaves it to the network when to send answers after 40 ms and more, each time; on a busy machine one
    # of forty is quick
    assert min(took) < 0.03
