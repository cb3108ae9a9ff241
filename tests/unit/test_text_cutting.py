"""Shortening and the first sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import text


@pytest.mark.parametrize(
    ("whole", "limit", "short"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two…"),
        ("one two three", 8, "one two…"),
        ("one two, three", 9, "one two…"),
        ("one two (three four)", 12, "one two…"),
        ("incomprehensibilities", 8, "incompr…"),
        ("a incomprehensibilities", 10, "a incompr…"),
        ("大型语言模型的推理", 5, "大型语言…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
        ("", 5, ""),
    ],
)
def test_a_text_is_cut_behind_a_word(whole: str, limit: int, short: str) -> None:
    assert text.shorten(whole, limit) == short


@pytest.mark.parametrize(
    ("whole", "limit", "short"),
    [
        ("abcx\u0302y", 5, "abc…"),
        ("ab\U0001f469\u200d\U0001f52ccd", 5, "ab…"),
        ("ab\U0001f44d\U0001f3fdcd", 4, "ab…"),
        ("a\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7", 3, "a…"),
        ("a\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7", 4, "a\U0001f1e9\U0001f1ea…"),
    ],
)
def test_what_is_drawn_as_one_is_not_parted(whole: str, limit: int, short: str) -> None:
    assert text.shorten(whole, limit) == short


@given(whole=st.text(st.sampled_from("ab .,\u0301\u200d😀李\u0302(")), limit=st.integers(-2, 40))
def test_the_limit_holds_and_only_the_end_is_lost(whole: str, limit: int) -> None:
    short = text.shorten(whole, limit)

    assert len(short) <= max(limit, 0)
    assert short == whole or short == "" or whole.startswith(short.removesuffix("…"))


@pytest.mark.parametrize(
    ("prose", "first"),
    [
        ("We show it. Then we stop.", "We show it."),
        (
            "We use tools, e.g. Search, i.e. GPT-4 vs. Claude. Then more.",
            "We use tools, e.g. Search, i.e. GPT-4 vs. Claude.",
        ),
        (
            "As Vaswani et al. 2017 and Smith et al. (2019) say. Next.",
            "As Vaswani et al. 2017 and Smith et al. (2019) say.",
        ),
        ("See Fig. 3 and Eq. (2) of J. Smith. Next.", "See Fig. 3 and Eq. (2) of J. Smith."),
        ("Qwen2.5 reaches 84.3 on v1.5. Next.", "Qwen2.5 reaches 84.3 on v1.5."),
        ("Can it? Yes!", "Can it?"),
        ('He said "no." Then yes.', 'He said "no."'),
        ("It works (really.) Next.", "It works (really.)"),
        ("Models such as GPT, Llama, etc. are large. Next.", "Models such as GPT, Llama, etc. are large."),
        ("Code at https://a.io/x.html. Next one.", "Code at https://a.io/x.html."),
        ("Wait... what is this. Next.", "Wait... what is this."),
        ("no end here", "no end here"),
        ("", ""),
    ],
)
def test_the_first_sentence_ends_where_a_sentence_ends(prose: str, first: str) -> None:
    assert text.first_sentence(prose) == first


@given(st.text(max_size=200))
def test_the_first_sentence_is_how_the_text_begins(prose: str) -> None:
    first = text.first_sentence(prose)

    assert prose.startswith(first)
    assert first or not prose.strip()


@pytest.mark.parametrize(
    ("prose", "limit", "kept"),
    [
        ("One is short. Two is longer. Three.", 100, "One is short. Two is longer. Three."),
        ("One is short. Two is longer. Three.", 30, "One is short. Two is longer."),
        ("One is short. Two is longer. Three.", 14, "One is short."),
        ("One is rather long. Two.", 12, "One is…"),
        ("We follow Smith et al. closely. Then we stop.", 32, "We follow Smith et al. closely."),
        ("Nothing is kept.", 0, ""),
        ("", 10, ""),
    ],
)
def test_whole_sentences_are_kept_where_the_first_fits(prose: str, limit: int, kept: str) -> None:
    assert text.sentences(prose, limit) == kept


@pytest.mark.parametrize(
    ("prose", "kept"),
    [
        ("One is rather long. Two.", "One is rather long."),
        ("One. Two is rather long, too long. Three.", "One."),
        ("One is so long that not even a first one may be. Two.", "One is so long that…"),
    ],
)
def test_the_first_sentence_may_be_longer_than_all_together(prose: str, kept: str) -> None:
    assert text.sentences(prose, 12, 20) == kept


@given(st.text(max_size=200), st.integers(0, 200))
def test_sentences_are_no_longer_than_they_may_be(prose: str, limit: int) -> None:
    kept = text.sentences(prose, limit)

    assert len(kept) <= limit
    assert prose.startswith(kept.removesuffix("…"))
