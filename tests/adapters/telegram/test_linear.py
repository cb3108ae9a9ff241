"""What outsiders write costs a time that grows with its length, whatever it looks like."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from telegram import Update

from adapters.telegram import targets
from adapters.telegram.callback_data import decode, decode_payload, split_target
from adapters.telegram.markup import plainly, quoted
from adapters.telegram.message_parser import ParserContext, requests_in
from adapters.telegram.render import formatted, parts, unmarked
from bot.commands.typed import typed
from bot.domain.pages import Card, Link, Moment, Page, Row, Section
from bot.domain.requests import Chat
from bot.domain.text import plain
from bot.domain.text import shorten as shortened
from tests.adapters.telegram.conftest import NOW
from tests.adapters.telegram.messages import BOT, GROUP
from tests.growth import LENGTH, SHORT, Selection, repeated, seconds, selections

#: what is repeated; each has made some expression or loop of some program quadratic
SHAPES = [
    *("a-", "a.", "a", "-", ".", "_", "(", ")", "@", "#", "$", "/", ":", "://", "\n", "a\n", "\r\n", " ", "\t"),
    *("a@", "@a", "a@a.", "#1", "1.", "1.1.", "/a ", "/a\n", "\n/", "//", "http://", "https://a.", "t.me/", "a.b/"),
    *("🙂", "🧑\u200d🚀", "🇩🇪", "\u200d", "\u2060", "\u0301", "\u0301\u0327", "e\u0301", "漢", "漢.", "é-", "ß"),
    *("“", "”", "“”", "“a", "<", ">", "&", "&amp;", "<b>", "</b>", "\x00", "\ud800", "\u202e", "﷽", "İ", "K"),
    *("{", "}", "\\", "`", "*", "[", "](", "|", "~", "+", "=", "-1.", "--", "''", '"', "a'", "id:1 ", "save "),
]
#: seconds of processor that 100 kB may cost: 0.3 on a machine with nothing else to do, and some more on a busy one
_MOST = 0.9
#: seconds that are too few to be compared
_NOTHING = 0.01


def _card(text: str) -> Page:
    return Page(title="T", sections=(Section(cards=(Card(key="k", title="T", url="https://x.org", body=text),)),))


def _everywhere(text: str) -> Page:
    """A page with a share of the text in each of its places."""
    share = text[: len(text) // 10]
    card = Card(key="k", title=share, url="https://x.org", byline=share, reason=share, links=(Link(share, share),))
    section = Section(heading=share, text=share, verbatim=share, rows=(Row(share, share),), cards=(card,))
    moments = (Moment("Mon 27 Apr", NOW), Moment("a-a", NOW))
    return Page(title=share, intro=share, footer=share, sections=(section,), moments=moments)


def _update(text: str, kind: str = "text") -> None:
    marks = [{"type": "bot_command", "offset": place, "length": 2} for place in range(0, 2_000, 20)]
    told = {"message_id": 1, "date": 1, "chat": GROUP, kind: text, f"{'caption_' * (kind != 'text')}entities": marks}
    update = Update.de_json({"update_id": 1, "message": told}, None)
    assert update is not None
    assert update.message is not None
    requests_in(update.message, ParserContext(bot=BOT, commands={"a", "papers"}, with_target={"papers"}))


FUNCTIONS: dict[str, Callable[[str], object]] = {
    "quoted": quoted,
    "plainly": plainly,
    "a card": lambda text: formatted(_card(text)),
    "a card in parts": lambda text: parts(_card(text)),
    "a page": lambda text: formatted(_everywhere(text)),
    "a page in parts": lambda text: [unmarked(part) for part in parts(_everywhere(text))],
    "plain": plain,
    "shortened": lambda text: (shortened(text, 200), shortened(text, LENGTH - 1)),
    "typed": lambda text: typed(f"/papers {text}", Chat("telegram", "7")),
    "split_target": lambda text: (split_target("papers", text), split_target("papers", f"x {text}")),
    "read": lambda text: decode(f"@-100 {text}"),
    "decode_payload": lambda text: (decode_payload(text), decode_payload(f"c-{text}"), decode_payload(f"p-{text}")),
    "target": lambda text: (targets.target(text), targets.target(f"https://t.me/{text}")),
    "a message": _update,
    "a caption": lambda text: _update(text, "caption"),
}


@selections
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_hundred_kilobytes_of_any_shape_cost_little_and_four_times_as_much_as_a_quarter(
    name: str, selection: Selection
) -> None:
    function = FUNCTIONS[name]
    slow, grown = {}, {}
    for shape in selection(function, SHAPES):
        if (took := seconds(function, repeated(shape))) > _MOST:
            slow[json.dumps(shape)] = round(took, 2)
        if (ratio := growth(function, shape)) >= 8:
            grown[json.dumps(shape)] = round(ratio, 1)

    assert (slow, grown) == ({}, {})


def growth(function: Callable[[str], object], shape: str) -> float:
    """How many times as much four times the length costs; 16 where the cost is quadratic."""
    short, long = (repeated(shape, length) for length in (SHORT, 4 * SHORT))
    # another look where the first one was disturbed; what is quadratic is so each time
    for _ in range(3):
        ratio = seconds(function, long) / max(seconds(function, short), _NOTHING)
        if ratio < 8:
            break
    return ratio
