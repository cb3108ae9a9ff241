"""Which deliveries share what was read for another one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.commands import Commands
from bot.domain.pages import Layout
from bot.domain.requests import Chat, Request
from bot.domain.sources import FetchResult
from bot.services.bundle import build_services
from bot.services.delivery.composer import Composer
from bot.sources import sample
from bot.storage import Store
from tests.builders import NOON
from tests.storage.ledger import subscription

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("later", "exactly", "shared"),
    [
        (timedelta(0), False, True),
        (timedelta(0), True, True),
        (59 * SECOND, False, True),
        (60 * SECOND, False, False),
        (-SECOND, False, False),
        (SECOND, True, False),
    ],
)
async def test_what_was_known_within_the_minute_before_is_read_once(
    sqlite_store: Store, later: timedelta, exactly: bool, shared: bool
) -> None:
    composer = Composer(sqlite_store)

    first = await composer.snapshot(NOON)
    second = await composer.snapshot(NOON + later, exactly=exactly)

    assert (first is second) is shared
    assert second.at == (NOON if shared else NOON + later)


async def test_four_are_remembered_and_the_oldest_is_forgotten_first(sqlite_store: Store) -> None:
    composer = Composer(sqlite_store)
    moments = [NOON + timedelta(hours=hours) for hours in range(5)]
    made = [await composer.snapshot(moment) for moment in moments]

    kept = [await composer.snapshot(moment, exactly=True) for moment in moments[1:]]

    assert all(again is first for again, first in zip(kept, made[1:], strict=True))
    assert await composer.snapshot(NOON, exactly=True) is not made[0]


async def test_chats_share_a_digest_only_in_the_same_layout(sample_store: Store) -> None:
    composer = Composer(sample_store)
    snapshot = await composer.snapshot(sample.AS_OF)
    wishes = [subscription(layout=each) for each in (Layout.COMPACT, Layout.FULL, Layout.COMPACT)]

    compact, full, again = [await composer.compose(each, {}, snapshot, sample.AS_OF) for each in wishes]

    assert compact is again
    assert compact.page is not None
    assert full.page is not None
    assert (compact.page.layout, full.page.layout) == (Layout.COMPACT, Layout.FULL)
    assert compact.paper_ids == full.paper_ids
    assert [action.command.split()[0] for action in compact.page.actions] == ["trending"]


async def pictured(store: Store, at: datetime) -> None:
    """Give every paper a picture."""
    known = await store.papers.many(await store.papers.newest_ids(1000))
    papers = (replace(each, thumbnail_url=f"https://pictures.example.org/{each.id}.png") for each in known)
    await store.keep(FetchResult(source="huggingface", seen_at=at, papers=tuple(papers)))


async def test_pictures_are_shown_unless_the_operator_or_the_subscription_wants_none(sample_store: Store) -> None:
    await pictured(sample_store, sample.AS_OF)
    wishes = [subscription(thumbnails=each) for each in (True, False, True)]

    shown: dict[bool, list[bool]] = {}
    for allowed in (True, False):
        composer = Composer(sample_store, thumbnails=allowed)
        snapshot = await composer.snapshot(sample.AS_OF)
        composed = [await composer.compose(each, {}, snapshot, sample.AS_OF) for each in wishes]
        pages = [each.page for each in composed if each.page]
        shown[allowed] = [any(card.thumbnail for card in page.cards) for page in pages]
        assert composed[0] is composed[2] is not composed[1]

    assert shown == {True: [True, False, True], False: [False, False, False]}


@pytest.mark.parametrize("allowed", [True, False])
async def test_answers_have_pictures_unless_the_operator_wants_none(sample_store: Store, *, allowed: bool) -> None:
    await pictured(sample_store, sample.AS_OF)
    commands = Commands(build_services(sample_store, thumbnails=allowed), lambda: sample.AS_OF)
    here = Chat("test", "1")

    for command, argument in (("trending", ""), ("papers", "agents"), ("paper", "1"), ("preview", "agents")):
        page = await commands.handle(Request(chat=here, command=command, argument=argument, may_manage=True))
        assert page.cards
        assert all(bool(card.thumbnail) is allowed for card in page.cards)


async def test_a_preview_shows_what_the_subscription_would_bring(sample_store: Store) -> None:
    await pictured(sample_store, sample.AS_OF)
    commands = Commands(build_services(sample_store), lambda: sample.AS_OF)
    asked = Request(
        chat=Chat("test", "1"), command="preview", argument="agents layout:cards thumbnails:no", may_manage=True
    )

    page = await commands.handle(asked)

    assert page.layout is Layout.CARDS
    assert page.cards
    assert not any(card.thumbnail for card in page.cards)
