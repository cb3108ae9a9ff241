"""Which deliveries share what was read for another one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.pages import Layout
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
