"""Answers that are kept for a moment."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.papers import ListRange
from bot.domain.sources import FetchResult
from bot.domain.trending import Sort
from bot.query import Query
from bot.services.bundle import build_services
from bot.services.cache import TTLCache
from bot.storage import Store
from tests.builders import NOON, listing, observation, paper


async def test_many_who_ask_for_the_same_wait_for_one_answer() -> None:
    now, made = [0.0], list[int]()
    shelf = TTLCache[int](lambda: now[0], seconds=5)

    async def make() -> int:
        await asyncio.sleep(0.01)
        made.append(1)
        return len(made)

    assert await asyncio.gather(*(shelf.get("k", make) for _ in range(5))) == [1] * 5
    now[0] = 6
    assert await shelf.get("k", make) == 2


async def test_a_failure_is_not_kept() -> None:
    shelf = TTLCache[int](lambda: 0.0, seconds=5)

    async def fail() -> int:
        raise RuntimeError("once")

    async def succeed() -> int:
        return 7

    with pytest.raises(RuntimeError, match="once"):
        await shelf.get("k", fail)
    assert await shelf.get("k", succeed) == 7


async def test_what_is_kept_of_a_digest_is_no_older_than_what_was_learned(sqlite_store: Store) -> None:
    services = build_services(sqlite_store)
    learned = FetchResult(
        source="huggingface", seen_at=NOON, papers=(paper(),), listings=(listing(),), observations=(observation(),)
    )

    before = await services.digests.digest(ListRange.DAY, Sort.TRENDING, Query(), NOON)
    await sqlite_store.keep(learned)
    after = await services.digests.digest(ListRange.DAY, Sort.TRENDING, Query(), NOON)

    assert len(before.picks) == 0
    assert len(after.picks) == 1
    assert await services.digests.digest(ListRange.DAY, Sort.TRENDING, Query(), NOON) is after
