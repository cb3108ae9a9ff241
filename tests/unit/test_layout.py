"""The button below a compact digest."""

from __future__ import annotations

import pytest

from bot.digests.composition import compose
from bot.domain.pages import ACTION_BYTES, Layout
from bot.domain.papers import ListRange
from bot.messages import trending
from bot.query import parse
from tests.builders import NOON


@pytest.mark.parametrize("window", ListRange)
@pytest.mark.parametrize("query", ["", "agents", "agents top 3", "author:" + "x" * 80, "模型 " * 30])
def test_one_button_below_a_compact_digest_opens_the_whole_list(window: ListRange, query: str) -> None:
    found = compose([], [NOON.date()], NOON, window=window, query=parse(query, NOON.date()))

    page = trending.digest(found, (), NOON, layout=Layout.COMPACT)

    (more,) = page.actions
    assert more.command.startswith(f"trending {window} {found.last}")
    assert more.command.endswith(" top 25")
    assert len(more.command.encode()) <= ACTION_BYTES
    assert ("agents" in more.command) == query.startswith("agents")
