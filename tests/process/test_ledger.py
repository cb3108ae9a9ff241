from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.deliveries import DeliveryState
from bot.domain.requests import Chat
from bot.domain.subscriptions import Pause
from bot.storage import Store, open_store
from bot.storage.process_lock import serving
from tests.databases import Postgres, connected
from tests.process.shipped import Paperboy
from tests.services.ledger import fill, worker
from tests.services.postbox import Postbox
from tests.storage.ledger import DUE, HERE, claimed, subscription


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """The database of the shipped command."""
    async with open_store(f"sqlite:///{tmp_path / 'data' / 'paperboy.db'}") as opened:
        await fill(opened)
        await opened.subscriptions.add(subscription())
        yield opened


async def test_deliveries_tell_what_came_what_did_not_and_why(paperboy: Paperboy, store: Store) -> None:
    await worker(store, Postbox()).round(DUE)
    await worker(store, Postbox()).round(DUE + timedelta(days=2))

    told = await paperboy("deliveries")
    skipped = await paperboy("deliveries", "--state", "skipped")
    elsewhere = await paperboy("deliveries", "--chat", "test:2:thread")
    of_a_day = await paperboy("deliveries", "--day", "2026-04-24", "--chat", str(HERE))

    assert [line.split()[:3] for line in told.out.splitlines()] == [
        ["3", "2026-04-26", "sent"],
        ["2", "2026-04-25", "skipped"],
        ["1", "2026-04-24", "sent"],
    ]
    assert "test:1  #1  missed: Paperboy was not running at that hour" in skipped.out
    assert elsewhere.out == "No matching deliveries.\n"
    assert of_a_day.out.startswith("       1  2026-04-24  sent       due 2026-04-24 07:00Z  test:1")


async def test_deliveries_for_a_program_have_every_part_and_every_change(paperboy: Paperboy, store: Store) -> None:
    await worker(store, Postbox(cards_in_a_part=3)).round(DUE)

    ended = await paperboy("deliveries", "--json")

    (facts,) = json.loads(ended.out)
    assert (facts["chat"], facts["state"], facts["local_date"]) == ("test:1", "sent", "2026-04-24")
    assert [(part["part"], part["state"], part["message_id"]) for part in facts["parts"]] == [
        (1, "sent", "m1"),
        (2, "sent", "m2"),
    ]
    assert [change["state"] for change in facts["changes"]] == ["planned", "claimed", "sending", "sent"]


async def test_a_round_as_of_a_moment_plans_what_was_due_then(paperboy: Paperboy, store: Store) -> None:
    ended = await paperboy("deliver", "--at", "2026-04-24T09:00+02:00")

    (row,) = await store.deliveries.find()
    assert (ended.code, ended.out) == (0, "Nothing was due.\n")
    assert (row.state, row.due_at) == (DeliveryState.PLANNED, DUE)


async def test_a_subscription_that_cannot_be_read_is_shown_everywhere_and_costs_nobody_else(
    paperboy: Paperboy, store: Store, tmp_path: Path
) -> None:
    for chat in range(2, 7):
        await store.subscriptions.add(subscription(chat=Chat("test", str(chat))))
    with connected(f"sqlite:///{tmp_path / 'data' / 'paperboy.db'}") as database:
        database.execute(sa.text("UPDATE subscriptions SET zone = 'US/Pacific-New' WHERE id = 3"))

    ended = await paperboy("deliver", "--at", "2026-04-24T07:00Z")
    told = await paperboy("deliveries", "--state", "failed")
    doctor = await paperboy("doctor", PAPERBOY_OFFLINE="1")

    planned = await store.deliveries.find(state=DeliveryState.PLANNED)
    assert ended.code == 0
    assert sorted(each.subscription_id for each in planned) == [1, 2, 4, 5, 6]
    assert "test:3  #3  its subscription cannot be read: no time zone: 'US/Pacific-New'" in told.out
    assert doctor.code == 1
    assert "✗ rows          subscriptions 3: no time zone: 'US/Pacific-New'" in doctor.out


@pytest.mark.parametrize("moment", ["yesterday", "2026-04-24", "2026-04-24T09:00"])
async def test_a_moment_without_its_zone_is_refused(paperboy: Paperboy, moment: str) -> None:
    ended = await paperboy("deliver", "--at", moment)

    assert ended.code == 2
    assert f"'{moment}'" in ended.err
    assert "2026-04-24T09:00Z" in ended.err


