from __future__ import annotations

import bisect
import json
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from adapters.telegram import markup
from adapters.telegram.keyboards import KeyboardContext, keyboard
from adapters.telegram.render import fits, formatted, parts, preview, unmarked
from bot.domain.i18n import joined, lines, tr
from bot.domain.pages import Card, Layout, Link, Page, Row, RowKind, Section
from bot.domain.text import plain as visible
from bot.messages import words
from bot.messages.localization import localized
from tests.adapters.telegram import pages
from tests.adapters.telegram.formatting import found_in, needs_tdjson, parse_html
from tests.adapters.telegram.world import Json
from tests.shared import PAPERS, needs_shared

GOLDEN = Path(__file__).parent / "golden"
#: letters that a title must not get past, beside all others
HOSTILE = st.sampled_from(
    [
        *("<b>", "</b>", "<a href='x'>", "&amp;", "&", "<", ">", '"', "<tg-time>", "```", "](http://x)"),
        *("@everyone", "@durov", "/start", "#tag", "$USD", "a@b.org", "\u202e", "\u200b", "\x00", "\r\n", "\ud800"),
        *("🧑\u200d🚀", "Z\u0338\u0327a\u0338l\u0338g\u0338o\u0338", "漢字", "مرحبا"),
    ]
)
#: what becomes a link by itself; a command is one only where the bot has written it
LIVE = {"mention", "hashtag", "cashtag", "url", "email"}
#: what people write that is a link by itself
ADDRESSES = [
    *("t.me/x", "T.ME/joinchat/abc", "example.com", "https://example.com/a?b=c#d", "http://localhost.localdomain.org"),
    *("www.example.co.uk", "пример.рф", "例え.jp", "xn--e1afmkfd.xn--p1ai", "127.0.0.1", "http://127.0.0.1:80/x"),
    *("10.0.0.1/24", "user:pass@host.com", "a@b.org", "first.last+tag@sub.example.museum", "mailto:a@b.org"),
    *(
        "tg://resolve?domain=durov",
        "ton://transfer/x",
        "tonsite://x.ton",
        "foo.ton",
        "README.md",
        "cs.AI",
        "a_b.c-d.io",
    ),
    *("@durov", "@gif", "(@name)", "x/@name", "#tag", "#漢字", "#1a", "#tag@name", "$USD", "$USDT-TON", "$A"),
    *("/start", "/1", "/start@other_bot", "(/help)", "//x.com", "-/stop", "t.me/x/y.com/@a#b$USD", "a.b.c.d.com"),
]
GLUE = st.sampled_from(
    ["", " ", ".", ",", "(", ")", "/", "@", "#", "$", ":", "-", "_", "1", "a", "é", "漢", "\n", "://"]
)
TEXTS = st.lists(st.one_of(HOSTILE, st.text(max_size=30)), max_size=12).map(" ".join)


def shown(page: Page, *, public: bool) -> str:
    """Everything that is sent of a page, to be read by a person."""
    where = KeyboardContext(public=public, bot="paperboy_bot", managing={"subscribe"})
    told = []
    for part in parts(page):
        buttons = keyboard(part, where)
        rows = [json.dumps([_told(each) for each in row], ensure_ascii=False) for row in _rows(buttons)]
        told.append("\n".join([formatted(part).html, "", *rows, ""]))
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
        whole = formatted(part)
        parsed = parse_html(whole.html)
        assert parsed.text == whole.text
        assert len(parsed.text.encode("utf-16-le")) // 2 <= 4_096
        assert len(parsed.entities) <= 100
        assert len(whole.html) - len(whole.text) <= 9_500
        assert not _found_outside_blocks(parsed.text, parsed.entities) & LIVE


def _found_outside_blocks(text: str, marks: Sequence[Json]) -> set[str]:
    """What Telegram finds by itself; it looks for nothing in a block that is copied."""
    blocks = [each for each in marks if each["type"] in ("pre", "code")]

    def inside(found: Json) -> bool:
        return any(each["offset"] <= found["offset"] < each["offset"] + each["length"] for each in blocks)

    return {found["type"] for found in found_in(text) if not inside(found)}


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

    html = formatted(page).html

    assert "@durov" not in html
    assert "/start" not in html
    assert "javascript" not in html


