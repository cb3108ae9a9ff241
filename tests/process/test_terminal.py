from __future__ import annotations

import asyncio
import re
import signal
import socket
from pathlib import Path

from bot.commands.help import PRIVACY
from bot.commands.papers import SIMILAR
from tests.local_http import Asked, LocalHttp, Reply, json_reply
from tests.process.shipped import Paperboy
from tests.process.terminal import in_terminal

PROMPT = "paperboy›"
CTRL_C, CTRL_D, TAB, ENTER, UP = "\x03", "\x04", "\t", "\r", "\x1b[A"


async def test_a_person_at_a_terminal_is_greeted_answered_and_let_go(paperboy: Paperboy) -> None:
    async with in_terminal("run", environment=paperboy.environment({})) as terminal:
        greeting = await terminal.until(PROMPT)
        terminal.type("/why 1" + ENTER)
        await terminal.until("/similar ")
        await terminal.until(PROMPT)
        terminal.type(CTRL_D)
        code = await terminal.ended()

    assert "\x1b]8;" in greeting
    assert "Ctrl-D" in greeting
    assert code == 0


async def test_a_tab_completes_a_command(paperboy: Paperboy) -> None:
    async with in_terminal("chat", environment=paperboy.environment({})) as terminal:
        await terminal.until(PROMPT)
        terminal.type("/simi")
        await terminal.until(SIMILAR.summary)
        terminal.type(TAB)
        await terminal.until("lar")
        terminal.type(" 2604.20796" + ENTER)
        # the title of the paper itself
        await terminal.until("LLaDA2.0-Uni")


async def test_ctrl_c_clears_a_line_and_leaves_on_an_empty_one(paperboy: Paperboy) -> None:
    async with in_terminal("chat", environment=paperboy.environment({})) as terminal:
        await terminal.until(PROMPT)
        terminal.type("/why half a line")
        await terminal.until("half a line")
        terminal.type(CTRL_C + "/help privacy" + ENTER)
        await terminal.until(PRIVACY.summary)
        await terminal.until(PROMPT)
        terminal.type(CTRL_C)

        assert await terminal.ended() == 0


async def test_ctrl_c_gives_up_an_answer_and_nothing_else(paperboy: Paperboy) -> None:
    asked = asyncio.Event()

    def never(request: Asked) -> Reply:
        if request.path == "/api/daily_papers":
            return json_reply([])
        asked.set()
        return Reply(delay=60)

    async with LocalHttp(never) as server:
        sources = {"PAPERBOY_HUGGINGFACE_URL": server.url, "PAPERBOY_ARXIV_URL": server.url}
        environment = paperboy.environment({"PAPERBOY_OFFLINE": "0", **sources})
        async with in_terminal("chat", environment=environment) as terminal:
            await terminal.until(PROMPT)
            terminal.type("/paper 2401.00001" + ENTER)
            async with asyncio.timeout(60):
                await asked.wait()
            terminal.child.send_signal(signal.SIGINT)
            await terminal.until("Cancelled.")
            await terminal.until(PROMPT)
            terminal.type(CTRL_D)

            assert await terminal.ended() == 0


async def test_an_address_that_is_taken_is_said_before_any_is_announced(paperboy: Paperboy) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        environment = paperboy.environment({"PAPERBOY_WEB_ADDRESS": address})
        async with in_terminal("run", environment=environment) as terminal:
            greeting = await terminal.until(PROMPT)
            terminal.type(CTRL_D)
            code = await terminal.ended()

    assert f"PAPERBOY_WEB_ADDRESS {address}: Address already in use." in greeting
    assert "http://" + address not in greeting
    assert code == 0


async def test_the_address_of_the_site_is_announced_when_it_is_held(paperboy: Paperboy) -> None:
    environment = paperboy.environment({"PAPERBOY_WEB_ADDRESS": "127.0.0.1:0"})
    async with in_terminal("run", environment=environment) as terminal:
        greeting = await terminal.until(PROMPT)
        (port,) = re.findall(r"Also in your browser: http://127\.0\.0\.1:([0-9]+)", greeting)
        reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
        writer.write(b"GET /healthz HTTP/1.0\r\n\r\n")
        answer = await reader.read(9)
        writer.close()
        terminal.type(CTRL_D)
        await terminal.ended()

    assert int(port) > 0
    assert answer == b"HTTP/1.1 "


async def test_what_was_typed_is_remembered_by_the_next_session(paperboy: Paperboy) -> None:
    for keys in ("/help privacy", UP):
        async with in_terminal("chat", environment=paperboy.environment({})) as terminal:
            await terminal.until(PROMPT)
            terminal.type(keys + ENTER)
            await terminal.until(PRIVACY.summary)
            await terminal.until(PROMPT)
            terminal.type(CTRL_D)
            assert await terminal.ended() == 0


async def test_whatever_takes_a_while_shows_how_far_it_is(paperboy: Paperboy, tmp_path: Path) -> None:
    here, there = (f"sqlite:///{tmp_path / name}" for name in ("here.db", "there.db"))
    environment = paperboy.environment({"PAPERBOY_DATABASE_URL": here})
    async with in_terminal("index", "rebuild", environment=environment) as terminal:
        await terminal.until("Indexing")
        await terminal.until("papers are in the index")
        assert await terminal.ended() in (0, 1)
    async with in_terminal("migrate", "--from", here, "--to", there, environment=environment) as terminal:
        await terminal.until("Copying")
        await terminal.until("Everything was copied.")
        assert await terminal.ended() == 0


async def test_an_import_shows_how_far_it_is(paperboy: Paperboy, tmp_path: Path) -> None:
    archive = tmp_path / "papers.jsonl"
    archive.write_text(
        '{"id": "2603.00001", "title": "A paper of March", "upvotes": 1, "observed_at": "2026-03-09T00:00:00Z"}\n'
    )

    async with in_terminal("import", str(archive), environment=paperboy.environment({})) as terminal:
        bar = await terminal.until("100%")
        told = await terminal.until("from papers.jsonl.")

    assert "Importing" in bar
    assert "Imported 1 new paper" in told
