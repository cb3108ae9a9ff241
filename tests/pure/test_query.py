from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.query import MOST_PAPERS, MOST_WORDS, Query, parse, show


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("agents", Query(words=("agents",))),
        ("  Natural   Gradient ", Query(words=("natural", "gradient"))),
        ("agents -survey top 5", Query(words=("agents",), without=("survey",), limit=5)),
        ("top:3 agents", Query(words=("agents",), limit=3)),
        ("top 500", Query(limit=MOST_PAPERS)),
        ("top 0", Query(limit=1)),
        ("“world models”, please", Query(words=("world", "models", "please"))),
        ("C++ top-k", Query(words=("c++", "top-k"))),
        ("- ()", Query(ignored=("-", "()"))),
        ("", Query()),
    ],
)
def test_words_become_a_query(typed: str, understood: Query) -> None:
    assert parse(typed) == understood


@given(st.text(max_size=300))
def test_what_was_understood_is_understood_again(typed: str) -> None:
    understood = parse(typed)

    again = parse(show(understood))

    assert (again.words, again.without, again.limit) == (understood.words, understood.without, understood.limit)
    assert not again.ignored


@given(
    st.lists(st.sampled_from(["top", "5", "-top", "top:5", "(top", "5)", "-top:5", "a", "-", "--", "-(-x"]), max_size=9)
)
def test_numbers_of_papers_are_never_confused_with_words(tokens: list[str]) -> None:
    understood = parse(" ".join(tokens))

    assert parse(show(understood)) == Query(words=understood.words, without=understood.without, limit=understood.limit)


def test_a_hundred_kilobytes_are_read_at_once_and_cut() -> None:
    started = time.perf_counter()

    understood = parse(" ".join(f"word{number} -other{number} top top:" for number in range(4_000)))

    assert time.perf_counter() - started < 8  # 0.1 s alone; the rest is for coverage and a busy machine
    assert len(understood.words) + len(understood.without) == MOST_WORDS
    assert understood.ignored
