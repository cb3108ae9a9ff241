"""Claims of interactions: one owner at a time, done once, and old ones deleted."""

from __future__ import annotations

import asyncio
import sqlite3
import traceback
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.storage import Store, open_store
from bot.storage.interactions import KEPT, ClaimState, InteractionClaim
from bot.storage.schema import interactions, subscriptions, votes
from tests.builders import NOON
from tests.databases import connected
from tests.storage.former import add_row, add_subscription, former_schema
from tests.storage.ledger import MINUTE

LEASE = timedelta(seconds=10)
LATER = NOON + LEASE


def by(owner: str, interaction: str = "7", surface: str = "test") -> InteractionClaim:
    return InteractionClaim(surface, interaction, owner)


async def test_an_interaction_is_one_owners_until_it_is_done(store: Store) -> None:
    assert await store.interactions.claim(by("a"), NOON, LEASE) is ClaimState.OURS
    assert await store.interactions.claim(by("b"), NOON, LEASE) is ClaimState.HELD
    assert await store.interactions.finish(by("a"), NOON, LEASE)
    assert await store.interactions.claim(by("b"), LATER + KEPT / 2, LEASE) is ClaimState.DONE


async def test_what_was_claimed_and_not_done_is_taken_up_when_the_lease_is_over(store: Store) -> None:
    await store.interactions.claim(by("a"), NOON, LEASE)

    assert await store.interactions.claim(by("b"), LATER - timedelta(milliseconds=1), LEASE) is ClaimState.HELD
    assert await store.interactions.claim(by("b"), LATER, LEASE) is ClaimState.OURS
    assert not await store.interactions.finish(by("a"), LATER, LEASE)
    assert await store.interactions.finish(by("b"), LATER, LEASE)
    assert not await store.interactions.finish(by("b"), LATER, LEASE)


async def test_what_a_dead_process_left_can_be_answered_by_another_one(store: Store) -> None:
    await store.interactions.claim(by("a", "1"), NOON, LEASE, "first")
    await store.interactions.claim(by("a", "2"), NOON + LEASE / 2, LEASE, "second")
    await store.interactions.claim(by("a", "3"), NOON, LEASE)
    await store.interactions.claim(by("a", "4"), NOON, LEASE, "finished")
    await store.interactions.claim(by("a", "5", surface="other"), NOON, LEASE, "elsewhere")
    assert await store.interactions.finish(by("a", "4"), NOON, LEASE)
    await store.interactions.close([by("a", "4")], NOON)

    assert await left(store, NOON, NOON - MINUTE) == []
    assert await left(store, LATER, NOON - MINUTE) == ["first"]
    assert await left(store, NOON + MINUTE, NOON - MINUTE) == ["first", "second"]
    assert await left(store, NOON + MINUTE, NOON) == ["second"]


async def left(store: Store, now: datetime, since: datetime) -> list[str]:
    """The origins of what was abandoned."""
    return [each.origin for each in await store.interactions.abandoned("test", now, since)]


async def test_what_is_given_up_is_taken_up_by_nobody(store: Store) -> None:
    for owner, id in (("a", "1"), ("a", "2"), ("a", "3")):
        await store.interactions.claim(by(owner, id), NOON, LEASE, f"origin {id}")

    await store.interactions.drop_origin(by("a", "1"), NOON)
    await store.interactions.drop_origin(by("another", "2"), NOON)
    assert await left(store, LATER, NOON - MINUTE) == ["origin 2", "origin 3"]

    await store.interactions.drop_origin(by("another", "2"), LATER)
    assert await left(store, LATER, NOON - MINUTE) == ["origin 3"]
    assert await store.interactions.claim(by("b", "2"), LATER, LEASE) is ClaimState.OURS


async def test_what_can_no_longer_be_answered_is_not_kept(store: Store) -> None:
    await store.interactions.claim(by("a", "1"), NOON, LEASE, "old")
    await store.interactions.claim(by("a", "2"), NOON + MINUTE, LEASE, "new")

    await store.interactions.expire_origins(NOON + MINUTE)

    assert await left(store, NOON + 2 * MINUTE, NOON - MINUTE) == ["new"]


