"""Rows that cannot be read: each is parked with its reason, and the others go on."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.deliveries import DeliveryState
from bot.domain.papers import DeliveryReason
from bot.domain.rate_limits import Rate
from bot.domain.requests import Chat, ChatDetails
from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.domain.subscriptions import Pause
from bot.storage import Store
from bot.storage.claims import LONG_AGO
from bot.storage.schema import deliveries, metadata, subscriptions
from tests.builders import NOON, TODAY, listing, observation, paper
from tests.databases import connected
from tests.storage.harvests import harvest
from tests.storage.ledger import DAY, DUE, HERE, LEASE, claimed, start, subscription

#: a column of a subscription, and something in it that makes no sense; both databases take these
ANYWHERE = {
    "zone": "US/Pacific-New",
    "zone ": "../../etc/passwd",
    "zone  ": "",
    "days": 0,
    "days ": 4711,
    "days  ": -1,
    "month_day": 32,
    "announced": True,
    "at": None,
    "empty": "perhaps",
    "size": 0,
    "size ": 2_000_000_000,
    "threshold": -5,
    "repeat_days": 2_000_000_000,
    "paused": "for a reason of next year's version",
}
#: SQLite takes anything for any column
_WHERE_ANYTHING_GOES = ("at", "days", "month_day", "announced", "size", "threshold", "repeat_days", "silent")
SQLITE_ONLY = {name: "gar\u0000bage" for name in _WHERE_ANYTHING_GOES} | {
    "created_at": "yesterday",
    "next_at": "!",
    "next_at ": 7,
    "query": b"\xff\x00",
    "zone": b"\xff",
    "role": b"\xff",
    "surface": b"\xff",
    "chat": b"\xff",
    "thread": b"\xff",
    "paused_detail": b"\xff",
}


def spoil(url: str, table: str, column: str, value: object, row: int | str, key: str = "id") -> None:
    """Write something into a column behind the store's back."""
    with connected(url) as connection:
        connection.execute(
            sa.text(f'UPDATE {table} SET "{column.strip()}" = :value WHERE {key} = :row'),  # noqa: S608 - our own names
            {"value": value, "row": row},
        )


async def kept(store: Store, ids: list[str]) -> None:
    """Papers on the list of today."""
    seen = [observation(id, votes=3) for id in ids]
    await store.keep(harvest(*map(paper, ids), *(listing(id) for id in ids), *seen))


async def six(store: Store) -> list[int]:
    """Six chats whose digests are due."""
    return [(await store.subscriptions.add(subscription(chat=Chat("test", str(chat))))).id for chat in range(6)]


@pytest.mark.parametrize("column", ANYWHERE)
async def test_a_subscription_that_cannot_be_read_is_parked_and_the_others_are_planned(
    store: Store, store_url: str, column: str
) -> None:
    ids = await six(store)
    spoil(store_url, "subscriptions", column, ANYWHERE[column], ids[2])

    await plans_all_but_the_third(store, store_url, ids)


@pytest.mark.parametrize("column", SQLITE_ONLY)
async def test_garbage_in_any_column_parks_that_subscription_alone(
    sqlite_store: Store, tmp_path: object, column: str
) -> None:
    ids = await six(sqlite_store)
    spoil(f"sqlite:///{tmp_path}/papers.db", "subscriptions", column, SQLITE_ONLY[column], ids[2])

    await plans_all_but_the_third(sqlite_store, f"sqlite:///{tmp_path}/papers.db", ids)


