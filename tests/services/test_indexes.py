"""However many rows there are, nothing of a round looks through all of them (SQLite; its plans can be read)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.domain.requests import Chat
from bot.storage import open_store
from bot.storage.interactions import KEPT, InteractionClaim, Interactions
from tests.databases import sqlite_url
from tests.services.ledger import fill, worker
from tests.services.postbox import Postbox
from tests.storage.ledger import DUE, subscription

#: tables with a row for each subscription, delivery, part or chat; budgets are forgotten after an hour
_LONG = "subscriptions|deliveries|delivery_parts|delivery_changes|shown_papers|shown_lists"


Values = tuple[str | int | float | None, ...]


@contextmanager
def said() -> Iterator[list[tuple[str, Values]]]:
    """Every statement that goes to a database meanwhile, with its values; of many, the first ones."""
    statements: list[tuple[str, Values]] = []

    def note(_c: object, _cursor: object, statement: str, values: object, _context: object, many: bool) -> None:
        first = values[0] if many and isinstance(values, list) else values
        statements.append((statement, first if isinstance(first, tuple) else ()))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


async def test_no_statement_of_a_round_looks_through_a_long_table(tmp_path: Path) -> None:
    async with open_store(sqlite_url(tmp_path)) as store:
        await fill(store, at=DUE - timedelta(hours=1))
        for chat in ("1", "1", "2", "3"):
            await store.subscriptions.add(subscription(chat=Chat("test", chat)))
        box = Postbox(cards_in_a_part=3)
        with said() as statements:
            await worker(store, box).round(DUE)
            await worker(store, box).round(DUE + timedelta(days=1))

    assert len(box.arrived) > 4
    with closing(sqlite3.connect(tmp_path / "papers.db")) as database:
        for statement, values in statements:
            if statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
                plan = [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
                scans = [step for step in plan if re.match(rf"SCAN ({_LONG})\b(?!.*USING)", step)]
                assert not scans, statement


async def test_old_interactions_are_found_by_their_age(tmp_path: Path) -> None:
    async with open_store(sqlite_url(tmp_path)) as store:
        claim = InteractionClaim("test", "7", "a")
        await store.interactions.claim(claim, DUE, timedelta(seconds=10), "origin")
        with said() as statements:
            await Interactions(store._database).claim(claim, DUE + KEPT, timedelta(seconds=10), "origin")
            await store.interactions.abandoned("test", DUE + KEPT, DUE)
            await store.interactions.drop_origin(claim, DUE)
            await store.interactions.expire_origins(DUE + timedelta(days=9))
            await store.interactions.finish(claim, DUE, timedelta(seconds=10))
            await store.interactions.extend([claim], DUE)
            await store.interactions.claim_answer(claim, DUE + KEPT, timedelta(seconds=10))
            await store.interactions.close([claim], DUE)

    deletes = [each for each in statements if each[0].startswith("DELETE")]
    assert len(deletes) == 1
    with closing(sqlite3.connect(tmp_path / "papers.db")) as database:
        for statement, values in statements:
            if statement.startswith(("SELECT", "UPDATE", "DELETE")):
                plan = [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
                assert not [step for step in plan if step.startswith("SCAN interactions")], (statement, plan)


async def test_signals_of_a_paper_are_found_by_its_id_and_repositories_by_the_day_of_a_list(tmp_path: Path) -> None:
    async with open_store(sqlite_url(tmp_path)) as store:
        with said() as statements:
            await store.repositories.code_urls(DUE.date(), 400)
            await store.repositories.asked_since(DUE)
            await store.repositories.many(["lab/code"])
            await store.stories.many(["2604.00001"])
            await store.artifacts.of("2604.00001")
            await store.lookups.of("2604.00001")

    with closing(sqlite3.connect(tmp_path / "papers.db")) as database:
        for statement, values in statements:
            if statement.startswith("SELECT"):
                plan = [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
                long = "papers|listings|repositories|star_days|stories|artifacts|artifact_totals|lookups"
                assert not [step for step in plan if re.match(rf"SCAN ({long})\b(?!.*USING)", step)], statement
