"""Pages that fit in no message: what is cut, what is kept, and what is sent where nothing fits."""

from __future__ import annotations

import pytest

from adapters.discord.components import MOST_COMPONENTS, MOST_LETTERS
from adapters.discord.message import forms
from adapters.discord.pages import left_out
from adapters.discord.render import RenderContext, box, parts
from bot.domain.pages import Action, Card, Page, Row, Section
from tests.adapters.discord import bodies
from tests.adapters.discord.people import read


def listed(count: int) -> Page:
    """A list with a vote and a button for each paper."""
    cards = tuple(
        Card(
            key=f"2604.{number:05}",
            number=number,
            title=f"Title {number}",
            url="https://arxiv.org/abs/1",
            actions=(Action("👍", f"vote 2604.{number:05} up"),),
        )
        for number in range(1, count + 1)
    )
    actions = tuple(Action(f"More {number}", f"papers {number}") for number in range(3))
    return Page(title="Papers", sections=(Section(cards=cards),), actions=actions)


def test_a_page_that_fits_in_no_form_keeps_its_words_drops_its_buttons_and_has_forms_that_fit() -> None:
    page = listed(120)

    barest = box(page)
    _, embed, content = forms(page, RenderContext())

    assert not barest.fits
    assert "papers " not in str(barest.json)
    assert "Title 120" in str(barest.json)
    for body in (embed, content):
        assert bodies.fault(body) == ""
        assert "Title 1](" in bodies.texts(body)[-1]
        assert bodies.texts(body)[-1].endswith(str(left_out(120 - bodies.texts(body)[-1].count("](http"))))


@pytest.mark.parametrize("length", [1_800, 1_950, 3_950, 9_000])
def test_where_not_even_the_first_piece_fits_it_is_shortened(length: int) -> None:
    page = Page(title="Papers", intro="A sentence about papers. " * (length // 25))

    for body in list(forms(page, RenderContext()))[1:]:
        assert bodies.fault(body) == ""
        assert "A sentence about papers." in bodies.texts(body)[-1]
        assert "more. /trending" not in bodies.texts(body)[-1]


def test_the_same_page_cut_into_parts_has_every_paper_once_and_its_buttons() -> None:
    cut = [box(part) for part in parts(listed(60))]

    assert all(part.fits for part in cut)
    whole = "\n".join(str(part.json) for part in cut)
    assert all(whole.count(f"Title {number}]") == 1 for number in range(1, 61))
    assert "papers 0" in whole


@pytest.mark.parametrize(
    ("heading", "text", "verbatim"),
    [("Heading", "", ""), ("", "Some text", ""), ("", "", "@article{x}"), ("Heading", "Some text", "@article{x}")],
)
def test_nothing_of_a_section_is_lost_where_its_page_is_cut(heading: str, text: str, verbatim: str) -> None:
    rows = tuple(Row(f"Row {number}", "word " * 40) for number in range(40))
    page = Page(title="Papers", sections=(Section(heading=heading, text=text, verbatim=verbatim, rows=rows),))

    cut = parts(page)
    shown = "\n".join(read(next(forms(part, RenderContext()))) for part in cut)

    assert len(cut) > 1
    assert all(piece in shown for piece in (heading, text, verbatim))
    assert all(f"Row {number} " in shown for number in range(40))


def test_a_long_text_and_a_long_block_are_cut_at_lines_and_lose_none() -> None:
    lines = [f"line {number}" for number in range(900)]
    page = Page(title="Papers", sections=(Section(text="\n".join(lines[:450]), verbatim="\n".join(lines[450:])),))

    shown = "\n".join(read(next(forms(part, RenderContext()))) for part in parts(page)).splitlines()

    assert [line for line in shown if line.startswith("line ")] == lines


def test_a_paper_that_stands_alone_keeps_its_abstract_where_its_title_is_shortened() -> None:
    card = Card(key="1", title="Title " * 80, url="https://arxiv.org/abs/1", body="word " * 720)

    form = box(Page(title="Paper", sections=(Section(cards=(card,)),)))

    assert form.fits
    assert str(form.json).count("word") == 720
    assert str(form.json).count("Title") < 80


@pytest.mark.parametrize(("components", "fits"), [(MOST_COMPONENTS, True), (MOST_COMPONENTS + 1, False)])
def test_the_limit_of_components_is_met_from_below_and_above(components: int, fits: bool) -> None:
    # a container, a text, and rows of five buttons with one component for each row
    rows, buttons = divmod(components - 2, 6)
    count = 5 * rows + max(buttons - 1, 0)
    page = Page(title="Papers", actions=tuple(Action("Open", f"papers {number}") for number in range(count)))

    form = box(page)

    assert form.fits
    assert (form.size == components) is fits


@pytest.mark.parametrize(("more", "parts_wanted"), [(0, 1), (1, 2)])
def test_the_limit_of_letters_is_met_from_below_and_above(more: int, parts_wanted: int) -> None:
    # what stands around the text: a heading's two signs and blank, a line break, and a mention that may come
    around = len("## Papers\n") + len("<@&00000000000000000000> Papers")
    page = Page(title="Papers", sections=(Section(text="x" * (MOST_LETTERS - around + more)),))

    assert len(parts(page)) >= parts_wanted
    assert (len(parts(page)) == 1) is (parts_wanted == 1)


@pytest.mark.parametrize(("first", "pieces"), [(749, 1), (750, 2)])
def test_a_text_is_cut_at_a_line_break_before_it_has_more_than_1500_characters(first: int, pieces: int) -> None:
    text = f"{'a' * first}\n{'b' * 750}"

    pages = parts(Page(title="Papers", sections=(Section(text=text), Section(text="c" * 4_000))))

    lengths = [len(each.text) for page in pages for each in page.sections if "c" not in each.text]
    assert lengths == ([1_500] if pieces == 1 else [750, 750])
