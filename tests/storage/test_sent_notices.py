"""Sent notices that cannot be read, and the migration that brings their tables."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.domain.deliveries import DeliveryState
from bot.storage import open_store
from tests.databases import connected, made_sqlite
from tests.storage.former import CREATED, add_row, add_subscription, former_schema
from tests.storage.ledger import HERE, HOUR

BEFORE = "0027"


async def test_uncertain_digests_stay_and_are_named_by_new_notices(database_url: str) -> None:
    with former_schema(database_url, BEFORE) as connection:
        add_subscription(connection, layout="cards")
        for day, state in ((1, "uncertain"), (2, "sent")):
            add_row(
                connection,
                "deliveries",
                subscription_id=1,
                surface="test",
                chat="1",
                thread="",
                local_date=CREATED.date() + timedelta(days=day),
                due_at=CREATED,
                state=state,
                late=False,
                visible_at=CREATED,
                attempts=1,
                failures=0,
                owner="a",
                note="",
                digest_id="d",
                changed_at=CREATED,
            )

    async with open_store(database_url) as store:
        found = sorted(await store.deliveries.of(HERE, 9), key=lambda each: each.local_date)
        await store.sent_notices.add(HERE, "m", "n", [each.id for each in found], CREATED + HOUR)
        (notice,) = await store.sent_notices.claim("test", CREATED + HOUR, HOUR, CREATED, 9)

    assert [each.state for each in found] == [DeliveryState.UNCERTAIN, DeliveryState.SENT]
    assert [(each.number, each.over) for each in notice.digests] == [(1, False), (2, True)]
    assert (notice.chat, notice.message_id, notice.nonce) == (HERE, "m", "n")


async def test_a_notice_that_cannot_be_read_does_not_take_the_turn_of_another(tmp_path: Path) -> None:
    url = made_sqlite(tmp_path)
    with connected(url) as connection:
        for number, message in enumerate((b"\xff", "m")):
            add_row(
                connection,
                "sent_notices",
                surface="test",
                chat="1",
                thread="",
                message_id=message,
                nonce="n",
                sent_at=CREATED,
                closed=False,
                visible_at=CREATED + timedelta(seconds=number),
                failures=0,
            )

    async with open_store(url) as store:
        claimed = [await store.sent_notices.claim("test", CREATED + HOUR, HOUR, CREATED, 1) for _ in range(2)]

    assert [[each.message_id for each in some] for some in claimed] == [[], ["m"]]
