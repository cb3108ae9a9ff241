"""What the site, mails and feeds make of a text costs time that grows with its length, whatever its shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.email import render as mail
from adapters.email.message import message
from adapters.web.conversations import Exchange
from adapters.web.feeds import atom
from adapters.web.plot import plot
from adapters.web.render import PageContext, html
from adapters.web.urls import address, readable
from bot.commands.feeds import Feed
from bot.domain.pages import Action, Card, Link, Page, Row, Section
from bot.messages.plain_text import plain
from tests.adapters.email.letters import ACTION_LINKS, letter, options
from tests.builders import NOON, observation, paper
from tests.growth import Function, Selection, least_seconds, repeated, selections

#: generous for a machine that is busy; a quadratic one takes seconds
WITHIN_SECONDS = 0.3
UNITS = (
    *"a|a |a-|a.|. |-|<|<a|&|&amp;|&#|\"|'|/|://|http://|https://a.b/|@|a@b.c |www.|\\|$|{|(|[|*|_|`|#|%|,|=?|?=".split(
        "|"
    ),
    *(
        " ",
        "\n",
        "\r\n",
        "\t",
        "|",
        "=?utf-8?q?",
        "日本",
        "אב",
        "e\u0301",
        "\u0301",
        "\u200d",
        "\U0001f1e9",
        "\U0001f9ea",
    ),
    *("\U0001f469\u200d", "\u202e", "\u2028", "\x85", "\x00", "\ud800", "\ufb01", "\U0001d400", "\u00ad"),
)


def page_of(text: str) -> Page:
    """A page that has the text everywhere, and half of it in the longest place: a paper's summary."""
    part = text[: len(text) // 16]
    card = Card(
        key="2604.00001",
        number=1,
        title=part,
        url="https://arxiv.org/abs/2604.00001",
        byline=part,
        reason=part,
        body=text[: len(text) // 2],
        links=(Link(part[:200], f"https://a.example/{part[:200]}"),),
        actions=(Action(part[:80], "why 2604.00001"),),
    )
    section = Section(heading=part[:500], text=part, verbatim=part, rows=(Row(part[:500], part),), cards=(card,))
    actions = (Action("x", "papers x"),)
    return Page(title=part[:1_000], intro=part, sections=(section,), footer=part, actions=actions)


def on_the_site(page: Page) -> None:
    html("page.html", PageContext(query=page.intro[:1_000]), page=page, title=page.title)


def as_a_paper(page: Page) -> None:
    html("paper.html", PageContext(), page=page, title=page.title, why=page, plot="", similar=page, citation=page)


def in_the_chat(page: Page) -> None:
    html(
        "chat.html",
        PageContext(),
        title="t",
        exchanges=[Exchange(page.intro, page)],
        token="t",  # noqa: S106 - nobody's
        line=page.intro[:4_096],
    )


def as_an_act(page: Page) -> None:
    html("act.html", PageContext(), page=page, title=page.title)


def as_mail(page: Page) -> None:
    mail.html(page, ACTION_LINKS)


def as_mails(page: Page) -> None:
    assert mail.parts(page)


def as_text(page: Page) -> None:
    mail.text(page, ACTION_LINKS)
    plain(page)


def as_message(page: Page) -> None:
    short = replace(page, sections=tuple(replace(each, cards=each.cards[:1]) for each in page.sections))
    message(letter(of=short), options(name=page.title or "x"), NOON)


def as_a_feed(page: Page) -> None:
    known = paper(authors=(page.intro[:1_000],) * 20)
    atom(Feed(page.title, page.cards), {"2604.00001": known}, here="https://x/", page_url="https://x/", language="en")


RENDERERS: tuple[Callable[[Page], None], ...] = (
    *(on_the_site, as_a_paper, in_the_chat, as_an_act),
    *(as_mail, as_mails, as_text, as_message, as_a_feed),
)


def cost(render: Callable[[Page], None]) -> Function:
    """A renderer as a function of the text on the page."""
    return lambda text: render(page_of(text))


@selections
@pytest.mark.parametrize("render", RENDERERS, ids=lambda render: render.__name__)
def test_a_hundred_kilobytes_of_any_shape_are_rendered_in_little_time(
    render: Callable[[Page], None], selection: Selection
) -> None:
    function = cost(render)
    slow = {
        unit: took
        for unit in selection(function, UNITS)
        if (took := least_seconds(function, repeated(unit), WITHIN_SECONDS)) > WITHIN_SECONDS
    }

    assert not slow


@settings(max_examples=3)
@given(st.lists(st.sampled_from(UNITS) | st.text(min_size=1, max_size=4), min_size=1, max_size=4).map("".join))
def test_mixed_shapes_are_rendered_in_little_time(unit: str) -> None:
    for render in RENDERERS:
        assert least_seconds(cost(render), repeated(unit), WITHIN_SECONDS) < WITHIN_SECONDS, render.__name__


def test_addresses_of_long_commands_take_little_time() -> None:
    for unit in UNITS[::4]:
        text = repeated(unit)
        began = process_time()
        for name in ("trending", "papers", "paper", "vote"):
            readable(f"{name} {text}")
        assert address(f"papers {text}").startswith("/search?")
        assert process_time() - began < 2 * WITHIN_SECONDS, ascii(unit)


def test_a_picture_of_many_votes_takes_little_time() -> None:
    seen = [observation(votes=number % 97, seen_at=NOON + timedelta(minutes=number)) for number in range(20_000)]

    began = process_time()
    assert plot(seen, "en")
    assert process_time() - began < WITHIN_SECONDS