async def plans_all_but_the_third(store: Store, url: str, ids: list[int]) -> None:
    await store.deliveries.plan(DUE)
    again = await store.deliveries.plan(DUE)

    planned = {each.subscription_id for each in await store.deliveries.find(state=DeliveryState.PLANNED)}
    found = {each.id: each for each in await store.subscriptions.at("test", [str(chat) for chat in range(6)])}
    third = await store.subscriptions.get(ids[2])
    with connected(url) as connection:
        code, reason = connection.execute(
            sa.text("SELECT paused, paused_detail FROM subscriptions WHERE id = :id"), {"id": ids[2]}
        ).one()
    assert planned == set(ids) - {ids[2]}
    assert again == 0
    assert set(found) >= set(ids) - {ids[2]}
    assert third is not None
    assert third.paused is Pause.UNREADABLE
    assert code == Pause.UNREADABLE
    assert reason
    if third.chat.surface and third.chat.id:
        (failed,) = await store.deliveries.find(state=DeliveryState.FAILED)
        assert (failed.subscription_id, failed.local_date) == (ids[2], DUE.date())
        assert reason in failed.note
    assert not await store.subscriptions.resume(ids[2], DUE + DAY) or third.paused_detail == reason


async def test_rows_that_nobody_looks_for_are_found_by_an_inspection(sqlite_store: Store, tmp_path: object) -> None:
    url = f"sqlite:///{tmp_path}/papers.db"
    ids = await six(sqlite_store)
    # sorts behind every moment, so it is never due
    spoil(url, "subscriptions", "next_at", "tomorrow", ids[0])
    spoil(url, "subscriptions", "next_at", None, ids[1])
    await sqlite_store.subscriptions.pause(ids[2], Pause.PERSON, DUE)
    spoil(url, "subscriptions", "zone", "Mars/Olympus", ids[2])
    await sqlite_store.deliveries.plan(DUE)
    planned, *_ = await sqlite_store.deliveries.find(state=DeliveryState.PLANNED)
    spoil(url, "deliveries", "visible_at", "tomorrow", planned.id)

    parked = await sqlite_store.inspect(DUE)
    found = {each.id: each for each in await sqlite_store.subscriptions.at("test", [str(chat) for chat in range(6)])}
    delivery = await sqlite_store.deliveries.get(planned.id)

    assert parked == 2
    assert (found[ids[0]].paused, found[ids[0]].paused_detail) == (Pause.UNREADABLE, "next_at is 'tomorrow'")
    assert found[ids[1]].next_at == DUE + DAY
    with connected(url) as connection:
        kept = connection.scalar(sa.select(subscriptions.c.paused).where(subscriptions.c.id == ids[2]))
        state = connection.scalar(sa.select(deliveries.c.state).where(deliveries.c.id == planned.id))
    assert kept == Pause.PERSON
    assert delivery is not None
    assert state == delivery.state == DeliveryState.FAILED
    assert "visible_at" in delivery.note


async def test_what_can_be_read_again_is_sent_again(store: Store, store_url: str) -> None:
    ids = await six(store)
    spoil(store_url, "subscriptions", "zone", "Europe/Atlantis", ids[2])
    await store.deliveries.plan(DUE)
    spoil(store_url, "subscriptions", "zone", "Europe/Berlin", ids[2])

    await store.inspect(DUE)
    mended = await store.subscriptions.get(ids[2])

    assert mended is not None
    assert (mended.paused, mended.paused_detail, mended.next_at) == (None, "", DUE + DAY)


async def test_new_rules_of_zones_are_worked_out_for_all_that_can_be_read(store: Store, store_url: str) -> None:
    ids = await six(store)
    for id in ids:
        spoil(store_url, "subscriptions", "at", "10:00:00.000000", id)
    spoil(store_url, "subscriptions", "zone", "US/Pacific-New", ids[2])

    changed = await store.subscriptions.recompute(DUE - timedelta(hours=2))

    third = await store.subscriptions.get(ids[2])
    assert changed == 5
    assert third is not None
    assert third.paused is Pause.UNREADABLE


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("state", "on its way"),
        ("local_date", "someday"),
        ("due_at", "soon"),
        ("failures", "many"),
        ("late", "rather"),
        ("chat", b"\xff"),
        ("subscription_id", "mine"),
        ("composed_at", "then"),
        ("reason", "whatever"),
        ("reason", b"\xff"),
        ("expires_at", "never"),
    ],
)
async def test_a_delivery_that_cannot_be_read_fails_and_the_others_are_claimed(
    sqlite_store: Store, tmp_path: object, column: str, value: object
) -> None:
    await six(sqlite_store)
    await sqlite_store.deliveries.plan(DUE)
    spoilt, *_ = await sqlite_store.deliveries.find()
    spoil(f"sqlite:///{tmp_path}/papers.db", "deliveries", column, value, spoilt.id)

    taken = await sqlite_store.deliveries.claim("test", "a", DUE, LEASE, 9)
    seen = await sqlite_store.deliveries.get(spoilt.id)
    waiting = await sqlite_store.deliveries.waiting()

    assert len(taken) == 5
    assert seen is not None
    assert (seen.state, seen.reason) == (DeliveryState.FAILED, DeliveryReason.UNREADABLE)
    assert column in seen.note or str(value) in seen.note
    assert "test" not in waiting or waiting["test"] > DUE
    assert sum((await sqlite_store.deliveries.counts(TODAY - DAY)).values()) >= 5


