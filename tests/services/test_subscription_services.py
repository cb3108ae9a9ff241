"""What the services of subscriptions and drafts return and refuse, without commands in front of them."""

from __future__ import annotations

import asyncio
from datetime import time

import pytest

from bot.domain.errors import BadArgument, NotFound
from bot.domain.requests import Chat
from bot.domain.subscriptions import Subscription
from bot.query.subscriptions.format import mark_of, show
from bot.query.subscriptions.parser import read
from bot.services.bundle import build_services
from bot.services.drafts import DraftService
from bot.services.subscriptions import MOST, SubscriptionService, blank
from bot.storage import Store
from tests.builders import NOON

ROOM = Chat("console", "room")


def wanted(words: str) -> Subscription:
    spec = read(words, NOON)
    return spec.over(blank(ROOM, spec.when.zone or "UTC", NOON))


def by_words(*words: str) -> dict[str, Subscription]:
    return {show(each): each for each in map(wanted, words)}


def drafts(store: Store) -> DraftService:
    return build_services(store).drafts


async def test_what_is_saved_twice_is_added_once(sqlite_store: Store) -> None:
    service = drafts(sqlite_store)

    first = await service.save(wanted("agents at 9:00 Berlin"), NOON)
    second = await service.save(wanted("agents at 9:00 Berlin"), NOON)

    assert (first.added, second.added) == (True, False)
    assert first.standing.subscription == second.standing.subscription
    assert len(await sqlite_store.subscriptions.of(ROOM)) == 1


async def test_a_draft_is_saved_by_the_first_who_takes_it(sqlite_store: Store) -> None:
    service = drafts(sqlite_store)
    offer = await service.propose(wanted("agents at 9:00 Berlin"), read("agents at 9:00 Berlin", NOON), NOON)
    draft = await service.open(ROOM, offer.mark, NOON)
    await service.save(draft.subscription, NOON, draft=draft.words)

    with pytest.raises(NotFound):
        await service.open(ROOM, offer.mark, NOON)
    with pytest.raises(NotFound):
        await service.save(wanted("robots at 9:00 Berlin"), NOON, draft=draft.words)

    assert len(await sqlite_store.subscriptions.of(ROOM)) == 1


@pytest.mark.parametrize("gone", [False, True])
async def test_changes_of_different_settings_at_the_same_time_are_all_kept(store: Store, gone: bool) -> None:
    service = build_services(store).subscriptions
    (kept,) = [await store.subscriptions.add(wanted("agents at 9:00 Berlin"))]
    read_before = await service.numbered(kept)
    if gone:
        await store.subscriptions.remove(kept.id)

    answers = await asyncio.gather(
        *(service.edit(read_before, words, NOON) for words in ("top 3", "silent:yes", "-survey", "at 18:30")),
        return_exceptions=True,
    )

    assert all(isinstance(each, NotFound) is gone for each in answers)
    after = [(each.size, each.silent, each.query, each.schedule.at) for each in await store.subscriptions.of(ROOM)]
    assert after == [] if gone else after == [(3, True, "-survey", time(18, 30))]


async def test_settings_that_were_made_from_older_ones_are_refused(store: Store) -> None:
    service = build_services(store).subscriptions
    kept = await store.subscriptions.add(wanted("agents at 9:00 Berlin"))
    mark = mark_of(show(kept))
    read_before = await service.numbered(kept)
    await service.edit(read_before, "top 3", NOON)

    for standing in (read_before, await service.numbered(kept)):
        with pytest.raises(BadArgument):
            await service.set(standing, "robots", NOON, mark)
    assert [each.query for each in await store.subscriptions.of(ROOM)] == ["agents"]


async def test_an_offer_keeps_nothing(sqlite_store: Store) -> None:
    service = drafts(sqlite_store)

    await service.offer(wanted("agents at 9:00 Berlin"), read("agents at 9:00 Berlin", NOON), NOON)

    assert not await service.words(ROOM, NOON)
    assert not await sqlite_store.subscriptions.of(ROOM)


async def test_a_time_zone_is_named_or_that_of_the_newest_subscription(sqlite_store: Store) -> None:
    service, spec = drafts(sqlite_store), read("agents at 9:00", NOON)

    assert await service.locate(ROOM, spec, NOON) is None
    await service.save(wanted("robots at 9:00 Tokyo"), NOON)
    located = await service.locate(ROOM, spec, NOON)

    assert located is not None
    assert located.subscription.schedule.zone == "Asia/Tokyo"
    assert "1" in located.zone_from


async def test_either_all_missing_subscriptions_are_added_or_none(sqlite_store: Store) -> None:
    service = SubscriptionService(sqlite_store)
    there = by_words("agents at 9:00 Berlin")
    assert await service.add_missing(ROOM, there) == [*there]

    more = by_words("agents at 9:00 Berlin", "robots at 9:00 Berlin")
    assert await service.add_missing(ROOM, more) == [words for words in more if words not in there]
    with pytest.raises(BadArgument):
        await service.add_missing(ROOM, by_words(*(f"topic{number} at 9:00 Berlin" for number in range(MOST))))

    assert len(await sqlite_store.subscriptions.of(ROOM)) == 2


async def test_a_subscription_that_is_gone_has_no_number(sqlite_store: Store) -> None:
    service = SubscriptionService(sqlite_store)
    await service.add_missing(ROOM, by_words("agents at 9:00 Berlin", "robots at 9:00 Berlin"))
    first, second = await service.with_last_delivery(ROOM)
    await service.remove([first])

    assert (await service.numbered(second.subscription)).number == 1
    with pytest.raises(NotFound):
        await service.numbered(first.subscription)


async def test_only_what_was_running_is_paused_and_only_what_rested_is_resumed(sqlite_store: Store) -> None:
    service = SubscriptionService(sqlite_store)
    await service.add_missing(ROOM, by_words("agents at 9:00 Berlin", "robots at 9:00 Berlin"))
    first, second = await service.with_last_delivery(ROOM)

    assert await service.pause([first], NOON) == [first]
    both = await service.with_last_delivery(ROOM)
    assert [each.number for each in await service.pause(both, NOON)] == [second.number]
    assert await service.resume_for_platform(ROOM.surface, [ROOM.id], NOON) == 0
    resumed = await service.resume(await service.with_last_delivery(ROOM), NOON)

    assert [each.number for each in resumed] == [1, 2]
    assert all(each.subscription.next_at and not each.subscription.paused for each in resumed)
    assert not await service.resume(await service.with_last_delivery(ROOM), NOON)
