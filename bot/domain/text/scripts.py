"""Superscripts and subscripts: numbers become Unicode scripts, everything else stays readable after its mark.

`x^{2}` becomes `x²`, `10^{-4}` becomes `10⁻⁴`, `V_{0.5}` becomes `V₀.₅`; but `pass^k` is unchanged, `T^{-1/3}`
becomes `T^(-1/3)`, and `G_{stack}` becomes `G_stack`, because superscript letters are hard to read and to search.
"""

from __future__ import annotations

import re

from bot.domain.text.stripped import spelled
from bot.domain.text.symbols import GREEK, SIGNS

_UP = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_DOWN = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_RAISABLE = re.compile(r"[+-]?[0-9]+|[+-]")
_LOWERABLE = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*")
# blanks around signs, but not between words
_TIGHTENED = re.compile(r"(?<![^\W\d_])\s|\s(?![^\W\d_])")
_BRACKETED = re.compile(r"\([^()]*\)")
_UPRIGHT = re.compile(r"[*†‡′°ᵀ]+|st|nd|rd|th")
# superscript signs whose backslash or braces were lost: `X^top`, `S^star`
_SIGN_UP = re.compile(r"\^(top|intercal|star|ast|dagger|ddagger|prime|circ|perp|infty)(?![a-z0-9_])|\^⊤")
# "2AI" is a superscript 2 followed by AI; "2k" is a product and needs its brackets
_ATOM = re.compile(r"[+-]?[0-9]+\.[0-9]+|(?:[0-9]+(?=[A-Z]{2}))?[^\W\d_][^\W_]*|[⊤⊥∞]")

#: a transposed matrix
_TRANSPOSED = frozenset({"⊤", "top", "intercal"})
_BARE_UP = re.compile(
    r"\^((?<=[^\W\d_]\^)[+-](?=[^\W\d_])|[+-]?[0-9]++(?!\.[0-9])|[+-](?![\w.])|\*+|[†‡′°]|∘|o(?![A-Za-z]))"
)
_LETTER = "[A-Za-z" + "".join(sorted(set(GREEK.values()))) + "ℓ∇∂À-ɏḀ-ỿ]"
_MARKS = "[\u0300-\u036f\u20d0-\u20ff]"
# one letter or a chemical formula; identifiers such as float8_e4m3 and imo_1960_p2 are left unchanged
_BARE_DOWN = re.compile(
    rf"(?<![A-Za-z0-9_\\/.-])({_LETTER}{_MARKS}*|[A-Z][A-Za-z]{{1,2}}|log)_([0-9]{{1,3}}(?:\.[0-9]{{1,2}})?)(?![a-z0-9_])"
)


def raised(exponent: str) -> str:
    """Return the text for `^{...}`."""
    exponent = spelled(exponent).strip(" ,").replace("∘", "°")
    if exponent in _TRANSPOSED:
        return "ᵀ"
    if _UPRIGHT.fullmatch(exponent):
        return exponent
    if _RAISABLE.fullmatch(exponent):
        return exponent.translate(_UP)
    return _beside("^", exponent)


def lowered(index: str) -> str:
    """Return the text for `_{...}`. An index that is a word is left as a word: `k_{top}`."""
    index = index.strip()
    if not index.isalpha() or index in GREEK:
        index = spelled(index)
    return index.translate(_DOWN) if _LOWERABLE.fullmatch(index) else _beside("_", index)


def unbraced(text: str) -> str:
    """Convert scripts without braces: `R^2`, `360^∘`, `S^*`, `L_2`, `MgB_2`."""
    if "^" in text:
        text = _SIGN_UP.sub(_sign_up, text)
        text = _BARE_UP.sub(lambda match: "°" if match[1] == "o" else raised(match[1]), text)
    if "_" in text:
        text = _BARE_DOWN.sub(lambda match: match[1] + lowered(match[2]), text)
    return text


def _sign_up(match: re.Match[str]) -> str:
    return raised(SIGNS.get(match[1], match[1]) if match[1] else "⊤")


def _beside(mark: str, words: str) -> str:
    if not words or _ATOM.fullmatch(words):
        return mark + words if words else ""
    words = _TIGHTENED.sub("", words)
    return mark + words if _BRACKETED.fullmatch(words) else f"{mark}({words})"
