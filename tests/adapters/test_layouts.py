"""How large the default digest is, on the platforms that have layouts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.pages import Layout
from tests.adapters.discord.pages import digest
from tests.benchmarks.layouts import on_discord, on_telegram


@pytest.mark.parametrize("count", range(1, 11))
def test_a_compact_list_has_summaries_and_few_buttons_and_is_one_message(count: int) -> None:
    page = digest(count)
    navigation = len(page.actions)

    for size in (on_discord(page), on_telegram(page, public=True), on_telegram(page, public=False)):
        assert size.summaries
        assert size.messages == 1
        # a single paper keeps its own buttons on Telegram
        assert size.buttons <= max(count, 5) + navigation


def test_the_full_layout_still_has_the_buttons_of_each_paper() -> None:
    page = replace(digest(5), layout=Layout.FULL)

    assert on_telegram(page, public=True).buttons == 5 * 4 + len(page.actions)
    # and a menu
    assert on_discord(page).buttons == 5 + 1 + len(page.actions)
