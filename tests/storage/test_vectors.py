"""Embeddings in the store, and the migration that gives them a length and a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from alembic import command

from bot.storage import Store, migrate, open_store
from bot.storage.vectors import encoded_text
from tests.builders import NOON, paper
from tests.databases import connected
from tests.storage.harvests import harvest

#: the schema before
BEFORE = "0014"


@pytest.mark.parametrize(
    ("abstract", "summary"),
    [
        ("Words.", ""),
        ("", "Of the summary."),
        ("", ""),
        ("Both", "of them"),
        ("naïve 🙂 e\u0301 \U0001f469\u200d\U0001f52c", ""),
    ],
)
async def test_only_a_changed_text_lacks_a_vector(store: Store, abstract: str, summary: str) -> None:
    told = paper("2604.00001", title="Ängström 🙂", abstract=abstract, summary=summary)
    await store.keep(harvest(told))
    [known] = await store.vectors.missing("encoder", 10)

    # the source reports the paper again later than the vector was made
    await store.vectors.put("encoder", {known: b"\0\1"}, NOON - timedelta(days=1))

    assert await store.vectors.missing("encoder", 10) == []
    assert [each.id for each in await store.vectors.missing("another", 10)] == [told.id]
    await store.keep(harvest(paper("2604.00001", title=told.title, abstract="Longer than before.")))
    assert [encoded_text(each) for each in await store.vectors.missing("encoder", 10)] == [
        f"{told.title}. Longer than before."
    ]


async def test_vectors_are_read_in_the_order_in_which_they_were_made(store: Store) -> None:
    papers = [paper(f"2604.{at:05}", title=str(at)) for at in range(5)]
    await store.keep(harvest(*papers))
    for at, each in enumerate(papers):
        await store.vectors.put("encoder", {each: bytes([0, at])}, NOON + timedelta(seconds=at // 2))

    first = await store.vectors.since("encoder", None, "", 3)
    rest = await store.vectors.since("encoder", first[-1].made_at, first[-1].paper_id, 3)

    assert [each.vector[1] for each in (*first, *rest)] == [0, 1, 2, 3, 4]
    assert await store.vectors.since("encoder", rest[-1].made_at, rest[-1].paper_id, 3) == []
    assert await store.vectors.of("encoder", [papers[3].id, "unknown"]) == {papers[3].id: bytes([0, 3])}


async def test_the_state_tells_when_papers_or_vectors_were_added(store: Store) -> None:
    empty = await store.vectors.state("encoder")
    await store.keep(harvest(paper("2604.00001")))
    kept = await store.vectors.state("encoder")
    [known] = await store.papers.many(["2604.00001"])
    await store.vectors.put("encoder", {known: b"\0\1"}, NOON)
    made = await store.vectors.state("encoder")

    assert (empty.papers, empty.newest, empty.vectors) == (0, None, 0)
    assert (kept.papers, kept.newest, kept.vectors) == (1, NOON, 0)
    assert (made.papers, made.newest, made.vectors) == (1, NOON, 1)


async def test_a_populated_database_loses_the_vectors_of_earlier_encoders_and_nothing_else(database_url: str) -> None:
    with connected(database_url) as connection:
        command.upgrade(migrate.alembic_config(connection), BEFORE)
        papers, vectors = (sa.Table(name, sa.MetaData(), autoload_with=connection) for name in ("papers", "vectors"))
        told = {"id": "2604.00001", "title": "A paper", "first_seen_at": NOON, "last_seen_at": NOON}
        lists = {"authors", "categories", "keywords"}
        needed = [column.name for column in papers.c if not column.nullable and column.name not in told]
        connection.execute(papers.insert(), told | {name: "[]" if name in lists else "" for name in needed})
        made = {"paper_id": "2604.00001", "encoder": "minishlab/potion", "vector": b"\0\1"}
        connection.execute(vectors.insert(), made)
        connection.commit()

    async with open_store(database_url) as store:
        assert await store.vectors.count("minishlab/potion") == 0
        assert [each.title for each in await store.papers.many(["2604.00001"])] == ["A paper"]
        assert [each.id for each in await store.vectors.missing("minishlab/potion", 2)] == ["2604.00001"]