@pytest.mark.parametrize(
    ("column", "instead"),
    [("attempts", 0), ("failures", 0), ("late", False), ("digest_id", ""), ("due_at", LONG_AGO), ("composed_at", None)],
)
async def test_what_cannot_be_read_of_a_delivery_is_shown_as_nothing(
    sqlite_store: Store, tmp_path: object, column: str, instead: object
) -> None:
    await sqlite_store.subscriptions.add(subscription())
    await sqlite_store.deliveries.plan(DUE)
    (row,) = await sqlite_store.deliveries.find()
    spoil(f"sqlite:///{tmp_path}/papers.db", "deliveries", column, b"\xff", row.id)

    seen = await sqlite_store.deliveries.get(row.id)

    assert getattr(seen, column) == instead


async def test_a_part_whose_number_cannot_be_read_counts_as_the_first(sqlite_store: Store, tmp_path: object) -> None:
    await sqlite_store.subscriptions.add(subscription())
    delivery = await claimed(sqlite_store)
    await sqlite_store.deliveries.begin([start(delivery)], DUE)
    spoil(f"sqlite:///{tmp_path}/papers.db", "delivery_parts", "part", "first", delivery.id, "delivery_id")

    (part,) = await sqlite_store.deliveries.parts(delivery.id)

    assert (part.part, part.state) == (0, DeliveryState.SENDING)


async def test_a_part_that_cannot_be_read_counts_as_one_that_may_have_left(
    sqlite_store: Store, tmp_path: object
) -> None:
    await sqlite_store.subscriptions.add(subscription())
    delivery = await claimed(sqlite_store)
    await sqlite_store.deliveries.begin([start(delivery)], DUE)
    spoil(f"sqlite:///{tmp_path}/papers.db", "delivery_parts", "changed_at", "now", delivery.id, "delivery_id")

    (part,) = await sqlite_store.deliveries.parts(delivery.id)

    assert part.state is DeliveryState.SENDING
    assert part.changed_at < DUE - 365 * DAY


@pytest.mark.parametrize("authors", ["", "[", "5", '"Ada"', '{"a": 1}', "[1, 2]", "[" * 10_000])
async def test_a_paper_that_cannot_be_read_is_left_out_and_the_others_are_there(
    store: Store, store_url: str, authors: str
) -> None:
    ids = ["2604.00001", "2604.00002", "2604.00003"]
    await kept(store, ids)
    spoil(store_url, "papers", "authors", authors, ids[1])

    many = await store.papers.many(ids)
    changed = (await store.changed_papers.since(None, "", 9)).papers
    histories = await store.histories(TODAY, TODAY, NOON - DAY, NOON)

    assert [each.id for each in many] == [ids[0], ids[2]]
    assert [each.paper.id for each in changed] == [ids[0], ids[2]]
    assert sorted(each.paper.id for each in histories) == [ids[0], ids[2]]
    assert await store.history(ids[1], NOON) is None


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [("observations", "seen_at", "zzz"), ("observations", "votes", "many"), ("listings", "day", "zzz")],
)
async def test_what_was_seen_and_cannot_be_read_hides_nothing_else(
    sqlite_store: Store, tmp_path: object, table: str, column: str, value: object
) -> None:
    ids = ["2604.00001", "2604.00002"]
    await kept(sqlite_store, ids)
    spoil(f"sqlite:///{tmp_path}/papers.db", table, column, value, ids[1], "paper_id")

    assert await sqlite_store.newest_observation_at() == NOON
    assert await sqlite_store.listed_days(TODAY, 9) == [TODAY]
    assert "2604.00001" in {each.paper.id for each in await sqlite_store.histories(TODAY, TODAY, NOON - DAY, NOON)}
    assert "2604.00001" in {each.id for each in await sqlite_store.papers.matching(["a"], 9)}


