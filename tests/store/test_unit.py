"""The unit of work: all that a request changes is kept together, or not at all."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from bot.store import Store, open_store
from bot.store.unit import WriteRefused
from tests.builders import NOON, paper
from tests.store.harvests import harvest
from tests.store.ledger import HERE, subscription


class Stop(Exception):
    """Something goes wrong in the middle."""


async def both(store: Store, *, stop: bool = False) -> None:
    """Two changes by two repositories."""
    await store.votes.put(HERE, "ada", "2604.00001", 1, NOON)
    await store.saved.add("test", "ada", "2604.00001", NOON)
    if stop:
        raise Stop


async def kept(store: Store) -> tuple[int, int]:
    """How many votes and saved papers there are."""
    return await store.votes.of(HERE, "ada", "2604.00001"), len(await store.saved.of("test", "ada"))


async def test_changes_of_several_repositories_are_kept_together(store: Store) -> None:
    async with store.unit_of_work():
        await both(store)

    assert await kept(store) == (1, 1)


async def test_an_error_undoes_all_of_them(store: Store) -> None:
    with suppress(Stop):
        async with store.unit_of_work():
            await both(store, stop=True)

    assert await kept(store) == (0, 0)


async def test_a_unit_reads_what_it_has_written_and_nobody_else_does(store: Store) -> None:
    async with store.unit_of_work():
        await both(store)

        assert await kept(store) == (1, 1)
        assert await asyncio.create_task(kept(store)) == (0, 0)

    assert await kept(store) == (1, 1)


async def test_what_fails_inside_is_undone_alone_where_the_rest_goes_on(store: Store) -> None:
    async with store.unit_of_work():
        await store.votes.put(HERE, "ada", "2604.00001", 1, NOON)
        with suppress(Stop):
            async with store._database.write() as connection:
                await connection.exec_driver_sql("DELETE FROM votes")
                raise Stop

    assert (await kept(store))[0] == 1


async def test_the_hook_writes_in_the_same_transaction_and_undoes_it_where_it_fails(store: Store) -> None:
    async def refuse() -> None:
        assert await kept(store) == (1, 1)
        raise Stop

    with suppress(Stop):
        async with store.unit_of_work(refuse):
            await both(store)

    assert await kept(store) == (0, 0)


async def test_a_unit_within_another_one_is_a_part_of_it(store: Store) -> None:
    with suppress(Stop):
        async with store.unit_of_work():
            async with store.unit_of_work():
                await both(store)
            raise Stop

    assert await kept(store) == (0, 0)


async def test_what_was_settled_stays_and_later_changes_are_their_own(store: Store) -> None:
    hooks: list[str] = []

    async def hook() -> None:
        hooks.append("done")

    with suppress(Stop):
        async with store.unit_of_work(hook):
            await store.votes.put(HERE, "ada", "2604.00001", 1, NOON)
            await store.settle()
            await store.saved.add("test", "ada", "2604.00001", NOON)
            raise Stop

    assert await kept(store) == (1, 1)
    assert hooks == ["done"]


async def test_to_settle_outside_of_a_unit_does_nothing(store: Store) -> None:
    await store.settle()


async def test_what_sources_told_is_kept_whatever_becomes_of_the_unit(store: Store) -> None:
    with suppress(Stop):
        async with store.unit_of_work():
            await store.keep(harvest(paper()))
            raise Stop

    assert await store.papers.count() == 1


async def test_nothing_is_written_where_only_reading_is_declared(store: Store) -> None:
    one = await store.subscriptions.add(subscription())
    async with store.read_only():
        with pytest.raises(WriteRefused):
            await store.subscriptions.remove(one.id)
        with pytest.raises(WriteRefused):
            await store.drafts.put(HERE, "agents", NOON)
        await store.keep(harvest(paper()))

    assert len(await store.subscriptions.of(HERE)) == 1
    assert await store.papers.count() == 1


async def test_the_unit_of_one_database_is_none_of_another(
    store: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with open_store(f"sqlite:///{tmp_path_factory.mktemp('other')}/other.db") as other:
        with suppress(Stop):
            async with store.unit_of_work():
                await both(store)
                await both(other)
                raise Stop

        assert await kept(store) == (0, 0)
        assert await kept(other) == (1, 1)


async def test_units_at_once_take_turns(store: Store) -> None:
    async def vote(person: str) -> None:
        async with store.unit_of_work():
            await store.votes.put(HERE, person, "2604.00001", 1, NOON)
            await asyncio.sleep(0)
            await store.saved.add("test", person, "2604.00001", NOON)

    await asyncio.gather(*(vote(str(number)) for number in range(20)))

    assert (await store.votes.tallies(HERE, ["2604.00001"]))["2604.00001"].up == 20