@needs_tdjson
@pytest.mark.parametrize("text", ADDRESSES)
def test_nothing_in_the_text_of_others_is_a_link(text: str) -> None:
    alone = Card(key="k", title=text, url="https://x.org", byline=text, reason=text, body=text, links=(
        Link(text, "https://x.org/a"),))  # fmt: skip
    page = Page(
        title=text, intro=f"“{text}”", footer=text, sections=(Section(heading=text, text=text, cards=(alone,)),)
    )

    parsed = parse_html(formatted(page).html)
    of_others = parse_html(formatted(Page(title="T", sections=(Section(cards=(alone,)),))).html)

    assert not {each["type"] for each in found_in(parsed.text)} & LIVE
    assert found_in(of_others.text) == []
    assert visible(parsed.text).count(visible(text)) == 10


@needs_tdjson
@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(ADDRESSES), GLUE, st.text(max_size=4)), max_size=8).map("".join))
@example("1:11")
@example("12:05:59")
def test_nothing_that_is_glued_together_is_a_link(text: str) -> None:
    assert found_in(markup.quoted(visible(text)).text) == []
    assert not {each["type"] for each in found_in(markup.plainly(visible(text)).text)} & LIVE


def test_a_command_of_ours_can_be_pressed_and_a_link_of_ours_leads_where_it_says() -> None:
    intro = "There is no /help in “Say /start” and /stop”. Did you mean /trending?"
    page = Page(title="T", intro=intro, sections=(Section(cards=(pages.card(1),)),))

    html = formatted(page).html

    assert formatted(page).entities == 9
    assert formatted(replace(page, layout=Layout.FULL)).entities == 10
    assert "There is no /help in" in html
    assert "/start" not in html
    assert "/stop" not in html
    assert "/trending?" in html
    assert '<a href="https://huggingface.co/papers/2604.00001">Natural' in html


@pytest.mark.parametrize("marks", ["“”", "„“", "„”", "«»", "‹›", "「」", "『』"])
def test_a_command_in_a_title_is_text_whatever_quotation_marks_a_language_has(marks: str) -> None:
    before, after = marks[0], marks[1]
    html = formatted(Page(title="T", intro=f"/papers {before}Say /start{after} /trending")).html

    assert "/start" not in html
    assert "/papers " in html
    assert "/trending" in html


KINDS = {"/": RowKind.COMMAND, "+": RowKind.NUMBER}


def rows(count: int, label: str) -> Page:
    row = Row(label, "x", KINDS.get(label[:1], RowKind.NAME))
    return Page(title="T", sections=(Section(rows=(row,) * count),))


@needs_tdjson
@pytest.mark.parametrize("name", pages.EVERY)
def test_marks_are_counted_as_telegram_counts_them(name: str) -> None:
    for part in parts(pages.EVERY[name]()):
        parsed = parse_html(formatted(part).html)
        found = [each for each in found_in(parsed.text) if each["type"] not in ("pre", "code", "mediatimestamp")]
        # the moments of a page are marked where their words stand, and BibTeX stands in a block
        assert formatted(part).entities == len(parsed.entities) + (0 if name == "citation" else len(found))


@needs_tdjson
@pytest.mark.parametrize(("label", "marks"), [("row", 1), ("/trending", 1), ("+1", 1), ("/a /b", 2)])
def test_the_last_mark_that_telegram_keeps_is_used_and_no_more(label: str, marks: int) -> None:
    # the title is one mark more
    most = 99 // marks
    just, over = rows(most, label), rows(most + 1, label)

    assert (fits(just), len(parts(just))) == (True, 1)
    assert not fits(over)
    assert len(parts(over)) > 1
    for part in (*parts(just), *parts(over)):
        parsed = parse_html(formatted(part).html)
        found = found_in(parsed.text)
        assert len(parsed.entities) + len(found) == formatted(part).entities <= 100
    assert sum(len(section.rows) for part in parts(over) for section in part.sections) == most + 1


