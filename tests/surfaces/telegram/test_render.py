from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.telegram.keyboards import Surroundings, keyboard
from adapters.telegram.render import fits, parts, preview, rich, unmarked
from bot.page import Card, Page, Row, Section
from bot.text import plain as visible
from tests.shared import PAPERS, needs_shared
from tests.surfaces.telegram import pages
from tests.surfaces.telegram.formatting import found_in, needs_tdjson, parse_html

GOLDEN = Path(__file__).parent / "golden"
#: letters that a title must not get past, beside all others
HOSTILE = st.sampled_from(
    [
        *("<b>", "</b>", "<a href='x'>", "&amp;", "&", "<", ">", '"', "<tg-time>", "```", "](http://x)"),
        *("@everyone", "@durov", "/start", "#tag", "$USD", "a@b.org", "\u202e", "\u200b", "\x00", "\r\n", "\ud800"),
        *("🧑\u200d🚀", "Z\u0338\u0327a\u0338l\u0338g\u0338o\u0338", "漢字", "مرحبا"),
    ]
)
TEXTS = st.lists(st.one_of(HOSTILE, st.text(max_size=30)), max_size=12).map(" ".join)


def shown(page: Page, *, public: bool) -> str:
    """Everything that is sent of a page, to be read by a person."""
    where = Surroundings(public=public, bot="paperboy_bot", managing={"subscribe"})
    told = []
    for part in parts(page):
        markup = keyboard(part, where)
        rows = [json.dumps([_told(each) for each in row], ensure_ascii=False) for row in _rows(markup)]
        told.append("\n".join([rich(part).html, "", *rows, ""]))
    return "\n-----\n".join(told)


def _rows(markup: object) -> Sequence[Sequence[object]]:
    return getattr(markup, "inline_keyboard", ())


def _told(button: object) -> str:
    carried = (getattr(button, name, None) for name in ("callback_data", "url", "copy_text"))
    return f"{getattr(button, 'text', '')} → {next(each for each in carried if each)}"


@pytest.mark.parametrize("public", [False, True], ids=["private", "public"])
@pytest.mark.parametrize("name", pages.EVERY)
def test_a_page_looks_as_it_did(name: str, public: bool) -> None:
    golden = GOLDEN / f"{name}-{'public' if public else 'private'}.html"

    now = shown(pages.EVERY[name](), public=public)

    if os.environ.get("GOLDEN"):
        golden.write_text(now, encoding="utf-8")
    assert now == golden.read_text(encoding="utf-8")


def sound(page: Page) -> None:
    """Every message of a page is understood, keeps its text, and stays below the limits."""
    for part in parts(page):
        whole = rich(part)
        parsed = parse_html(whole.html)
        assert parsed.text == whole.text
        assert len(parsed.text.encode("utf-16-le")) // 2 <= 4_096
        assert len(parsed.entities) <= 100
        assert len(whole.html) - len(whole.text) <= 9_500
        assert not {each["type"] for each in found_in(parsed.text)} & {"mention"}


def spoiled(title: str, body: str, count: int) -> Page:
    cards = tuple(
        replace(pages.card(number), title=title, byline=title, body=body, reason=body[:80])
        for number in range(1, count + 1)
    )
    return replace(pages.digest(), title=title[:200], intro=body[:300], sections=(Section(cards=cards),))


@needs_tdjson
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(title=TEXTS, body=TEXTS, count=st.integers(1, 12))
def test_whatever_a_title_holds_the_message_is_sound(title: str, body: str, count: int) -> None:
    sound(spoiled(title, body, count))


@needs_tdjson
@pytest.mark.proof
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(title=TEXTS, body=TEXTS, count=st.integers(1, 4))
def test_ten_thousand_titles_and_abstracts_are_sound(title: str, body: str, count: int) -> None:
    sound(spoiled(title, body, count))


@needs_tdjson
@needs_shared
def test_the_nastiest_texts_of_the_archive_are_sound() -> None:
    cases = json.loads((PAPERS / "fixtures" / "nasty_text.json").read_text(encoding="utf-8"))
    assert len(cases) > 70

    for case in cases:
        sound(spoiled(case["raw"][:300], case["raw"][:1500], 3))


def test_a_digest_of_ten_is_one_message_in_which_every_paper_keeps_its_place() -> None:
    long = replace(pages.digest(), sections=(Section(cards=tuple(_wordy(n) for n in range(1, 11))),))

    (whole,) = parts(long)

    assert not fits(long)
    assert [card.number for card in whole.cards] == list(range(1, 11))
    assert all(len(card.body) > 90 for card in whole.cards)


def _wordy(number: int) -> Card:
    return pages.card(number, body="so many words " * 30)


def test_what_is_too_long_for_one_message_is_cut_between_papers() -> None:
    page = replace(pages.digest(), sections=(Section(cards=tuple(_wordy(n) for n in range(1, 26))),))

    pieces = parts(page)

    assert len(pieces) > 1
    assert [card.number for piece in pieces for card in piece.cards] == list(range(1, 26))
    assert pieces[-1].actions == page.actions


def test_a_long_block_is_cut_between_its_entries() -> None:
    entry = "@misc{key%d,\n  title = {" + "word " * 60 + "}\n}"
    page = Page(title="Saved", sections=(Section(heading="BibTeX", verbatim="\n".join(entry % n for n in range(25))),))

    pieces = parts(page)

    blocks = [section.verbatim for piece in pieces for section in piece.sections]
    assert "\n".join(blocks) == page.sections[0].verbatim
    assert all(block.startswith("@misc") and block.endswith("}") for block in blocks)


def test_a_picture_is_shown_for_a_paper_alone_and_for_no_list() -> None:
    assert preview(pages.paper()) == "https://huggingface.co/papers/2604.00001"
    assert preview(pages.digest()) == ""
    assert preview(pages.digest(1)) == ""


def test_a_title_mentions_nobody_and_an_address_that_is_none_is_no_link() -> None:
    page = Page(title="T", sections=(Section(cards=(Card(key="k", title="@durov /start", url="javascript:x"),)),))

    html = rich(page).html

    assert "@durov" not in html
    assert "/start" not in html
    assert "javascript" not in html


def test_a_page_without_marks_is_what_is_left_when_telegram_does_not_understand_them() -> None:
    assert "1. Natural Gradients" in unmarked(pages.digest(2))
    assert len(unmarked(parts(pages.digest())[0])) <= 4_000


def test_a_row_that_is_a_command_can_be_pressed() -> None:
    page = Page(title="Help", sections=(Section(rows=(Row("/trending", "what is rising"), Row("x", ""))),))

    assert "\n/trending – what is rising\n<b>x</b>" in rich(page).html


@given(st.text())
def test_text_is_measured_as_it_is_seen(text: str) -> None:
    assert rich(Page(title=text)).text.replace("\u2060", "") == visible(text).replace("\u2060", "")
