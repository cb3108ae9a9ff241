"""The button below a compact digest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.digests.composition import compose
from bot.domain.pages import ACTION_BYTES, Layout
from bot.domain.papers import ListRange
from bot.messages import trending
from bot.query import MOST_PAPERS, parse
from tests.builders import NOON


@pytest.mark.parametrize("window", ListRange)
@pytest.mark.parametrize("query", ["", "agents", "agents top 3", "模型 智能体"])
def test_one_button_below_a_compact_digest_opens_the_whole_list(window: ListRange, query: str) -> None:
    found = compose([], [NOON.date()], NOON, window=window, query=parse(query, NOON.date()))

    (more,) = trending.digest(found, (), NOON, layout=Layout.COMPACT).actions

    assert more.command.startswith(f"trending {window} {found.last}")
    assert more.command.endswith(f" top {MOST_PAPERS}")
    assert parse(more.command.split(" ", 3)[3], NOON.date()) == replace(found.query, limit=MOST_PAPERS)


@pytest.mark.parametrize("window", ListRange)
@pytest.mark.parametrize("length", range(1, 100, 3))
def test_a_query_that_is_too_long_for_a_button_has_none_instead_of_a_list_about_something_else(
    window: ListRange, length: int
) -> None:
    found = compose([], [NOON.date()], NOON, window=window, query=parse("author:" + "x" * length, NOON.date()))

    actions = trending.digest(found, (), NOON, layout=Layout.COMPACT).actions

    assert all("x" * length in more.command and len(more.command.encode()) <= ACTION_BYTES for more in actions)
    assert bool(actions) == (len(f"trending {window} {found.last} author:{'x' * length}") <= ACTION_BYTES)
