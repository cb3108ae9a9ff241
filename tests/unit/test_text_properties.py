"""What holds for any string whatever, and within what time."""

from __future__ import annotations

import re
import string
import time
from collections.abc import Callable
from unicodedata import category, is_normalized, normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain import text

CLEANERS = [text.title, text.prose, text.name, text.plain]

# pieces that mean something to the cleaner, so that they meet in every order
_PIECES = st.sampled_from(
    r"""\ { } $ \$ ^ _ ` `` '' " ~ & &amp; ; % \% # * ** -- --- . , : ! ? ( ) [ ] < > / | @ = + - 0 7 42 1.5 A x \alpha
    alpha pi_0 tau^2 \textbf{ textit{ \emph mathcal{ \frac{ \sqrt{ \href{ \url{ https://a.io/ www.b.org x@y.zz times
    sim rightarrow langle rangle left( right) \left \right \bf {\em \c \"o \'e \L \o \ss \\ \, \! \( \) ^{ _{ ^circ
    ^* infty leq approx pm to in <i> </i> <think> </a> <a\ href="https://a.io"> ](https://a.io) $5 10$ Fig. e.g.
    \footnote{ \color{red} \unknown mu{ \sum sum_{ \int {sim} {a,b}""".split()
)
_STRANGE = st.sampled_from(
    [*"\u202e\u2066\u200b\u200d\ufeff\u00ad\x00\ue000\U000f0001\ud800\u0301", *"éγ²×😀李\u00a0\u2028\n\t  "],
)
_HOSTILE = st.lists(st.one_of(_PIECES, _STRANGE, st.text(max_size=5)), max_size=30).map("".join)
# names of macros that no language has as a word
_MACRO = re.compile("arrow|leq|geq|cdot|infty|nabla|propto|langle|var(?:phi|epsilon|nothing)|boldsymbol|math")
_WORD = st.text(string.ascii_lowercase, min_size=1, max_size=12).filter(lambda word: not _MACRO.search(word))
_WORDS = st.lists(_WORD, min_size=1, max_size=20)


@pytest.mark.parametrize("clean", CLEANERS)
@given(raw=_HOSTILE)
def test_cleaning_twice_is_cleaning_once(clean: Callable[[str], str], raw: str) -> None:
    once = clean(raw)

    assert clean(once) == once


@pytest.mark.parametrize("clean", CLEANERS)
@given(raw=_HOSTILE)
def test_nothing_invisible_comes_out_and_all_is_one_composed_line(clean: Callable[[str], str], raw: str) -> None:
    clean_text = clean(raw)

    assert clean_text == " ".join(clean_text.split())
    assert is_normalized("NFC", clean_text)
    assert not [sign for sign in clean_text if category(sign) in {"Cc", "Cs", "Co", "Zl", "Zp"}]
    assert not re.search("[\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u00ad]", clean_text)


@given(raw=_HOSTILE)
def test_the_result_is_never_much_longer(raw: str) -> None:
    assert len(text.prose(raw)) <= 2 * len(raw) + 10


@given(words=_WORDS)
@example(words=["times", "sim", "in", "to", "cap", "star", "top", "alpha", "mu", "pi", "bar", "hat", "dot", "left"])
def test_plain_words_survive(words: list[str]) -> None:
    sentence = " ".join(words)

    assert text.title(sentence) == sentence
    assert text.prose(sentence) == sentence


@given(words=_WORDS, amounts=st.lists(st.integers(0, 99_999), min_size=1, max_size=4), escaped=st.booleans())
def test_amounts_of_money_survive(words: list[str], amounts: list[int], escaped: bool) -> None:
    dollar = r"\$" if escaped else "$"
    sentence = " and ".join(f"{' '.join(words)} {dollar}{amount:,}" for amount in amounts)

    read = text.prose(sentence)

    assert re.findall(r"\$[\d,]+", read) == [f"${amount:,}" for amount in amounts]


@given(pieces=st.lists(st.one_of(_PIECES, st.text(string.digits + " ", max_size=4)), max_size=20))
def test_no_digit_is_lost(pieces: list[str]) -> None:
    raw = " ".join(piece for piece in pieces if not re.match(r"https?:|www|\\color|\]|<a|x@", piece))

    read = normalize("NFKC", text.prose(raw))

    assert sorted(re.findall(r"\d", read)) == sorted(re.findall(r"\d", raw))


_MALICE = [
    *("{", "}", "\\", "$", "^{", "_", "`", "''", "~", "--", ")", " ", "x", "\u0301", "a.", "a@a.", "[a](", "&amp;"),
    *("**a", "\\c ", "1times", "http://a ", "\\textbf{", "left((a)", "langle ", "\\frac{a}{", '<a href="'),
    "\U0001f600\u200d",
]


@pytest.mark.parametrize("piece", _MALICE)
@pytest.mark.parametrize("clean", CLEANERS)
def test_a_hundred_kilobytes_of_malice_take_no_time(clean: Callable[[str], str], piece: str) -> None:
    hostile = piece * (100_000 // len(piece))
    before = time.process_time()

    clean(hostile)

    assert time.process_time() - before < 5  # 0.1 s alone, without coverage
