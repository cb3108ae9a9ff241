from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from adapters.kit.coalescing import Coalescer


class Counted:
    """A message that shows a number, and a number that changes."""

    def __init__(self) -> None:
        self.number = 0
        self.shown = 0
        self.writes = 0
        self.at_once = 0
        self.most_at_once = 0

    async def redraw(self) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        number = self.number
        await asyncio.sleep(0.01)
        self.shown = number
        self.writes += 1
        self.at_once -= 1


async def test_twenty_changes_at_once_cost_two_writes_and_the_last_count_is_shown() -> None:
    message = Counted()
    async with Coalescer() as coalescer:

        async def change() -> None:
            message.number += 1
            await coalescer.request("message", message.redraw)

        await asyncio.gather(*(change() for _ in range(20)))
        first = (message.shown, message.writes)
        await change()

    assert first[0] == 20
    assert first[1] <= 2
    assert (message.shown, message.writes, message.most_at_once) == (21, first[1] + 1, 1)


async def test_changes_while_it_is_written_cost_one_more_write() -> None:
    message = Counted()
    async with Coalescer() as coalescer:
        coalescer.request("message", message.redraw)
        await asyncio.sleep(0.002)
        for _ in range(19):
            message.number += 1
            last = coalescer.request("message", message.redraw)
        await last

    assert (message.shown, message.writes) == (19, 2)


async def test_messages_do_not_wait_for_each_other() -> None:
    held, message = asyncio.Event(), Counted()
    async with Coalescer(drain_seconds=0.01) as coalescer:
        coalescer.request("held", lambda: _wait(held))
        async with asyncio.timeout(30):
            await coalescer.request("message", message.redraw)

    assert message.writes == 1


async def test_the_newest_redraw_wins() -> None:
    drawn: list[str] = []

    def drawing(name: str) -> Callable[[], Awaitable[None]]:
        async def redraw() -> None:
            await asyncio.sleep(0)
            drawn.append(name)

        return redraw

    async with Coalescer() as coalescer:
        coalescer.request("message", drawing("first"))
        await asyncio.sleep(0)
        coalescer.request("message", drawing("second"))
        await coalescer.request("message", drawing("third"))

    assert drawn == ["first", "third"]


async def test_a_redraw_that_fails_is_logged_and_holds_nobody_up(caplog: pytest.LogCaptureFixture) -> None:
    async def failing() -> None:
        raise ValueError("unexpected")

    message = Counted()
    with caplog.at_level(logging.ERROR):
        async with Coalescer() as coalescer, asyncio.timeout(30):
            await coalescer.request("message", failing)
            await coalescer.request("message", message.redraw)

    assert message.writes == 1
    assert [record.message for record in caplog.records] == ["redraw failed"]


async def test_nobody_waits_for_ever_when_it_is_left() -> None:
    async with Coalescer(drain_seconds=0.01) as coalescer:
        running = coalescer.request("message", lambda: _wait(asyncio.Event()))
        await asyncio.sleep(0)
        following = coalescer.request("message", lambda: _wait(asyncio.Event()))

    async with asyncio.timeout(30):
        await running
        await following


async def _wait(event: asyncio.Event) -> None:
    await event.wait()