@needs_tdjson
@pytest.mark.parametrize("fill", ["x", "é", "漢", "🙂", "<", "&", "a.b "])
def test_a_message_is_as_long_as_telegram_takes_and_no_longer(fill: str) -> None:
    def page(length: int) -> Page:
        return Page(title="T", sections=(Section(text=(fill * length)[:length]),))

    def units(length: int) -> int:
        return len(parse_html(formatted(page(length)).html).text.encode("utf-16-le")) // 2

    longest = bisect.bisect_left(range(1, 4_010), True, key=lambda length: not fits(page(length)))

    assert units(longest) <= 4_000
    assert formatted(page(longest + 1)).units > 4_000 or formatted(page(longest + 1)).overhead > 9_000
    assert formatted(page(longest)).units == units(longest)


def test_markup_is_as_long_as_telegram_takes_and_no_longer() -> None:
    def page(count: int) -> Page:
        links = tuple(Link("x", f"https://example.org/{'a' * 180}") for _ in range(count))
        return Page(title="T", sections=(Section(cards=(replace(pages.card(), links=links),)),))

    most = bisect.bisect_left(range(1, 100), True, key=lambda count: not fits(page(count)))

    assert formatted(page(most)).overhead <= 9_000 < formatted(page(most + 1)).overhead
    assert formatted(page(most + 1)).entities <= 100


def test_whatever_is_too_long_is_cut_and_every_message_fits() -> None:
    long = "word " * 3_000
    page = Page(
        title=long,
        intro=long,
        footer=long,
        sections=(
            Section(heading=long, text=long, verbatim=long, rows=(Row(long, long),) * 5),
            Section(heading=long, rows=(Row("label", "text " * 20),) * 300, cards=(replace(pages.card(), title=long),)),
        ),
    )

    assert all(fits(part) for part in parts(page))


def test_a_page_without_marks_is_what_is_left_when_telegram_does_not_understand_them() -> None:
    assert "1. Natural Gradients" in unmarked(pages.digest(2))
    assert len(unmarked(parts(pages.digest())[0])) <= 4_000


def test_a_row_that_is_a_command_can_be_pressed() -> None:
    page = Page(
        title="Help", sections=(Section(rows=(Row("/trending", "what is rising", RowKind.COMMAND), Row("x", ""))),)
    )

    assert "\n/trending – what is rising\n<b>x</b>" in formatted(page).html


@given(st.text())
def test_text_is_measured_as_it_is_seen(text: str) -> None:
    assert formatted(Page(title=text)).text.replace("\u2060", "") == visible(text).replace("\u2060", "")


def test_each_moment_is_the_readers_and_what_is_quoted_is_not() -> None:
    now = datetime(2026, 4, 24, 12, tzinfo=UTC)
    soon, ago = now + timedelta(hours=2), now - timedelta(minutes=2)
    intro = lines(
        tr("“{title}”", title="What was new 2 min ago"),
        "12 min ago",
        joined(" · ", words.ago(ago, now), words.ago(soon, now)),
    )

    shown = formatted(localized(Page(title="x", intro=intro), "en")).html

    stamps = [int(stamp) for stamp in re.findall(r'<tg-time unix="(\d+)" format="r">', shown)]
    assert stamps == [int(ago.timestamp()), int(soon.timestamp())]
    assert parse_html(shown).text


@pytest.mark.parametrize(("layout", "most"), [(Layout.COMPACT, 240), (Layout.CARDS, 320)])
def test_each_short_layout_has_its_share_of_a_summary_cut_at_a_sentence(layout: Layout, most: int) -> None:
    body = "One sentence of the summary has some sixty letters or more. " * 9
    cards = tuple(Card(key=str(n), number=n, title="T", url="https://arxiv.org/abs/1", body=body) for n in range(1, 6))

    (part,) = parts(Page(title="x", sections=(Section(cards=cards),), layout=layout))

    assert all(100 < len(card.body) <= most and card.body.endswith(".") for card in part.cards)
    assert len(part.cards) == 5


def test_cards_have_longer_summaries_and_the_same_keyboard_as_a_compact_list() -> None:
    page = pages.digest(5)

    compact, long = (replace(page, layout=each) for each in (Layout.COMPACT, Layout.CARDS))

    assert keyboard(compact, KeyboardContext(public=True, bot="b")) == keyboard(
        long, KeyboardContext(public=True, bot="b")
    )