async def test_an_id_that_is_no_text_hides_no_other(sqlite_store: Store, tmp_path: object) -> None:
    url = f"sqlite:///{tmp_path}/papers.db"
    ids = ["2604.00001", "2604.00002"]
    await kept(sqlite_store, ids)
    for id in ids:
        await sqlite_store.saved.add("test", "ada", id, NOON)
        await sqlite_store.known_chats.put([ChatDetails(chat=Chat("test", id), space=id)], NOON)
        await sqlite_store.known_chats.add_manager(Chat("test", id), "ada", NOON)
    spoil(url, "saved_papers", "paper_id", b"\xff\x00", ids[1], "paper_id")
    spoil(url, "chat_details", "space", b"\xff\x00", ids[1], "chat")
    spoil(url, "chat_managers", "chat", b"\xff\x00", ids[1], "chat")
    spoil(url, "papers", "id", b"\xff\x00", ids[1])

    assert await sqlite_store.saved.of("test", "ada") == ids[:1]
    assert await sqlite_store.known_chats.spaces("test") == ids[:1]
    assert await sqlite_store.known_chats.managed_by("test", "ada") == ids[:1]
    assert await sqlite_store.papers.newest_ids(9) == ids[:1]


async def test_a_budget_that_cannot_be_read_stops_nobody(sqlite_store: Store, tmp_path: object) -> None:
    rates = {"test": Rate(count=1, seconds=1)}
    await sqlite_store.rates.take(rates, now=DUE)
    spoil(f"sqlite:///{tmp_path}/papers.db", "budgets", "digests", "plenty", "test", "key")

    turn = await sqlite_store.rates.take(rates, now=DUE)

    assert turn.granted


@pytest.mark.parametrize(
    "table", ["notes", "sources", "fetches", "shown_lists", "shown_papers", "delivery_changes", "generations"]
)
async def test_garbage_in_small_tables_is_taken_for_nothing(sqlite_store: Store, tmp_path: object, table: str) -> None:
    url = f"sqlite:///{tmp_path}/papers.db"
    await sqlite_store.subscriptions.add(subscription())
    delivery = await claimed(sqlite_store)
    await sqlite_store.notes.put("tick", "a", DUE)
    await sqlite_store.sources.failed("huggingface", DUE, SourceTrouble(TroubleCode.STATUS, "500"), DUE)
    await sqlite_store.keep(harvest(paper("1"), listing("1")))
    await sqlite_store.shown.remember(HERE, ["1"], DUE)
    for column in metadata.tables[table].columns:
        if not isinstance(column.type, sa.Text) and not column.primary_key and not column.foreign_keys:
            with connected(url) as connection:
                connection.execute(sa.text(f"UPDATE {table} SET \"{column.name}\" = 'garbage'"))  # noqa: S608

    assert await sqlite_store.notes.get("tick") in (None, ("a", DUE))
    assert len(await sqlite_store.sources.all()) <= 1
    assert len(await sqlite_store.fetched("huggingface")) <= 1
    assert await sqlite_store.complete_days(TODAY - DAY) <= {TODAY}
    assert await sqlite_store.shown.last(HERE) in ((), ("1",))
    assert await sqlite_store.shown_papers.ids(HERE) <= {"1"}
    assert len(await sqlite_store.deliveries.changes(delivery.id)) <= 2
    assert (await sqlite_store.generations.read(DUE)).number == 0
    assert await sqlite_store.deliveries.begin([start(delivery)], DUE) == {delivery.id}
