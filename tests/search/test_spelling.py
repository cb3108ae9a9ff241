"""What a misspelled word was meant to be: from just below and just above each limit."""

from __future__ import annotations

import pytest

from bot.search.spelling import meant, suspicious


@pytest.mark.parametrize(
    ("word", "other", "near"),
    [
        ("abcde", "abcdx", True),
        ("abcde", "abcd", True),
        ("abcde", "abcdef", True),
        ("abcde", "abced", True),
        ("abcde", "abcxx", False),
        ("abcde", "bacxe", False),
        ("abcde", "abc", False),
        ("abcdefg", "abcdexx", False),
        ("abcdefgh", "abcdefxx", True),
        ("abcdefgh", "badcefgh", True),
        ("abcdefgh", "abcdefghij", True),
        ("abcdefgh", "abcdexxx", False),
        ("abcdefgh", "badcfegh", False),
        ("abcde", "abcde", False),
    ],
)
def test_one_edit_is_a_slip_and_two_in_eight_letters(word: str, other: str, near: bool) -> None:
    assert meant(word, 0, [(other, 1_000)]) == (other if near else "")


def test_the_nearest_word_is_meant_and_of_equally_near_ones_the_most_common() -> None:
    assert meant("abcde", 0, [("abcdx", 200), ("abced", 100)]) == "abcdx"
    assert meant("abcde", 0, [("abcdx", 100), ("abced", 200)]) == "abced"
    assert meant("abcdefgh", 0, [("abcdefxx", 9_000), ("abcdefgx", 100)]) == "abcdefgx"


@pytest.mark.parametrize(
    ("often", "common", "found"), [(0, 2, False), (0, 3, True), (1, 49, False), (1, 50, True), (3, 149, False)]
)
def test_a_word_is_only_corrected_to_one_that_is_far_more_common(often: int, common: int, found: bool) -> None:
    assert bool(meant("abcde", often, [("abcdx", common)])) is found


@pytest.mark.parametrize(
    ("word", "often", "texts", "answer"),
    [
        ("abc", 0, 20_000, False),
        ("abcd", 0, 20_000, True),
        ("abcd", 1, 19_999, False),
        ("abcd", 1, 20_000, True),
        ("abcd", 2, 20_000, False),
        ("gpt4", 0, 20_000, False),
    ],
)
def test_rare_words_of_four_letters_are_suspicious(word: str, often: int, texts: int, answer: bool) -> None:
    assert suspicious(word, often, texts) is answer
