"""Whatever stands in a title: it mentions, formats, links, times and hides nothing, and fits."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.discord.custom_ids import ButtonAction, CustomId, parse_custom_id
from adapters.discord.markup import address, escaped, link
from adapters.discord.message import forms
from adapters.discord.render import RenderContext, box, parts
from bot.domain.pages import Card, Layout, Link, Moment, Page, Row, Section
from bot.domain.requests import Tally
from bot.domain.text import sentences
from bot.messages import cards
from tests.adapters.discord import bodies
from tests.adapters.discord.client import found
from tests.builders import paper
from tests.shared import PAPERS, needs_shared

ATTACKS = (
    "@everyone",
    "@here hello",
    "<@1234567890>",
    "<@!1234567890>",
    "<@&1234567890>",
    "<#1234567890>",
    "</help:1234567890>",
    "<t:0:R>",
    "<:smile:123456>",
    ":smile:",
    "<id:customize>",
    "[click](https://evil.example)",
    "[a]\u200b(https://evil.example)",
    "https://evil.example/x",
    "<https://evil.example>",
    "steam://run/1",
    "**bold** *it* _it_ __under__ ~~gone~~ ||hidden|| `code`",
    "```py\nx\n```",
    "# heading",
    "-# small",
    "> quoted",
    ">>> quoted",
    "- list",
    "1. list",
    "\u202eesrever\u202c",
    "Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306a",
    "nul\x00byte",
    "\\",
    "\\[x](https://evil.example)",
    "](https://evil.example)",
    "](https://evil.example) [",
)
#: what our own pages do: bold titles, their links, headings, small lines, quoted abstracts
_OURS = {"bold", "link", "heading", "small", "quotation"}

texts = st.lists(st.one_of(st.sampled_from(ATTACKS), st.text(max_size=40)), max_size=8).map(" ".join)
long_texts = st.builds(lambda text, times: " ".join([text] * times), texts, st.integers(1, 60))


def digest(titles: list[str], abstract: str) -> Page:
    listed = tuple(
        cards.listed(
            paper(f"2604.{number:05}", title=title or "x", abstract=abstract, organization=title), number, title
        )
        for number, title in enumerate(titles, 1)
    )
    footer = f"Summaries: {abstract[:90]}"
    return Page(
        title=f"Trending papers · {titles[0]}", intro=abstract[:300], sections=(Section(cards=listed),), footer=footer
    )


def alone(title: str, abstract: str) -> Page:
    return Page(
        title="Paper 2604.00001", sections=(Section(cards=(cards.alone(paper(title=title, abstract=abstract)),)),)
    )


def check(page: Page) -> None:
    """Every form of every part of a page."""
    for part in parts(page):
        for body in forms(part, RenderContext(mark=5, tallies={"2604.00001": Tally(3, 1)})):
            assert bodies.fault(body) == ""
            assert not bodies.heavy(body)
            assert body["allowed_mentions"] == {"parse": []}
            for text in bodies.texts(body):
                inert(text)


def inert(text: str) -> None:
    kinds = found(text)
    assert {each.kind for each in kinds} <= _OURS, (text, kinds)
    assert all(each.url.startswith(("https://arxiv.org/", "https://huggingface.co/")) for each in kinds if each.url)
    assert not any(unicodedata.category(letter) in ("Cc", "Cf") for letter in text if letter not in "\n\u200d")


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_shown_as_it_was_written(attack: str) -> None:
    assert found(escaped(attack)) == []
    assert {each.kind for each in found(f"**{link(attack, 'https://arxiv.org/abs/1')}**")} <= {"bold", "link"}
    check(digest([attack] * 10, attack))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(long_texts, min_size=1, max_size=12), long_texts)
def test_no_title_and_no_abstract_breaks_a_message(titles: list[str], abstract: str) -> None:
    check(digest(titles, abstract))
    check(alone(titles[0], abstract))


@pytest.mark.proof
@settings(max_examples=2_500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(long_texts, min_size=1, max_size=12), long_texts)
def test_ten_thousand_titles_and_abstracts_break_no_message(titles: list[str], abstract: str) -> None:
    """Each example has one to twelve titles."""
    check(digest(titles, abstract))
    check(alone(titles[0], abstract))


def nasty() -> Iterator[str]:
    def strings(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from strings(inner)

    yield from strings(json.loads((PAPERS / "fixtures" / "nasty_text.json").read_text()))


@needs_shared
def test_real_titles_that_broke_others_do_no_harm() -> None:
    for text in nasty():
        check(digest([text] * 10, text))
        check(alone(text, text))


@pytest.mark.parametrize("letter", ["字", "😀", "é", "*", "x"])
def test_ten_papers_of_ordinary_length_are_one_message_in_any_script(letter: str) -> None:
    assert len(parts(digest([letter * 40] * 10, "An abstract."))) == 1


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "http://[", "data:text/html,x", "https://", ""]
)
def test_what_is_no_address_of_the_web_is_no_link(url: str) -> None:
    assert link("code", url) == "code"


def test_an_address_cannot_end_its_own_link() -> None:
    assert address("https://x.example/a(b) <c>\n[d]") == "https://x.example/a%28b%29%20%3Cc%3E%0A%5Bd%5D"


@given(
    st.sampled_from(list(ButtonAction)),
    st.text(max_size=64),
    st.from_regex(r"\d{0,20}", fullmatch=True),
    st.integers(0, 99),
)
def test_a_button_remembers_everything(act: ButtonAction, command: str, place: str, part: int) -> None:
    remembered = CustomId(act=act, command=command, channel=place, part=part)

    assert parse_custom_id(remembered.id) == remembered


def test_every_command_that_fits_a_button_of_ours_fits_one_of_discords() -> None:
    assert CustomId(command="x" * 64, channel="1" * 20, part=25).fits


def test_links_and_bodies_are_left_out_before_papers_are() -> None:
    links = (Link("code", "https://github.com/a/b"),)
    many = tuple(
        Card(key=str(n), number=n, title="A title " * 10, url="https://arxiv.org/abs/1", links=links, body="Word " * 80)
        for n in range(1, 11)
    )
    few = Page(title="x", layout=Layout.FULL, sections=(Section(cards=many[:3]),))
    all = replace(few, sections=(Section(cards=many),))

    (whole,) = [next(forms(part, RenderContext())) for part in parts(few)]
    (brief,) = [next(forms(part, RenderContext())) for part in parts(all)]

    assert "> Word" in json.dumps(whole)
    assert "> Word" not in json.dumps(brief)
    assert "10. " in json.dumps(brief)


def test_summaries_of_a_compact_list_are_shortened_before_they_are_left_out() -> None:
    body = "One sentence says it. " + "Another adds much more than that. " * 9
    brief_lines = 160
    cards = tuple(
        Card(key=str(n), number=n, title="A title " * 12, url="https://arxiv.org/abs/1", byline="B " * 60, body=body)
        for n in range(1, 11)
    )

    (whole,) = [box(part) for part in parts(Page(title="x", sections=(Section(cards=cards[:5]),)))]
    (brief,) = [box(part) for part in parts(Page(title="x", sections=(Section(cards=cards),)))]

    shown = sentences(body, brief_lines).count("Another")
    assert json.dumps(whole.json).count("Another") == 5 * shown > 0
    assert json.dumps(brief.json).count("> One sentence says it.") == 10
    assert json.dumps(brief.json).count("Another") < 10 * shown


AT = datetime(2026, 4, 27, 7, tzinfo=UTC)
PHRASES = ["Mon 27 Apr at 09:00 Europe/Berlin", "27. Apr. um 09:00 America/New_York", "Mo., 27. Apr. um 09:00 *", "- x"]


@pytest.mark.parametrize("phrase", PHRASES)
@pytest.mark.parametrize("around", ["{}", "Next: {}, in 2 days", "{} and {}", "one line\n{}\nand one more"])
def test_a_moment_is_shown_in_the_time_zone_of_the_reader_wherever_it_stands(phrase: str, around: str) -> None:
    text = around.replace("{}", phrase)
    rows = (Row("next", text),)
    page = Page(
        title="x", intro=text, sections=(Section(text=text, rows=rows),), footer=text, moments=(Moment(phrase, AT),)
    )

    (body,) = [next(forms(part, RenderContext())) for part in parts(page)]

    shown = "\n".join(bodies.texts(body))
    assert shown.count(f"<t:{int(AT.timestamp())}:f>") == 4 * around.count("{}")
    assert "09:00" not in shown


@given(st.text(max_size=60), st.text(max_size=12))
def test_a_moment_adds_nothing_but_a_time(text: str, phrase: str) -> None:
    page = Page(title="x", intro=text, moments=(Moment(phrase, AT), Moment(text, AT)))

    (body,) = [next(forms(part, RenderContext())) for part in parts(page)]

    inside = "\n".join(bodies.texts(body)).removeprefix("## x")
    assert {each.kind for each in found(inside)} <= {"time"}
