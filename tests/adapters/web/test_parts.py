"""The pure parts of the site, and what stands before its routes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web.feeds import atom
from adapters.web.middleware import VisitorLimiter
from adapters.web.plot import plot
from adapters.web.urls import address, readable
from bot.commands.feeds import Feed
from bot.domain.pages import Card
from bot.messages import words
from tests.builders import NOON, observation, paper


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("trending", "/"),
        ("trending week", "/week"),
        ("trending day 2026-04-23 agents", "/?day=2026-04-23&q=agents"),
        ("trending month votes deep learning", "/month?sort=votes&q=deep+learning"),
        ("papers natural gradient", "/search?q=natural+gradient"),
        ("paper cs/0112017", "/papers/cs/0112017"),
        ("why 2604.00001", "/papers/2604.00001/why"),
        ("digest 2026-04-24-aaaaaaaa", "/digests/2026-04-24-aaaaaaaa"),
        ("help", "/help"),
        ("vote 2604.00001 up", "/chat?say=%2Fvote+2604.00001+up"),
        ("subscribe a&b", "/chat?say=%2Fsubscribe+a%26b"),
    ],
)
def test_every_command_has_an_address(command: str, expected: str) -> None:
    assert address(command) == expected


def test_only_pages_that_change_nothing_are_to_be_read() -> None:
    assert readable("trending week")
    assert not readable("vote 2604.00001 up")
    assert not readable("forget everything")


@given(st.text())
def test_an_address_never_leaves_the_site(command: str) -> None:
    assert address(command).startswith("/")
    assert not address(command).startswith("//")


def test_votes_over_time_are_a_picture_within_its_frame() -> None:
    picture = plot(
        [observation(votes=votes, seen_at=NOON + timedelta(hours=hour)) for hour, votes in enumerate((0, 3, 40))], "en"
    )

    assert picture.startswith("<svg")
    assert words.votes(40) in picture
    assert "nan" not in picture


def test_one_moment_is_no_picture() -> None:
    assert plot([observation()], "en") == ""
    assert plot([observation(), observation()], "en") == ""


@given(st.text(), st.text())
def test_a_feed_carries_any_title(title: str, body: str) -> None:
    card = Card(key="2604.00001", title=title, url="https://arxiv.org/abs/2604.00001", body=body)
    urls = {"here": "http://here/feed.atom", "page_url": "http://here/"}
    text = atom(Feed(title, (card,)), {"2604.00001": paper()}, **urls, language="en")

    assert text.decode().startswith("<?xml")
    assert b"<entry>" in text


def test_a_visitor_who_asks_too_fast_is_asked_to_wait_and_others_are_not() -> None:
    now = [0.0]
    visitors = VisitorLimiter(lambda: now[0], per_second=2, seconds=2)

    assert [visitors.allow("a") for _ in range(6)] == [True] * 4 + [False] * 2
    assert visitors.allow("b")
    now[0] = 0.5
    assert [visitors.allow("a") for _ in range(2)] == [True, False]
