from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pages import Action, Card, Page, Section, paginate
from bot.messages.localization import heading
from bot.messages.plain_text import plain


def card(number: int, body: str = "") -> Card:
    return Card(key=f"2604.{number:05}", number=number, title=f"Paper {number}", url="https://arxiv.org", body=body)


def within(limit: int):  # type: ignore[no-untyped-def]
    return lambda page: len(plain(page)) <= limit


def test_a_page_that_fits_stays_whole() -> None:
    page = Page(title="Trending", sections=(Section(cards=(card(1), card(2))),), footer="fresh")

    assert paginate(page, within(4_000)) == (page,)


def test_a_long_page_is_split_between_cards_and_loses_none() -> None:
    page = Page(title="Trending", sections=(Section(cards=tuple(card(n, "word " * 20) for n in range(1, 11))),))

    pages = paginate(page, within(400))

    assert len(pages) > 1
    assert all(len(plain(part)) <= 400 for part in pages)
    assert [each.number for part in pages for each in part.cards] == list(range(1, 11))


def test_only_the_last_part_carries_the_footer_and_the_buttons() -> None:
    actions = (Action("Help", "help"),)
    page = Page(
        title="Trending", sections=(Section(cards=(card(1, "x " * 90), card(2))),), footer="fresh", actions=actions
    )

    first, last = paginate(page, within(230))

    assert (first.footer, first.actions) == ("", ())
    assert (last.footer, last.actions) == ("fresh", actions)
    assert (first.continues, last.continues) == (False, True)
    assert heading(last) == "Trending (continued)"


def test_a_heading_stays_with_the_first_card_of_its_section() -> None:
    late = Section(heading="Late risers", cards=(card(2), card(3)))
    page = Page(title="T", sections=(Section(cards=(card(1, "w " * 30),)), late))

    pages = paginate(page, within(100))

    assert [part.sections[0].heading for part in pages] == ["", "Late risers"]


def test_a_card_that_is_too_long_alone_is_cut_at_a_word() -> None:
    page = Page(title="T", sections=(Section(cards=(card(1, "meaning " * 1_000),)),))

    (only,) = paginate(page, within(300))

    assert only.cards[0].title == "Paper 1"
    assert only.cards[0].body.endswith("meaning…")
    assert 250 < len(plain(only)) <= 300


@given(st.lists(st.integers(0, 900), max_size=12), st.integers(200, 3_000))
def test_no_part_is_over_the_limit_and_no_card_is_lost(lengths: list[int], limit: int) -> None:
    cards = tuple(card(number, "a" * length) for number, length in enumerate(lengths, 1))

    pages = paginate(Page(title="T", intro="about", sections=(Section(heading="H", cards=cards),)), within(limit))

    assert all(len(plain(part)) <= limit for part in pages)
    assert [each.key for part in pages for each in part.cards] == [each.key for each in cards]


def test_a_button_fits_the_tightest_platform() -> None:
    with pytest.raises(ValueError, match="too long for a button"):
        Action("Why", "why " + "é" * 31)
