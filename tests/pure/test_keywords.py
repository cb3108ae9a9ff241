"""Words of a grammar: however somebody writes one, it is the same word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import keyword

WORDS = ("save", "remove", "everything", "all", "none", "pause", "me")
#: invisible in every font
UNSEEN = st.sampled_from("\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u200e\u202e\u2063\U000e0041\ufe0f")


def wide(word: str) -> str:
    """In the full-width letters of East Asian keyboards."""
    return "".join(chr(ord(letter) + 0xFEE0) for letter in word)


@given(st.text())
def test_it_is_idempotent_and_blind_to_case(text: str) -> None:
    assert keyword(keyword(text)) == keyword(text)


@given(st.sampled_from(WORDS), st.data())
def test_no_spelling_that_looks_alike_is_another_word(word: str, data: st.DataObject) -> None:
    letters = [
        data.draw(st.sampled_from((letter, letter.upper(), wide(letter), wide(letter.upper())))) for letter in word
    ]
    spelled = "".join(letter + data.draw(st.text(UNSEEN, max_size=2)) for letter in letters)

    assert keyword(f" {data.draw(st.text(UNSEEN, max_size=2))}{spelled} ") == word


@pytest.mark.parametrize("sign", ["👍", "👍🏽", "👍\ufe0f", "👍🏿\ufe0f"])
def test_a_sign_is_the_same_in_every_tone(sign: str) -> None:
    assert keyword(sign) == "👍"


@pytest.mark.parametrize(("one", "other"), [("save", "safe"), ("me", "mе"), ("all", "a ll"), ("1", "-1")])
def test_words_that_differ_stay_apart(one: str, other: str) -> None:
    assert keyword(one) != keyword(other)