async def test_what_is_uncertain_is_sent_again_on_demand_and_what_was_sent_is_not(
    paperboy: Paperboy, store: Store
) -> None:
    delivery = await claimed(store)
    await store.deliveries.end([delivery.attempt], DeliveryState.UNCERTAIN, "no answer", DUE)

    first = await paperboy("resend", str(delivery.id))
    second = await paperboy("resend", str(delivery.id))
    third = await paperboy("resend", "99")

    assert first.code == 0
    assert "Delivery 1" in first.out
    assert (second.code, second.err) == (
        1,
        "paperboy: Delivery 1 is planned; only uncertain and failed ones can be sent again.\n",
    )
    assert (third.code, "no delivery 99" in third.err) == (1, True)
    assert [each.state for each in await store.deliveries.find()] == [DeliveryState.PLANNED]


async def test_a_worker_without_a_surface_says_so(paperboy: Paperboy) -> None:
    ended = await paperboy("work")

    assert ended.code == 2
    assert ended.err.startswith("paperboy: No platform is configured")


async def test_a_monitor_is_content_while_somebody_looks_for_what_is_due(paperboy: Paperboy, store: Store) -> None:
    await store.subscriptions.pause(1, Pause.PERSON, DUE)
    await store.notes.put("tick", "host-1", datetime.now(UTC))

    ended = await paperboy("doctor", "--live")

    assert ended.code == 0
    assert "✓ tick " in ended.out
    assert "host-1" in ended.out
    assert "✓ queue " in ended.out


async def test_a_monitor_is_told_when_nobody_looks_for_what_is_due(paperboy: Paperboy, store: Store) -> None:
    never = await paperboy("doctor", "--live")
    await store.notes.put("tick", "host-1", datetime.now(UTC) - timedelta(minutes=2))
    late = await paperboy("doctor", "--live", "--json")

    assert (never.code, late.code) == (1, 1)
    assert "✗ tick " in never.out
    wells = {finding["name"]: finding["ok"] for finding in json.loads(late.out)}
    assert wells == {"database": True, "writing": True, "tick": False, "queue": False, "loops": True}


@pytest.mark.parametrize(("minutes", "code"), [(4, 0), (6, 1)])
async def test_a_monitor_is_told_when_something_waits_for_more_than_five_minutes(
    paperboy: Paperboy, store: Store, minutes: int, code: int
) -> None:
    (wish,) = await store.subscriptions.of(HERE)
    now = datetime.now(UTC)
    await store.subscriptions.resume(wish.id, now - timedelta(minutes=minutes))
    await store.notes.put("tick", "host-1", now)

    ended = await paperboy("doctor", "--live")

    assert ended.code == code


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_monitor_is_told_when_the_database_cannot_be_written(paperboy: Paperboy, tmp_path: Path) -> None:
    await paperboy("migrate")
    (tmp_path / "data" / "paperboy.db").chmod(0o400)

    ended = await paperboy("doctor", "--live")

    assert ended.code == 1
    assert "✗ database" in ended.out


async def test_a_locked_database_is_a_red_monitor(paperboy: Paperboy, store: Store, tmp_path: Path) -> None:
    file = tmp_path / "data" / "paperboy.db"
    async with store._database.write():
        ended = await paperboy("doctor", "--live", PAPERBOY_DATABASE_URL=f"sqlite:///{file}?timeout=0.1")

    assert ended.code == 1
    assert "has been locked by another process" in ended.out


async def test_migrate_brings_everything_into_another_database(
    paperboy: Paperboy, store: Store, postgres: Postgres, tmp_path: Path
) -> None:
    await worker(store, Postbox()).round(DUE)
    here = f"sqlite:///{tmp_path / 'data' / 'paperboy.db'}"

    with postgres.schema() as there:
        half = await paperboy("migrate", "--from", here)
        ended = await paperboy("migrate", "--from", here, "--to", there)
        again = await paperboy("migrate", "--from", here, "--to", there)
        found = await paperboy("deliveries", PAPERBOY_DATABASE_URL=there)

    assert (half.code, half.err) == (2, "paperboy: paperboy migrate needs both --from and --to, or neither.\n")
    assert ended.code == 0
    assert "           1 subscriptions\n" in ended.out
    assert found.out.split()[:3] == ["1", "2026-04-24", "sent"]
    assert (again.code, "Choose an empty database" in again.err) == (1, True)


async def test_a_second_process_that_would_serve_the_same_file_is_refused(
    paperboy: Paperboy, store: Store, tmp_path: Path
) -> None:
    with serving(f"sqlite:///{tmp_path / 'data' / 'paperboy.db'}"):
        one_shot = await paperboy("deliveries")
        moved = await paperboy(
            "migrate", "--from", f"sqlite:///{tmp_path / 'data' / 'paperboy.db'}", "--to", "sqlite:///x"
        )

    assert one_shot.code == 0
    assert moved.code == 1
    assert f"(process {os.getpid()})" in moved.err
