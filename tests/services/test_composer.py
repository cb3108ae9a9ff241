"""Which deliveries share what was read for another one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.services.delivery.composer import Composer
from bot.storage import Store
from tests.builders import NOON

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
