"""Papers that turn out to be one work become one row, whatever arrives first, and everything of them follows."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.papers import Paper
from bot.domain.requests import Chat, Tally
from bot.storage import Store, open_store
from tests.builders import NOON, TODAY, listing, observation, paper
from tests.storage.harvests import harvest

ARXIV, PREPRINT, JOURNAL = "2604.00001", "10.1101/2024.01.02.573456", "10.1038/s41586-024-07487-w"
HERE = Chat("test", "1")
LATER = NOON + timedelta(hours=1)


def arxiv(*aliases: str, **facts: Any) -> Paper:
    return paper(ARXIV, aliases=aliases, **facts)


def preprint(*aliases: str, **facts: Any) -> Paper:
    return paper(PREPRINT, server="biorxiv", aliases=aliases, **facts)


def journal(*aliases: str, **facts: Any) -> Paper:
    return paper(JOURNAL, server="", aliases=aliases, **facts)


async def ids(store: Store) -> list[str]:
    return sorted(await store.changed_papers.ids("", 99))


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ((arxiv(PREPRINT), preprint()), ARXIV),
        ((arxiv(JOURNAL), journal()), ARXIV),
        ((preprint(JOURNAL), journal()), PREPRINT),
        ((arxiv(JOURNAL), preprint(JOURNAL)), ARXIV),
        ((arxiv(PREPRINT), preprint(JOURNAL), journal()), ARXIV),
        ((arxiv(), preprint(), journal(ARXIV, PREPRINT)), ARXIV),
        ((preprint(), journal(ARXIV, PREPRINT)), ARXIV),
        ((journal(), preprint(), arxiv(PREPRINT, JOURNAL)), ARXIV),
        ((journal("10.1234/again"), paper("10.1234/again", server="")), JOURNAL),
        ((journal(PREPRINT), preprint()), PREPRINT),
        ((journal(PREPRINT), preprint(JOURNAL)), PREPRINT),
    ],
    ids=[
        "arxiv claims preprint",
        "arxiv claims journal",
        "preprint claims journal",
        "both claim journal",
        "chain",
        "journal claims both",
        "journal claims an unknown arxiv id",
        "arxiv claims both",
        "two DOIs",
        "journal claims preprint",
        "each claims the other",
    ],
)
async def test_one_work_is_one_paper_in_any_order_of_arrival(
    sqlite_store: Store, told: Sequence[Paper], key: str
) -> None:
    every = {one.id for one in told} | {alias for one in told for alias in one.aliases}
    for number, order in enumerate(permutations(told)):
        # ids of their own for each order
        mine = [_renamed(one, str(number)) for one in order]
        for one in mine:
            await sqlite_store.keep(harvest(one, listing(one.id), observation(one.id)))
            await sqlite_store.keep(harvest(one))

        stored = await sqlite_store.papers.many([_suffixed(each, str(number)) for each in sorted(every)])

        assert [one.id for one in stored] == [_suffixed(key, str(number))]
        assert {*stored[0].aliases, stored[0].id} == {_suffixed(each, str(number)) for each in every}
        assert stored[0].listed_on == TODAY


def _suffixed(id: str, number: str) -> str:
    return f"{id[:-1]}{number}" if not id.startswith("10.") else f"{id}{number}"


def _renamed(one: Paper, number: str) -> Paper:
    aliases = tuple(_suffixed(alias, number) for alias in one.aliases)
    return replace(one, id=_suffixed(one.id, number), aliases=aliases)


async def test_within_one_fetch_too(store: Store) -> None:
    kept = await store.keep(
        harvest(journal(), preprint(JOURNAL), arxiv(PREPRINT), listing(PREPRINT), listing(ARXIV), observation(JOURNAL))
    )

    assert await ids(store) == [ARXIV]
    assert kept.papers == 1
    assert kept.rejected == ()


async def test_everything_of_a_joined_paper_follows_its_key(store: Store) -> None:
    await store.keep(harvest(preprint(abstract="Neurons."), listing(PREPRINT, source="biorxiv"), source="biorxiv"))
    await store.keep(harvest(observation(PREPRINT, votes=3), arxiv(abstract="", code_url=""), listing(ARXIV)))
    [told] = await store.papers.many([PREPRINT])
    await store.vectors.put("an encoder", {told: b"\0\1"}, NOON)
    await store.votes.put(HERE, "ada", PREPRINT, 1, LATER)
    await store.votes.put(HERE, "ada", ARXIV, -1, NOON)
    await store.votes.put(HERE, "bob", ARXIV, 1, LATER)
    await store.votes.put(HERE, "bob", PREPRINT, -1, NOON)
    await store.saved.add("test", "ada", PREPRINT, NOON)
    await store.saved.add("test", "ada", ARXIV, NOON)
    await store.saved.add("test", "bob", PREPRINT, NOON)
    await store.tastes.like("test", "ada", [PREPRINT], NOON)

    await store.keep(harvest(arxiv(PREPRINT), seen_at=LATER))

    [joined] = await store.papers.many([PREPRINT, ARXIV])
    assert (joined.id, joined.server, joined.aliases, joined.abstract) == (ARXIV, "arxiv", (PREPRINT,), "Neurons.")
    assert joined.listed_by == ("biorxiv", "huggingface")
    seen = await store.observations([ARXIV], LATER)
    assert [one.votes for one in seen[ARXIV]] == [3]
    assert await store.votes.tallies(HERE, [ARXIV, PREPRINT]) == {ARXIV: Tally(2, 0)}
    assert [await store.saved.of("test", who) for who in ("ada", "bob")] == [[ARXIV], [ARXIV]]
    assert [one.paper_id for one in await store.tastes.liked("test", "ada", LATER)] == [ARXIV]
    assert [one.id for one in await store.vectors.missing("an encoder", 9)] == [ARXIV]
    assert await store.vectors.count("an encoder") == 0


async def test_a_journals_version_only_fills_gaps(store: Store) -> None:
    await store.keep(harvest(preprint(JOURNAL, title="A preprint", abstract="")))
    await store.keep(harvest(journal(title="A PREPRINT.", abstract="Whole."), seen_at=LATER))

    [joined] = await store.papers.many([JOURNAL])
    assert (joined.id, joined.server, joined.title, joined.abstract) == (PREPRINT, "biorxiv", "A preprint", "Whole.")


async def test_two_papers_of_one_server_stay_two(store: Store) -> None:
    other = "10.1101/2024.01.03.999999"
    await store.keep(harvest(preprint(JOURNAL), paper(other, server="biorxiv")))
    await store.keep(harvest(paper(other, server="biorxiv", aliases=(JOURNAL, PREPRINT)), seen_at=LATER))

    assert await ids(store) == sorted([PREPRINT, other])
    assert [one.aliases for one in await store.papers.many([PREPRINT, other])] == [(JOURNAL,), ()]


async def test_a_paper_that_was_told_by_two_processes_at_once_is_one(store_url: str) -> None:
    async with open_store(store_url) as one, open_store(store_url) as other:
        await asyncio.gather(
            *(each.keep(harvest(told)) for each, told in ((one, preprint()), (other, arxiv(PREPRINT))) * 3)
        )

        assert await ids(one) == [ARXIV]


async def test_an_unreadable_paper_is_joined_too(sqlite_store: Store) -> None:
    await sqlite_store.keep(harvest(preprint(), listing(PREPRINT)))
    async with sqlite_store._database.write() as connection:
        await connection.execute(sa.text("UPDATE papers SET authors = 'garbled'"))

    await sqlite_store.keep(harvest(arxiv(PREPRINT)))

    assert [one.listed_on for one in await sqlite_store.papers.many([PREPRINT])] == [TODAY]


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_papers_claim_each_id_stands_for_one_stored_paper(sqlite_store: Store, seed: int) -> None:
    chosen = random.Random(seed)
    servers = {
        "2604.00001": "arxiv",
        "hep-th/9901001": "arxiv",
        PREPRINT: "biorxiv",
        "10.64898/2026.01.01.600001": "medrxiv",
        JOURNAL: "",
        "10.1016/" + "c" * 60: "",
    }
    for minutes in range(6):
        told = chosen.sample(sorted(servers), chosen.randrange(1, 4))
        papers = [paper(id, server=servers[id], aliases=tuple(chosen.sample(sorted(servers), 2))) for id in told]
        seen_at = NOON + timedelta(minutes=minutes)
        await sqlite_store.keep(harvest(*papers, *(listing(each.id) for each in papers), seen_at=seen_at))

        stored = set(await ids(sqlite_store))
        for id in told:
            assert await sqlite_store.papers.get(id)
        async with sqlite_store._database.read() as connection:
            rows = await connection.execute(sa.text("SELECT alias, paper_id FROM paper_aliases"))
            aliases = {row.alias: row.paper_id for row in rows}
        assert aliases.keys().isdisjoint(stored)
        assert set(aliases.values()) <= stored
