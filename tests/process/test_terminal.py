from __future__ import annotations

from tests.process.shipped import Paperboy
from tests.process.terminal import in_terminal


async def test_a_person_at_a_terminal_is_greeted_answered_and_let_go(paperboy: Paperboy):
    async with in_terminal("run", environment=paperboy.environment({})) as (terminal, child):
        greeting = await terminal.until("paperboy›")
        terminal.type("/why 1\r")
        answer = await terminal.until("in all")
        terminal.type("\x04")
        code = await child.wait()

    assert "Trending papers" in greeting
    assert "\x1b]8;" in greeting
    assert "Ask for a topic, or type /help." in greeting
    assert "is here" in answer
    assert code == 0


async def test_a_tab_completes_a_command_and_what_may_follow_it(paperboy: Paperboy):
    async with in_terminal("chat", environment=paperboy.environment({})) as (terminal, child):
        await terminal.until("paperboy›")
        terminal.type("/simi\t")
        await terminal.until("lar")
        terminal.type(" 2604.20796\r")
        await terminal.until("Close to")
        terminal.type("/exit\r")
        code = await child.wait()

    assert code == 0


async def test_what_was_typed_is_remembered_by_the_next_session(paperboy: Paperboy):
    for keys in ("/help privacy\r", "\x1b[A\r"):
        async with in_terminal("chat", environment=paperboy.environment({})) as (terminal, child):
            await terminal.until("paperboy›")
            terminal.type(keys)
            await terminal.until("What is kept of you")
            terminal.type("\x04")
            assert await child.wait() == 0
