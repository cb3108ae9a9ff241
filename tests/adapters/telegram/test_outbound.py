"""Calls for people who wait, by a clock that the test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from telegram.error import Forbidden, NetworkError, RetryAfter

from adapters.telegram.api import Api
from adapters.telegram.outbound import ANSWER_SECONDS, NoTurn, Outbound
from bot.domain.errors import StoreError
from bot.domain.pages import Page
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Chat
from tests.adapters.kit.clocks import ManualClock
from tests.adapters.telegram.server import TOKEN, Fault, LocalTelegram

ADA = Chat("telegram", "7")
PAGE = Page(title="Answer")


class RecordedTurns:
    """Grants turns as told: True, False, or an error."""

    def __init__(self, *granted: bool | Exception) -> None:
        self.granted = list(granted)
        self.asked = 0

    async def answering(self, allowance: Allowance, chat: Chat) -> bool:
        self.asked += 1
        granted = self.granted.pop(0) if self.granted else True
        if isinstance(granted, Exception):
            raise granted
        return granted


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def api(server: LocalTelegram, clock: ManualClock) -> AsyncIterator[Api]:
    server.world.add_person("Ada", 7)
    async with Api(TOKEN, server.url, clock) as opened:
        yield opened


def made(api: Api, clock: ManualClock, turns: RecordedTurns, allowance: Allowance | None = None) -> Outbound:
    return Outbound(api, turns, allowance or Allowance(), clock=clock, sleep=clock.sleep)


async def test_a_limit_is_waited_out_to_the_second_and_each_try_has_a_turn(
    api: Api, server: LocalTelegram, clock: ManualClock
) -> None:
    turns = RecordedTurns()
    server.fail("sendMessage", Fault("502"))
    server.refuse("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1)

    await made(api, clock, turns).say(ADA, PAGE)

    assert clock.slept == [0.5, 1]
    assert len(server.world.of(7)) == 1
    assert turns.asked == 3


async def test_a_limit_beyond_the_deadline_is_not_waited_out(
    api: Api, server: LocalTelegram, clock: ManualClock
) -> None:
    wait = int(ANSWER_SECONDS) + 1
    server.refuse("sendMessage", 429, f"Too Many Requests: retry after {wait}", retry_after=wait)

    with pytest.raises(RetryAfter):
        await made(api, clock, RecordedTurns()).say(ADA, PAGE)

    assert clock.slept == []


async def test_an_outage_is_outlasted_until_the_deadline(api: Api, server: LocalTelegram, clock: ManualClock) -> None:
    server.fail("sendMessage", *[Fault("502")] * 100)

    with pytest.raises(NetworkError):
        await made(api, clock, RecordedTurns()).say(ADA, PAGE)

    assert ANSWER_SECONDS - 8 <= sum(clock.slept) < ANSWER_SECONDS
    assert server.world.of(7) == []


async def test_a_refusal_is_not_repeated(api: Api, server: LocalTelegram, clock: ManualClock) -> None:
    server.world.places[7].bot = "kicked"

    with pytest.raises(Forbidden):
        await made(api, clock, RecordedTurns()).say(ADA, PAGE)

    assert server.count("sendMessage") == 1


async def test_a_chat_whose_limit_is_reached_is_asked_about_again(
    api: Api, server: LocalTelegram, clock: ManualClock
) -> None:

    await made(api, clock, RecordedTurns(False, False)).say(ADA, PAGE)
    with pytest.raises(NoTurn):
        await made(api, clock, RecordedTurns(*[False] * 100)).say(ADA, PAGE)

    assert len(server.world.of(7)) == 1


async def test_a_database_that_gives_no_turns_silences_nobody(
    api: Api, server: LocalTelegram, clock: ManualClock
) -> None:
    turns = RecordedTurns(StoreError("the disk is full"))
    outbound = made(api, clock, turns, Allowance(per_chat_second=1))

    for _ in range(3):
        await outbound.say(ADA, PAGE)
    clock.now += 60
    await outbound.say(ADA, PAGE)

    # the limit of the chat is kept from memory meanwhile, and the database is not asked each time
    assert clock.slept == [0, 1, 1]
    assert turns.asked == 2
    assert len(server.world.of(7)) == 4
