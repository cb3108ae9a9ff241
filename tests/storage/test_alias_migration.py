"""A populated database of schema 0017 gets servers and aliases, and loses nothing on the way."""

from __future__ import annotations

import sqlalchemy as sa

from bot.domain.requests import Chat, Tally
from bot.storage import open_store
from tests.builders import TODAY, paper
from tests.storage.former import former_schema
from tests.storage.harvests import harvest

BEFORE = "0017"
PAPER, PREPRINT = "2604.00001", "10.1101/2024.01.02.573456"
ROWS = (
    "INSERT INTO papers (id, title, abstract, summary, summary_by, authors, organization, categories, keywords,"
    " code_url, project_url, first_seen_at, last_seen_at) VALUES ('2604.00001', 'Engines', '', '', '',"
    " '[\"Ada Lovelace\"]', '', '[\"cs.AI\"]', '[]', '', '', '2026-04-23 00:00:00+00:00', '2026-04-23 00:00:00+00:00')",
    "INSERT INTO listings (paper_id, source, day) VALUES ('2604.00001', 'huggingface', '2026-04-24')",
    "INSERT INTO saved_papers (surface, person, paper_id, saved_at) VALUES ('test', 'ada', '2604.00001',"
    " '2026-04-23 00:00:00+00:00')",
    "INSERT INTO votes (surface, chat, thread, paper_id, person, value, voted_at) VALUES ('test', '1', '',"
    " '2604.00001', 'ada', 1, '2026-04-23 00:00:00+00:00')",
)


async def test_stored_papers_are_on_arxiv_and_can_be_joined(database_url: str) -> None:
    with former_schema(database_url, BEFORE) as connection:
        for row in ROWS:
            connection.execute(sa.text(row))

    async with open_store(database_url) as store:
        before = await store.papers.get(PAPER)
        await store.keep(harvest(paper(PREPRINT, server="biorxiv", aliases=(PAPER,), listed_on=None)))
        after = await store.papers.get(PREPRINT)
        tallies = await store.votes.tallies(Chat("test", "1"), [PAPER])
        saved = await store.saved.of("test", "ada")

    assert before == paper(PAPER, title="Engines", categories=("cs.AI",), listed_on=TODAY)
    assert after is not None
    assert (after.id, after.title, after.aliases) == (PAPER, "Engines", (PREPRINT,))
    assert (tallies, saved) == ({PAPER: Tally(1, 0)}, [PAPER])
