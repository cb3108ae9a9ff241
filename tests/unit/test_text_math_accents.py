r"""Accents of math keep their mark, whatever is below them: `\bar{x}`, `\hat\theta`, `\overline{MS}`."""

from __future__ import annotations

import string
import time
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import text
from bot.domain.text.symbols import GREEK, MATH_ACCENTS, WRAPPERS

NAMES = st.sampled_from(sorted(MATH_ACCENTS))
FONTS = st.sampled_from(sorted(WRAPPERS))
LETTERS = st.sampled_from(string.ascii_letters)
BASES = LETTERS.map(lambda letter: (letter, letter)) | st.sampled_from(
    [(rf"\{name}", sign) for name, sign in sorted(GREEK.items())]
    + [(r"\partial", "∂"), (r"\nabla", "∇"), (r"\ell", "ℓ"), (r"\infty", "∞"), (r"\in", "∈"), ("0", "0"), ("3", "3")]
)
MALICE = [
    *("\\bar", "\\hat{", "\\overline{a", "\\not", "\\bar\\mathbf{", "\\hat \\bar", "widehat ", "\\bar{\\hat{"),
    *("\\vec a", "\\stackrel{a}{", "\\binom{", "\\sqrt[", "\\sqrt[1]", "\\hat\\theta", "x^+y^-", "\\overline{x}"),
    *("a\u0304_", "$\\a "),
]


def cleaned(title: str) -> str:
    return text.title(title)


def marked(base: str, name: str) -> str:
    return normalize("NFC", base + MATH_ACCENTS[name])


@given(name=NAMES, base=BASES, font=FONTS, dollar=st.sampled_from(["", "$"]))
def test_an_accent_stands_over_its_letter(name: str, base: tuple[str, str], font: str, dollar: str) -> None:
    tex, sign = base
    plain, in_font = rf"\{name}{{{tex}}}", rf"\{name}{{\{font}{{{tex}}}}}"
    for form in (plain, rf"\{name} {{{tex}}}", in_font, rf"\{font}{{{plain}}}"):
        assert cleaned(f"On {dollar}{form}{dollar} in the limit") == f"On {marked(sign, name)} in the limit"


@given(name=NAMES, base=st.sampled_from(sorted(GREEK)))
def test_braces_may_be_left_out(name: str, base: str) -> None:
    assert cleaned(rf"On $\{name}\{base}$ decays") == f"On {marked(GREEK[base], name)} decays"
    assert cleaned(rf"On $\{name} q$ decays") == f"On {marked('q', name)} decays"


@given(name=NAMES, words=st.text(string.ascii_letters + " ", min_size=5, max_size=40).map(str.strip).filter(bool))
def test_a_longer_argument_is_never_lost(name: str, words: str) -> None:
    read = normalize("NFD", cleaned(rf"On \{name}{{x{words}x}}."))

    assert [letter for letter in read if letter.isascii() and letter.isalpha()] == [
        letter for letter in f"Onx{words}x" if letter.isalpha()
    ]


@given(name=st.text(string.ascii_letters, max_size=9).map("zz".__add__), letter=LETTERS)
def test_an_unknown_command_keeps_its_argument(name: str, letter: str) -> None:
    assert cleaned(rf"On $\{name}{{{letter}7}}$ decays") == f"On {letter}7 decays"


@pytest.mark.parametrize(
    ("title", "read"),
    [
        (r"Observation of $\bar{B}_s^0 \rightarrow \Lambda_c^+ \bar{p} K^-$", "Observation of B̄_s⁰ → Λ_c⁺ p̄ K⁻"),
        (r"Quark masses in the $\overline{\mathrm{MS}}$ scheme", "Quark masses in the M̅S̅ scheme"),
        (r"$t\bar{t}$ production at $\sqrt{s}=13$ TeV", "tt̄ production at √s=13 TeV"),
        (r"$e^+e^-\to\mu^+\mu^-$ at threshold", "e⁺e⁻→μ⁺μ⁻ at threshold"),
        (r"The moduli space $\overline{\mathcal{M}}_{1,2}$", "The moduli space M̄₁,₂"),
        (r"The $\bar\partial$-equation", "The ∂̄-equation"),
        (r"Mass loss $\dot{M}_1$ and $\ddot{x}$", "Mass loss Ṁ₁ and ẍ"),
        (r"Why $\not\in$ and $\not=$ differ from $\not{D}$", "Why ∉ and ≠ differ from D̸"),
        (r"Counting $\binom{n}{k}$ and $\sqrt[3]{x}$", "Counting (n choose k) and ³√x"),
        (r"Limits of $\Lambda_b^0 \to p K^- $ decays", "Limits of Λ_b⁰ → p K⁻ decays"),
        ("A dot product, a bar chart and a check list", "A dot product, a bar chart and a check list"),
        (r"From $5 to $10 \% of \$20", "From $5 to $10 % of $20"),
    ],
)
def test_titles_of_other_fields(title: str, read: str) -> None:
    assert cleaned(title) == read


@pytest.mark.parametrize("piece", MALICE)
def test_a_hundred_kilobytes_of_accents_take_no_time(piece: str) -> None:
    before = time.process_time()

    text.prose(piece * (100_000 // len(piece)))

    assert time.process_time() - before < 5  # 0.1 s alone, without coverage


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"$B\to\bar{D}$", "B→D̄"),
        (r"$\vec{E}\times\vec B$", "E⃗×B⃗"),
        (r"$A\times\mathbf{B}$", "A×B"),
        (r"$\pm\bar p$", "±p̄"),
        (r"$\pi\hat x$", "πx̂"),
        (r"$\hat\theta\bar\beta$", "θ̂β̄"),
    ],
)
def test_a_sign_before_a_group_does_not_take_its_letters(written: str, read: str) -> None:
    assert text.title(written) == normalize("NFC", read)
