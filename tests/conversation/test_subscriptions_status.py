from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.commands import Commands
from bot.domain.deliveries import DeliveryState
from bot.domain.pages import Page, Trouble
from bot.domain.requests import Chat, Request
from bot.domain.subscriptions import Pause
from bot.messages.deliveries import reason
from bot.services.bundle import build_services
from bot.sources import sample
from bot.storage import Store
from tests.conversation.conftest import talk
from tests.conversation.ledger import begun, claimed, ended, sent
from tests.databases import connected, sqlite_url

HERE = Chat("console", "terminal")
MONDAY_NINE = datetime(2026, 4, 27, 7, tzinfo=UTC)
LATER = MONDAY_NINE + timedelta(hours=1)


async def subscribed(store: Store) -> None:
    await talk(store, sample.AS_OF)("/subscribe agents at 9:00 Europe/Berlin weekdays save")


async def page(store: Store, command: str, argument: str = "") -> Page:
    request = Request(chat=HERE, command=command, argument=argument, may_manage=True)
    return await Commands(build_services(store), lambda: LATER).handle(request)


async def test_status_tells_the_last_and_the_next_run(sqlite_store: Store) -> None:
    await subscribed(sqlite_store)
    await sent(sqlite_store, MONDAY_NINE)

    reply = await talk(sqlite_store, LATER)("/status")

    assert all(fact in reply.rows[0] for fact in ("1", "agents", "27 Apr", "28 Apr", "09:00"))


async def test_status_tells_what_was_skipped_and_why(sqlite_store: Store) -> None:
    await subscribed(sqlite_store)
    await sqlite_store.deliveries.plan(MONDAY_NINE + timedelta(hours=20))

    reply = await talk(sqlite_store, LATER + timedelta(hours=20))("/status")

    (skipped,) = await sqlite_store.deliveries.find(state=DeliveryState.SKIPPED)
    assert any(all(fact in row for fact in ("27 Apr", "agents", "skipped", reason(skipped))) for row in reply.rows)


async def test_status_tells_why_a_subscription_rests(sqlite_store: Store) -> None:
    await subscribed(sqlite_store)
    (mine,) = await sqlite_store.subscriptions.of(HERE)
    await sqlite_store.subscriptions.pause(mine.id, Pause.PLATFORM, LATER, "the bot was removed from the channel")

    assert "the bot was removed from the channel" in (await talk(sqlite_store, LATER)("/status")).rows[0]


async def test_a_subscription_that_cannot_be_read_is_told_and_can_be_mended_by_the_chat(
    sqlite_store: Store, tmp_path: Path
) -> None:
    await subscribed(sqlite_store)
    with connected(sqlite_url(tmp_path)) as database:
        database.execute(sa.text("UPDATE subscriptions SET zone = 'US/Pacific-New'"))
    await sqlite_store.deliveries.plan(MONDAY_NINE)
    say = talk(sqlite_store, LATER)

    status, listed, refused = await say("/status"), await say("/subscriptions"), await say("/resume 1")
    await say("/subscriptions edit 1 at 9:00 Berlin")
    resumed = await say("/resume 1")

    assert all("US/Pacific-New" in reply.rows[0] for reply in (status, listed))
    assert refused.refused
    assert resumed.trouble is Trouble.NONE
    (mine,) = await sqlite_store.subscriptions.of(HERE)
    assert (mine.paused, mine.schedule.zone) == (None, "Europe/Berlin")


async def test_status_of_a_chat_without_subscriptions_has_the_sources_only(sqlite_store: Store) -> None:
    reply = await talk(sqlite_store, LATER)("/status")

    assert len(reply.page.sections) == 1


async def test_a_digest_in_doubt_is_told_with_a_button(sqlite_store: Store) -> None:
    await subscribed(sqlite_store)
    await ended(sqlite_store, MONDAY_NINE, DeliveryState.UNCERTAIN, "no answer within 20 s")

    status = await page(sqlite_store, "status")
    doubts = await page(sqlite_store, "resend")

    assert [action.command for action in status.actions] == ["resend"]
    (row,) = doubts.sections[0].rows
    assert all(fact in row.text for fact in ("agents", "27 Apr", "no answer within 20 s"))
    assert doubts.actions[0].command.startswith("resend id:")


async def test_what_is_posted_again_is_planned_once_more(sqlite_store: Store) -> None:
    await subscribed(sqlite_store)
    delivery = await ended(sqlite_store, MONDAY_NINE, DeliveryState.UNCERTAIN, "no answer within 20 s")

    button = (await page(sqlite_store, "resend")).actions[0]
    answer = await page(sqlite_store, *button.command.split())

    assert answer.trouble is Trouble.NONE
    found = await sqlite_store.deliveries.get(delivery.id)
    assert found is not None
    assert found.state is DeliveryState.PLANNED


async def test_the_number_in_the_list_means_the_same(sqlite_store: Store) -> None:
    await subscribed(sqlite_store)
    await ended(sqlite_store, MONDAY_NINE, DeliveryState.UNCERTAIN, "no answer within 20 s")

    assert (await page(sqlite_store, "resend", "1")).trouble is Trouble.NONE
    assert (await page(sqlite_store, "resend", "1")).trouble is Trouble.REFUSED


async def test_a_digest_that_came_is_not_posted_again(sqlite_store: Store) -> None:
    await subscribed(sqlite_store)
    delivery = await sent(sqlite_store, MONDAY_NINE)

    assert (await page(sqlite_store, "resend", f"id:{delivery.id}")).refused
    assert (await page(sqlite_store, "resend", "the last one")).refused
    assert (await page(sqlite_store, "resend")).sections == ()


async def test_status_tells_that_todays_digest_waits_until_when_and_why(sqlite_store: Store) -> None:
    await subscribed(sqlite_store)
    delivery = await claimed(sqlite_store, MONDAY_NINE)
    until = LATER + timedelta(hours=1, minutes=46)
    await sqlite_store.deliveries.reschedule(delivery.attempt, until, "the platform asks to wait", LATER)

    status = await page(sqlite_store, "status")

    told = next(row.text for row in status.sections[0].rows)
    shown = {moment.at: moment.text for moment in status.moments}
    assert delivery.expires_at is not None
    assert {until, delivery.expires_at} <= shown.keys()
    assert shown[until] in told
    assert shown[delivery.expires_at] in told
    assert "the platform asks to wait" in told
    assert "at 11:46" in shown[until]


@pytest.mark.parametrize("state", [DeliveryState.UNCERTAIN, DeliveryState.FAILED, DeliveryState.SKIPPED])
async def test_status_tells_the_reason_of_what_did_not_come_today(sqlite_store: Store, state: DeliveryState) -> None:
    await subscribed(sqlite_store)
    await ended(sqlite_store, MONDAY_NINE, state, "a reason of its own")

    status = await page(sqlite_store, "status")

    told = [row.text for section in status.sections[:2] for row in section.rows]
    assert all("a reason of its own" in text for text in told)
    assert ("resend" in [action.command for action in status.actions]) is (state is DeliveryState.UNCERTAIN)


async def test_status_of_a_digest_that_is_on_its_way_promises_no_moment(sqlite_store: Store) -> None:
    await subscribed(sqlite_store)
    await begun(sqlite_store, MONDAY_NINE)

    moments = (await page(sqlite_store, "status")).moments

    assert all(moment.at.date() > MONDAY_NINE.date() for moment in moments if not moment.relative)
