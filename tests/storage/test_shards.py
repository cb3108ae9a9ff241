"""Leases of shards: two processes, one database, each server listened to by one of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.requests import Chat
from bot.domain.sharding import ShardLease, ShardRange, ShardState
from bot.storage import Store, migrate, open_store
from bot.storage.schema import votes
from tests.builders import NOON
from tests.databases import connected

LEASE = timedelta(seconds=30)


def wanted(owner: str, shards: ShardRange, application: str = "1") -> ShardLease:
    return ShardLease(application=application, owner=owner, shards=shards)


ALL = ShardRange(0, 3, 4)


@pytest.fixture
async def other(store: Store, store_url: str) -> AsyncIterator[Store]:
    """The same database, as another process sees it."""
    async with open_store(store_url) as opened:
        yield opened


async def test_shards_are_held_by_one_until_its_lease_ends(store: Store, other: Store) -> None:
    one, two = wanted("one", ALL), wanted("two", ALL)

    assert await store.shards.acquire(one, ShardState.LEASED, NOON, LEASE) is None
    holder = await other.shards.acquire(two, ShardState.LEASED, NOON + LEASE / 2, LEASE)
    assert holder is not None
    assert (holder.lease, holder.state, holder.heartbeat_at, holder.expires_at) == (
        one,
        ShardState.LEASED,
        NOON,
        NOON + LEASE,
    )
    assert await other.shards.acquire(two, ShardState.LEASED, NOON + LEASE, LEASE) is None

    lost = await store.shards.acquire(one, ShardState.LISTENING, NOON + LEASE, LEASE)
    assert lost is not None
    assert lost.lease.owner == "two"


async def test_a_lease_that_is_renewed_does_not_end_and_one_that_is_released_does(store: Store, other: Store) -> None:
    one, two = wanted("one", ALL), wanted("two", ALL)
    for step in range(5):
        moment = NOON + step * LEASE / 2
        assert await store.shards.acquire(one, ShardState.LISTENING, moment, LEASE) is None
        assert await other.shards.acquire(two, ShardState.LEASED, moment, LEASE) is not None

    await store.shards.release(one)
    await store.shards.release(one)

    assert await other.shards.acquire(two, ShardState.LEASED, moment, LEASE) is None


async def test_who_waits_is_known_and_holds_nothing(store: Store, other: Store) -> None:
    one, two, three = (wanted(owner, ALL) for owner in ("one", "two", "three"))
    await store.shards.acquire(one, ShardState.LISTENING, NOON, LEASE)
    await other.shards.acquire(two, ShardState.LEASED, NOON, LEASE)

    (waiting,) = await store.shards.others(one, NOON)
    assert (waiting.lease, waiting.state) == (two, ShardState.WAITING)
    assert await store.shards.holder(one, NOON) is None
    await store.shards.release(one)
    assert await other.shards.acquire(three, ShardState.LEASED, NOON, LEASE) is None
    assert await store.shards.others(one, NOON + LEASE) == []


async def test_other_shards_and_other_applications_are_nobody_else_s(store: Store, other: Store) -> None:
    first, second = wanted("one", ShardRange(0, 1, 4)), wanted("two", ShardRange(2, 3, 4))
    stranger = wanted("three", ALL, application="2")

    for lease in (first, second, stranger):
        assert await store.shards.acquire(lease, ShardState.LISTENING, NOON, LEASE) is None
    assert await other.shards.acquire(wanted("four", ShardRange(0, 0, 1)), ShardState.LEASED, NOON, LEASE) is not None


async def test_of_many_who_ask_at_once_one_gets_them(store: Store, other: Store) -> None:
    stores = (store, other)
    asked = [
        stores[number % 2].shards.acquire(wanted(f"{number}", ALL), ShardState.LEASED, NOON, LEASE)
        for number in range(12)
    ]

    found = await asyncio.gather(*asked)

    assert [holder for holder in found if holder is None] == [None]
    assert len({holder.lease.owner for holder in found if holder}) == 1


@given(
    st.integers(1, 12).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.just(n))),
    st.integers(1, 12).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.just(n))),
)
def test_ranges_overlap_where_a_server_belongs_to_both(a: tuple[int, int, int], b: tuple[int, int, int]) -> None:
    one, two = (ShardRange(min(x, y), max(x, y), count) for x, y, count in (a, b))
    servers = range(one.count * two.count)
    both = any(
        one.first <= server % one.count <= one.last and two.first <= server % two.count <= two.last
        for server in servers
    )

    assert one.overlaps(two) == two.overlaps(one) == both


async def test_a_populated_database_of_the_schema_before_gets_the_table_and_loses_nothing(database_url: str) -> None:
    chat = Chat("discord", "1")
    with connected(database_url) as connection:
        config = migrate.alembic_config(connection)
        before = ScriptDirectory.from_config(config).get_revision("0010").down_revision
        command.upgrade(config, str(before))
        vote = {"surface": "discord", "chat": "1", "thread": "", "paper_id": "7", "person": "ada", "value": 1}
        connection.execute(votes.insert(), vote | {"voted_at": NOON})

    async with open_store(database_url) as store:
        assert await store.votes.of(chat, "ada", "7") == 1
        assert await store.shards.acquire(wanted("one", ALL), ShardState.LEASED, NOON, LEASE) is None


RANGES = st.builds(
    lambda first, more, after: ShardRange(first, first + more, first + more + 1 + after),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 3),
)


@given(RANGES, st.lists(RANGES, max_size=3))
def test_a_range_is_covered_if_every_server_of_it_belongs_to_another_range(
    ours: ShardRange, others: list[ShardRange]
) -> None:
    # the counts are at most 10, so their pattern repeats after 2520 servers
    servers = {server for server in range(2520) if ours.first <= server % ours.count <= ours.last}
    theirs = {server for other in others for server in servers if other.first <= server % other.count <= other.last}
    assert ours.covered_by(others) == (servers == theirs)
