"""Draws a digest as a rich message beside the short layout, and the page on which the layout is chosen.

    python -m tests.adapters.telegram.rich_drawing docs

writes `telegram-rich.png` and `telegram-rich-dark.png`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from adapters.telegram.keyboards import KeyboardContext
from adapters.telegram.rich_messages import parts, rich_message
from bot.domain.pages import Layout, Page
from bot.domain.requests import Chat
from bot.domain.standings import Standing
from bot.messages.localization import localized
from bot.messages.subscriptions import changed
from tests.adapters.screenshots import screenshot
from tests.adapters.telegram.drawing import COLOURS, STYLE, bubble, five_papers, keys, phone
from tests.storage.ledger import DUE, subscription

_WIDTH, _HEIGHT = 1180, 1240
_STYLE = """
body { height: 1240px }
.rich h3 { font-size: 19px; margin-bottom: 2px } .rich h4 { font-size: 17px; margin-top: 8px }
.rich h5 { font-size: 16px; margin-top: 9px }
.rich footer { margin-top: 8px; color: var(--weak); font-size: 13px } .rich footer + footer { margin-top: 0 }
.rich blockquote div { display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical; overflow: hidden }
.rich blockquote::after { content: "⌄"; position: absolute; right: 9px; bottom: 3px; color: var(--line) }
"""
_TAGS = {"bold": "b", "italic": "i", "code": "code", "date_time": "time", "mention": "u", "bot_command": "u"}


def rich_bubble(page: Page, where: KeyboardContext) -> str:
    """One rich message with its buttons."""
    (part,) = parts(page)
    blocks = "".join(map(_block, rich_message(part).json["blocks"]))  # type: ignore[call-overload]
    return f'<div><div class="bubble rich">{blocks}<div class="meta">09:00</div></div>{keys(part, where)}</div>'


def _block(block: Mapping[str, Any]) -> str:
    inside = _text(block["text"])
    match block["type"]:
        case "heading":
            return f"<h{block['size']}>{inside}</h{block['size']}>"
        case "expandable_blockquote":
            return f"<blockquote><div>{inside}</div></blockquote>"
        case "footer":
            return f"<footer>{inside}</footer>"
    return f"<p>{inside}</p>"


def _text(text: str | Sequence[Any] | Mapping[str, Any]) -> str:
    if isinstance(text, str):
        return escape(text)
    if not isinstance(text, Mapping):
        return "".join(map(_text, text))
    inside = _text(text["text"])
    return f"<a>{inside}</a>" if text["type"] == "url" else f"<{_TAGS[text['type']]}>{inside}</{_TAGS[text['type']]}>"


def document(colours: str) -> str:
    """A digest in a group, and the page on which somebody has chosen the layout, with the sample below it."""
    group = KeyboardContext(public=True, bot="paperboy_bot", managing={"subscribe"})
    digest = five_papers()
    body = " ".join(card.body for card in digest.cards)
    whole = tuple(replace(card, body=f"{card.body} {body}") for card in digest.cards)
    digest = replace(digest, sections=(replace(digest.sections[0], cards=whole),), layout=Layout.RICH)
    before = subscription(id=1, chat=Chat("telegram", "7"))
    page = localized(changed(Standing(1, replace(before, layout=Layout.RICH)), before, None, DUE), "en")
    assert page.sample is not None
    alone = KeyboardContext()
    day = '<div class="note">April 24</div>'
    return (
        f'<!doctype html><meta charset="utf-8"><style>:root {{ {colours} }}{STYLE}{_STYLE}</style><body>'
        + phone("Reading group", "12 members", "R", day, rich_bubble(digest, group))
        + phone("Paperboy", "bot", "P", day, bubble(page, alone), rich_bubble(page.sample, alone))
    )


if __name__ == "__main__":
    for name, colours in COLOURS.items():
        path = Path(sys.argv[1]) / name.replace("telegram", "telegram-rich")
        screenshot(document(colours), path, _WIDTH, _HEIGHT)