async def test_an_origin_that_is_no_text_is_logged_without_it(
    sqlite_store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for id in ("1", "2"):
        await sqlite_store.interactions.claim(by("a", id), NOON, LEASE, "origin")
    with closing(sqlite3.connect(tmp_path / "papers.db", isolation_level=None)) as other:
        other.execute("UPDATE interactions SET origin = x'63616e617279' WHERE interaction = '1'")

    assert await left(sqlite_store, LATER, NOON - MINUTE) == ["origin"]
    assert "row cannot be read" in caplog.text
    assert "canary" not in caplog.text


async def test_an_origin_is_in_no_error(store: Store, store_url: str) -> None:
    origin = "a canary"
    with connected(store_url) as connection:
        connection.execute(sa.text("ALTER TABLE interactions RENAME COLUMN leased_until TO renamed"))
    try:
        with pytest.raises(Exception, match="interactions") as caught:
            await store.interactions.claim(by("a"), NOON, LEASE, origin)
        assert origin not in "".join(traceback.format_exception(caught.value))
    finally:
        with connected(store_url) as connection:
            connection.execute(sa.text("ALTER TABLE interactions RENAME COLUMN renamed TO leased_until"))


async def test_an_interaction_that_is_taken_up_again_and_again_keeps_its_age(store: Store) -> None:
    await store.interactions.claim(by("a"), NOON, LEASE, "origin")
    assert await store.interactions.claim(by("b"), NOON + MINUTE, LEASE, "origin") is ClaimState.OURS

    assert await left(store, NOON + 2 * MINUTE, NOON) == []
    assert await store.interactions.finish(by("b"), NOON + MINUTE, LEASE)
    await store.interactions.close([by("b")], NOON + MINUTE)
    assert await left(store, NOON + 2 * MINUTE, NOON - MINUTE) == []


async def test_ids_count_within_their_surface(store: Store) -> None:
    assert await store.interactions.claim(by("a"), NOON, LEASE) is ClaimState.OURS
    assert await store.interactions.claim(by("b", surface="other"), NOON, LEASE) is ClaimState.OURS
    assert await store.interactions.claim(by("b", interaction="8"), NOON, LEASE) is ClaimState.OURS


async def test_of_many_at_once_one_gets_it(store: Store, store_url: str) -> None:
    async with open_store(store_url) as other:
        states = await asyncio.gather(
            *((store, other)[number % 2].interactions.claim(by(str(number)), NOON, LEASE) for number in range(20))
        )

    assert sorted(states) == [ClaimState.HELD] * 19 + [ClaimState.OURS]


async def test_a_claim_that_was_lost_meanwhile_undoes_what_was_done_under_it(store: Store, store_url: str) -> None:
    await store.interactions.claim(by("slow"), NOON, LEASE)
    async with open_store(store_url) as other:
        await other.interactions.claim(by("fast"), LATER, LEASE)
        async with store.unit_of_work():
            assert not await store.interactions.finish(by("slow"), LATER, LEASE)
        assert await other.interactions.finish(by("fast"), LATER, LEASE)


async def test_old_ones_are_deleted_in_small_batches(store: Store, store_url: str) -> None:
    with connected(store_url) as connection:
        old = [
            {"surface": "test", "interaction": f"old {number}", "owner": "a", "claimed_at": NOON, "leased_until": NOON}
            for number in range(500)
        ]
        connection.execute(sa.insert(interactions), old)
        count = sa.select(sa.func.count()).select_from(interactions)
        left = []
        for number in range(100):
            await store.interactions.claim(by("a", f"new {number}"), NOON + KEPT + MINUTE, LEASE)
            left.append(connection.scalar(count) or 0)

    steps = [before - after for before, after in zip([500, *left], left, strict=False)]
    assert max(steps) <= 200
    assert left[-1] == 100


async def test_a_populated_database_of_the_schema_before_gets_the_table_and_keeps_all(
    database_url: str,
) -> None:
    vote = {"surface": "test", "chat": "1", "thread": "", "paper_id": "2604.00001", "person": "ada", "value": 1}
    with former_schema(database_url, "0006") as connection:
        add_subscription(connection)
        add_row(connection, "votes", **vote, voted_at=NOON)

    async with open_store(database_url) as store:
        assert await store.interactions.claim(by("a"), NOON, LEASE) is ClaimState.OURS

    with connected(database_url) as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(subscriptions)) == 1
        assert connection.scalar(sa.select(sa.func.count()).select_from(votes)) == 1


async def test_what_is_done_and_not_answered_is_listed_as_done_after_its_lease(store: Store) -> None:
    await store.interactions.claim(by("a", "1"), NOON, LEASE, "unanswered")
    await store.interactions.claim(by("a", "2"), NOON, LEASE, "answered")
    await store.interactions.claim(by("a", "3"), NOON, LEASE, "unfinished")
    for id in ("1", "2"):
        assert await store.interactions.finish(by("a", id), NOON + MINUTE, LEASE)
    await store.interactions.close([by("a", "2")], NOON + MINUTE)

    async def listed(now: datetime) -> list[tuple[str, bool]]:
        found = await store.interactions.abandoned("test", now, NOON - MINUTE)
        return sorted((each.origin, each.done) for each in found)

    assert await listed(NOON + MINUTE) == [("unfinished", False)]
    assert await listed(NOON + MINUTE + LEASE) == [("unanswered", True), ("unfinished", False)]
    await store.interactions.extend([by("a", "1"), by("another", "3")], NOON + 3 * MINUTE)
    assert await listed(NOON + 2 * MINUTE) == [("unfinished", False)]


async def test_an_answer_is_claimed_by_one_owner_until_it_is_given(store: Store) -> None:
    await store.interactions.claim(by("a"), NOON, LEASE, "origin")
    assert not await store.interactions.claim_answer(by("b"), LATER, LEASE)
    await store.interactions.finish(by("a"), LATER, LEASE)

    assert not await store.interactions.claim_answer(by("b"), LATER, LEASE)
    assert await store.interactions.claim_answer(by("b"), LATER + LEASE, LEASE)
    assert not await store.interactions.claim_answer(by("c"), LATER + LEASE, LEASE)
    # it is the answer of `b` now, so the one that was slow neither closes nor extends it
    await store.interactions.close([by("a")], LATER + LEASE)
    await store.interactions.extend([by("a")], LATER + 9 * LEASE)
    assert await store.interactions.claim_answer(by("c"), LATER + 2 * LEASE, LEASE)
    await store.interactions.close([by("c")], LATER + 2 * LEASE)
    assert not await store.interactions.claim_answer(by("d"), LATER + 9 * LEASE, LEASE)


async def test_what_was_refused_is_done_once_it_is_answered(store: Store) -> None:
    await store.interactions.claim(by("a"), NOON, LEASE, "origin")

    await store.interactions.close([by("a")], NOON)

    assert await left(store, LATER, NOON - MINUTE) == []
    assert await store.interactions.claim(by("b"), LATER, LEASE) is ClaimState.DONE
