"""Digests that change after they were sent, and what a group or channel reads when it adds the bot."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from adapters.telegram.surface import Telegram
from bot.domain.errors import DeliveryError
from bot.domain.follow_ups import FollowUpState
from bot.domain.pages import Layout
from bot.domain.requests import Chat, Tally
from bot.services.bundle import build_services
from bot.services.delivery.deliverer import Deliverer
from bot.storage import Store
from tests.adapters.telegram import pages
from tests.adapters.telegram.conftest import NOW, Talk
from tests.adapters.telegram.server import LocalTelegram
from tests.services.ledger import fill
from tests.storage.ledger import DUE, HOUR, subscription

ADA = Chat("telegram", "7")
GROUP = Chat("telegram", "-1001000000001")


async def sent(surface: Telegram, chat: Chat, layout: Layout = Layout.COMPACT, role: str = "") -> int:
    page = replace(pages.full(2), layout=layout)
    return int(await surface.send(chat, page, nonce="n", silent=False, role=role))


async def edit(surface: Telegram, chat: Chat, id: int, intro: str, role: str = "", **tallies: Tally) -> None:
    page = replace(pages.full(2), intro=intro)
    await surface.edit(chat, str(id), page, nonce="n", role=role, tallies=tallies)


async def test_an_edit_changes_the_message_and_is_no_error_a_second_time(
    surface: Telegram, server: LocalTelegram
) -> None:
    server.world.add_place(int(GROUP.id), is_forum=True)
    id = await sent(surface, GROUP, role="@readers")

    await edit(surface, GROUP, id, "Updated at noon", role="@readers")
    await edit(surface, GROUP, id, "Updated at noon", role="@readers")

    (message,) = server.world.of(int(GROUP.id))
    assert "Updated at noon" in message.text
    assert message.text.startswith("@readers\n")
    assert message.edits == 1


@pytest.mark.parametrize("why", ["deleted", "kicked", "gone"])
async def test_a_message_that_telegram_does_not_change_any_more_is_left_for_good(
    surface: Telegram, server: LocalTelegram, why: str
) -> None:
    place = server.world.add_place(int(GROUP.id))
    id = await sent(surface, GROUP)
    match why:
        case "deleted":
            place.forgotten.add(id)
        case "kicked":
            place.bot = "kicked"
        case _:
            del server.world.places[place.id]

    with pytest.raises(DeliveryError) as raised:
        await edit(surface, GROUP, id, "Updated")

    assert raised.value.permanent
    assert raised.value.reason


async def test_a_living_digest_reaches_telegram(surface: Telegram, server: LocalTelegram, sqlite_store: Store) -> None:
    server.world.add_person("Ada", 7)
    await fill(sqlite_store)
    await sqlite_store.subscriptions.add(subscription(chat=ADA, living=True))
    deliverer = Deliverer(sqlite_store, {"telegram": surface}, owner="a")

    await deliverer.round(DUE)
    await deliverer.follow_up_batch("telegram", lambda: DUE + 4 * HOUR)
    server.world.places[7].forgotten.add(server.world.of(7)[0].id)
    await deliverer.follow_up_batch("telegram", lambda: DUE + 8 * HOUR)

    (message,) = server.world.of(7)
    assert message.edits == 1
    (delivery,) = await sqlite_store.deliveries.of(ADA, 9)
    states = [each.state for each in await sqlite_store.follow_ups.of(delivery.id)]
    assert states == [FollowUpState.DONE, FollowUpState.FROZEN, FollowUpState.FROZEN]


async def test_a_group_that_adds_the_bot_is_greeted_once(talk: Talk) -> None:
    group = talk.server.world.add_place(-1001000000002, title="Lab", people={7: "creator"}, bot="left")

    await talk.server.bot_becomes(group, "member", talk.ada)
    greeting = await talk.server.next_message(group)
    await talk.server.bot_becomes(group, "administrator", talk.ada)
    await talk.server.bot_becomes(group, "left", talk.ada)
    await talk.server.bot_becomes(group, "member", talk.ada)
    await talk.quiet()
    await asyncio.sleep(0)

    assert talk.server.world.of(group.id) == [greeting]
    assert len(greeting.labels) == 2
    assert greeting.offers("subscribe at 9:00")
    asked = await talk.press(greeting, "subscribe at 9:00")
    assert not asked.alert
    # nothing says the zone, so it is asked for
    await talk.server.until(lambda: greeting.edits == 1 or len(talk.server.world.of(group.id)) > 1)
    assert await talk.store.subscriptions.of(Chat("telegram", str(group.id))) == []


async def test_a_greeting_is_not_repeated_by_another_process(talk: Talk) -> None:
    services = build_services(talk.store)
    group = talk.server.world.add_place(-1001000000002, title="Lab", people={7: "creator"}, bot="left")
    await services.store.greetings.claim(Chat("telegram", str(group.id)), NOW)

    await talk.server.bot_becomes(group, "member", talk.ada)
    await talk.quiet()

    assert talk.server.world.of(group.id) == []


@pytest.mark.parametrize("started", [True, False])
async def test_a_channel_is_greeted_where_only_its_owner_reads_if_that_is_possible(talk: Talk, started: bool) -> None:
    channel = talk.server.world.add_place(
        -1009000000007, kind="channel", title="Daily", bot="left", people={7: "creator"}
    )
    if not started:
        talk.server.world.places[7].bot = "never"

    await talk.server.bot_becomes(channel, "administrator", talk.ada)
    greeting = await talk.server.next_message(talk.ada if started else channel)
    await talk.quiet()

    assert bool(talk.server.world.of(channel.id)) is not started
    assert len(greeting.labels) == 2
    assert greeting.silent is not started


async def test_a_group_in_which_the_bot_may_not_write_is_not_greeted(talk: Talk) -> None:
    group = talk.server.world.add_place(-1001000000002, title="Lab", people={7: "creator"}, bot="left")
    group.bot_may_post = False

    await talk.server.bot_becomes(group, "member", talk.ada)
    await talk.quiet()

    assert talk.server.world.of(group.id) == []


async def test_start_has_three_buttons_and_an_example(talk: Talk) -> None:
    answer = await talk.ask("/start")

    assert answer.lines == ["subscribe at 9:00", "trending", "help all"]
    assert "/subscribe " in answer.text
    assert answer.text.count("\n/") == 0


async def test_the_zone_of_the_persons_language_is_offered_first_and_not_stored(talk: Talk) -> None:
    talk.ada.language = "pt-br"
    answer = await talk.ask("/subscribe agents at 9:00")

    assert answer.lines[0] == "subscribe agents at 9:00 America/Sao_Paulo"
    assert await talk.store.subscriptions.of(ADA) == []
