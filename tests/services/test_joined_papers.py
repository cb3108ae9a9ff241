"""A chat never gets a work twice, although sources name it by different ids."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.domain.papers import Paper
from bot.storage import Store
from tests.builders import listing, observation, paper
from tests.services.ledger import worker
from tests.services.postbox import Postbox
from tests.storage.harvests import harvest
from tests.storage.ledger import DAY, DUE, HOUR, subscription

PREPRINT, JOURNAL = "10.1101/2024.01.02.573456", "10.1038/s41586-024-07487-w"
PAIRS = {
    "preprint, then arXiv": (
        paper(PREPRINT, server="biorxiv", title="Geometry of memory"),
        paper(aliases=(PREPRINT,), title="Geometry of memory"),
    ),
    "arXiv, then preprint": (
        paper(title="Geometry of memory"),
        paper(PREPRINT, server="biorxiv", aliases=("2604.00001",), title="Geometry of memory"),
    ),
    "preprint, then journal": (
        paper(PREPRINT, server="biorxiv", aliases=(JOURNAL,), title="Geometry of memory"),
        paper(JOURNAL, server="", title="Geometry of memory"),
    ),
    "journal, then preprint": (
        paper(JOURNAL, server="", title="Geometry of memory"),
        paper(PREPRINT, server="biorxiv", aliases=(JOURNAL,), title="Geometry of memory"),
    ),
}


async def bring(store: Store, told: Paper, source: str, at: datetime) -> None:
    await store.keep(
        harvest(
            told,
            listing(told.id, at.date(), source),
            observation(told.id, seen_at=at, source=source),
            source=source,
            seen_at=at,
            day=at.date(),
        )
    )


@pytest.mark.parametrize("pair", PAIRS)
async def test_a_work_is_delivered_once(store: Store, pair: str) -> None:
    first, second = PAIRS[pair]
    box = Postbox()
    await store.subscriptions.add(subscription())
    await bring(store, first, "huggingface", DUE - HOUR)
    await worker(store, box).round(DUE)
    delivered = [id for message in box.arrived for id in message.paper_ids]

    await bring(store, second, "elsewhere", DUE + DAY - HOUR)
    await bring(store, paper("2604.00009", title="Weather of rivers"), "huggingface", DUE + DAY - HOUR)
    await worker(store, box).round(DUE + DAY)

    assert delivered == [first.id]
    assert [id for message in box.arrived for id in message.paper_ids] == [first.id, "2604.00009"]
