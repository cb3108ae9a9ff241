r"""Macros without backslash: Hugging Face strips `$` and `\` from math and leaves the names.

`64times64`, `sim30`, `360^circ`, `0.73rightarrow0.90`, `pi_{RL}`: each rule requires a context that no English word
has, so that times, sim, star, in, alpha mattes and beta versions are left unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.domain.text.symbols import GREEK, SIGNS

_GREEK_NAMES = "|".join(sorted(GREEK, key=len, reverse=True)) + "|ell"
_IN_SCRIPTS = re.compile(
    r"(?<![A-Za-z\\])([a-z]?)(times|cdot|ast|star|circ|dagger|prime|infty|leq|geq|neq|perp|top|propto|rightarrow|to|"
    rf"{_GREEK_NAMES})(?![A-Za-z])"
)
_Rule = tuple[str, re.Pattern[str], str | Callable[[re.Match[str]], str]]


def _rule(needle: str, pattern: str, becomes: str | Callable[[re.Match[str]], str]) -> _Rule:
    return needle, re.compile(pattern), becomes


def _sign(match: re.Match[str]) -> str:
    return SIGNS[match[1]]


#: required substring, pattern and replacement of each rule; applied in this order
_RULES: tuple[_Rule, ...] = (
    _rule("^circ", r"\^\s?circ(?=times|[^a-z]|$)", "°"),
    # numbers on both sides, before or after, or capitals on both sides
    _rule("times", r"(?<=[0-9⁰¹²³⁴-⁹])\s?times\s(?=[0-9])", lambda match: " × " if match[0][0].isspace() else "×"),
    _rule("times", r"(?<=[0-9°⁰¹²³⁴-⁹)])times(?![a-z])", "×"),
    _rule("times", r"(?<=[0-9°⁰¹²³⁴-⁹)])times(?=(?:faster|fewer|more|less|speed|smaller|larger|higher|lower)\b)", "× "),
    _rule("timessim", r"(?<=[0-9])timessim(?=[0-9])", "×~"),
    _rule("times", r"(?<=[0-9][a-z])times(?=[0-9])", "×"),
    _rule("times", r"(?<![A-Za-z])times(?=[0-9])", "×"),
    _rule("times", r"(?<=[A-Za-z][A-Z])times(?=[A-Z])", "×"),
    _rule("times", r"(?<=\b[A-Zn]) times (?=[A-Zn]\b)", " × "),
    _rule("× ", r"(?<=[0-9])× (?=[0-9])", "×"),
    # "sim" before a number, but not sim2real
    _rule("sim", r"sim(?<![A-Za-z-]sim)[\s!]?(?=[+$]?[0-9])(?!2(?!times)[a-z])", "~"),
    # "z∼6" is a relation, in which a tilde would be read as the space of "Section~6"
    _rule("∼", r"(?<=[A-Za-zα-ω)])∼\s?(?=[+$]?[0-9])", "∼"),
    _rule("∼", r"(?<![A-Za-zα-ω)])∼\s?(?=[+$]?[0-9])", "~"),
    _rule("approx", r"approx(?![a-z.-])(?=\s?[0-9-])", "≈"),
    _rule("approx", r"(?<![A-Za-z])approx(?![a-z.-])(?=[0-9])", "≈"),
    _rule(
        "arrow",
        r"(?<![a-z])((?:long)?(?:left)?rightarrow|leftarrow|uparrow|downarrow|(?:Left|Right|Leftright)arrow)(?![a-z])",
        _sign,
    ),
    _rule("circlearrow", r",?\b(circlearrow(?:right|left))\b,?", _sign),
    _rule("leq", r"(?<![A-Za-z])leq(?![a-z])", "≤"),
    _rule("geq", r"(?<![A-Za-z])geq(?![a-z])", "≥"),
    _rule(" le ", r"(?<=\)) le (?=[(0-9])", " ≤ "),
    _rule(" ll ", r"(?<=\b[A-Z]) ll (?=[A-Za-z]{1,4}\b)", " ≪ "),
    _rule(" ge ", r"(?<=\b[A-Z]) ge (?=[0-9])", " ≥ "),
    _rule(" le ", r"(?<=\b[A-Z]) le (?=[0-9])", " ≤ "),
    _rule("ge ", r"ge (?=[0-9])(?<=[α-ω]ge )", " ≥ "),
    _rule("le ", r"le (?=[0-9])(?<=[α-ω]le )", " ≤ "),
    _rule("sum_", r"(?<![A-Za-z])sum(?=_[({])", "∑"),
    _rule("!in!", r"!in!", " ∈ "),
    _rule("pm", r"(?<=[0-9])pm(?=[0-9])", "±"),
    _rule("pm", r"(?<![A-Za-z0-9])(?<![0-9]\s)pm\s?(?=[0-9]|i\b)", "±"),
    _rule("infty", r"(?<![A-Za-z])infty(?![a-z])", "∞"),
    _rule("nabla", r"(?<![A-Za-z])nabla(?![a-z])", "∇"),
    _rule("propto", r"propto(?![a-z])", "∝"),
    _rule("cdot", r"cdot(?![a-z])", "⋅"),
    _rule("varnothing", r"varnothing(?![a-z])", "∅"),
    _rule("varepsilon", r"varepsilon(?![a-z])", "ε"),
    _rule("varphi", r"(?<![A-Za-z])varphi(?![a-z])", "φ"),
    _rule("‖_", r"(?<=‖)_[0-9](?![0-9])", lambda match: chr(ord("₀") + int(match[0][1]))),
    _rule("langle", r"(?<![A-Za-z])langle\s?([^⟨⟩]{1,100}?)\s?rangle(?![a-z])", r"⟨\1⟩"),
    _rule("lceil", r"(?<![A-Za-z])lceil\b\s?([^⌈⌉]{1,100}?)\s?\brceil\b", r"⌈\1⌉"),
    _rule("lfloor", r"(?<![A-Za-z])lfloor\b\s?([^⌊⌋]{1,100}?)\s?\brfloor\b", r"⌊\1⌋"),
    _rule(
        "left",
        r"!?left([(\[|]),?\s?(?!right)([^()\[\]|]{0,200}(?:\([^()]{0,200}\)[^()\[\]|]{0,200}){0,9}),?\s?right([)\]|])",
        lambda match: match[1] + match[2].strip(" ,") + match[3],
    ),
    _rule("quad", r"\bquad\s?or\s?quad\b", " or "),
    _rule("dots", r"(?<=, )dots(?=\s?[},)⟩\ue001])", "…"),
    _rule("Delta", r"(?<![A-Za-z])Delta(?=[0-9][0-9.]*%)", "Δ"),
    _rule("to", r"to(?=[0-9]+\.[0-9])(?<=[0-9]to)", "→"),
    # font names never occur in prose
    _rule("bold", r"(?<![A-Za-z])boldsymbol\s?(?=\S)", ""),
    _rule("math", r"math(?:cal|bb|bf|rm|sf|frak)\s(?=\S)", ""),
)
_GREEK = re.compile(rf"(?<![A-Za-z\\])({_GREEK_NAMES})(?=[_^]|cdot|times|propto)")
_GREEK_VALUE = re.compile(rf"(?<![\w\\.-])({_GREEK_NAMES})(?=\s?(?:[<>]=?|[=≤≥])\s?[-+]?\.?[0-9])")


def spelled(maths: str) -> str:
    """Replace names of signs within text that is certainly math: `d times d`, `mtimes n`, `ast`."""
    return _IN_SCRIPTS.sub(lambda match: match[1] + ("ℓ" if match[2] == "ell" else SIGNS[match[2]]), maths)


def greek(text: str) -> str:
    """Replace names of Greek letters that have an index, exponent or value: `pi_0`, `tau^2`, `rho = 0.9`.

    "alpha" on its own is left unchanged.
    """
    if "_" in text or "^" in text:
        text = _GREEK.sub(lambda match: SIGNS[match[1]], text)
    return _GREEK_VALUE.sub(lambda match: SIGNS[match[1]], text)


def restored(text: str) -> str:
    """Return the text with its stripped macros replaced by their signs."""
    for needle, pattern, becomes in _RULES:
        if needle in text:
            text = pattern.sub(becomes, text)
    return text
