"""The cost of escaping and rendering grows with the length of a text and not with its square, whatever its shape."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord import fallback
from adapters.discord.markup import address, escaped, legible, link, verbatim
from adapters.discord.message import forms
from adapters.discord.render import RenderContext, parts
from bot.domain.pages import Card, Page, Row, Section

#: characters of a long text, and the processor's seconds that it may cost; a quadratic pattern takes minutes
LENGTH, MOST_SECONDS = 100_000, 0.3
#: what is repeated: blanks, line breaks of all kinds, everything with a meaning in markdown, letters that cling
SEEDS = (
    "\n",
    "\n ",
    "\r",
    "\u2028",
    "-\n",
    "1. ",
    "1",
    "#",
    ">>",
    ":a",
    ":",
    "a-",
    "[(",
    "](",
    "*_~`|",
    "``` ",
    "<@1",
    "http://a ",
    "://",
    "\u0301",
    "\u200b",
    "😀",
    "word ",
    "\\",
)

FUNCTIONS: dict[str, Callable[[str], object]] = {
    "escaped": escaped,
    "legible": legible,
    "verbatim": verbatim,
    "link": lambda text: link(text, "https://arxiv.org/abs/1"),
    "address": lambda text: address(f"https://arxiv.org/{text}"),
    "intro": lambda text: rendered(Page(title="Papers", intro=text)),
    "title and footer": lambda text: rendered(Page(title=text, footer=text)),
    "section": lambda text: rendered(Page(title="Papers", sections=(Section(heading=text, text=text),))),
    "verbatim section": lambda text: rendered(Page(title="Papers", sections=(Section(verbatim=text),))),
    "rows": lambda text: rendered(
        Page(
            title="Papers",
            sections=(Section(rows=tuple(Row("row", text[n : n + 50]) for n in range(0, len(text), 50))),),
        )
    ),
    "card": lambda text: rendered(
        Page(
            title="Papers", sections=(Section(cards=(Card(key="1", title=text, url="https://arxiv.org", body=text),)),)
        )
    ),
}


def rendered(page: Page) -> None:
    """Every form of every part, and the whole page in the forms for who takes no components."""
    for part in parts(page):
        assert list(forms(part, RenderContext(mark=1)))
    fallback.embed(page, RenderContext())
    fallback.content(page, RenderContext())


def seconds(function: Callable[[str], object], text: str) -> float:
    """What a call costs the processor, the best of up to three tries; time that other processes take does not count."""
    best = float("inf")
    for attempt in range(3):
        # what was escaped is remembered, so no text may come twice
        fresh = f"{attempt}{text}"
        began = time.process_time()
        function(fresh)
        best = min(best, time.process_time() - began)
        if best < MOST_SECONDS:
            break
    return best


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS.keys())
@pytest.mark.parametrize("seed", ["\n", "1. ", "*_~`|", "\u0301"], ids=ascii)
def test_a_long_text_of_any_shape_is_cheap(function: Callable[[str], object], seed: str) -> None:
    assert seconds(function, seed * (LENGTH // len(seed))) < MOST_SECONDS


@settings(max_examples=12)
@given(st.lists(st.sampled_from(SEEDS), min_size=1, max_size=3), st.lists(st.sampled_from(SEEDS), max_size=2))
def test_twice_the_length_costs_about_twice_as_much(repeated: list[str], ending: list[str]) -> None:
    """Four times the length costs about 4 times as much where the cost is linear, 16 times where it is quadratic."""
    unit = "".join(repeated)

    def cost(length: int) -> float:
        return seconds(escaped, unit * (length // len(unit)) + "".join(ending))

    assert cost(80_000) < max(9 * cost(20_000), 0.05)
