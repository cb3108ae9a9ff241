"""Draws what a reader sees on Telegram, from the messages that are sent: the default digest, and one of its papers.

    python -m tests.adapters.telegram.drawing docs

writes `telegram.png` and `telegram-dark.png`.
"""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from html import escape
from pathlib import Path

from adapters.telegram.keyboards import KeyboardContext, keyboard
from adapters.telegram.render import formatted, parts, preview
from bot.domain.pages import Action, Link, Moment, Page, Section
from bot.domain.requests import Tally
from bot.domain.text import shorten
from tests.adapters.screenshots import screenshot
from tests.adapters.telegram import pages

_WIDTH, _HEIGHT = 1180, 1200
_BODIES = (
    "Curvature is read off two forward passes instead of being inverted. A step is as cheap as that of Adam.",
    "Agents that may always take one more step spoil good plans. A small critic that is asked when to stop saves a "
    "third of the steps.",
    "Facts that are rare in the training text are lost first. The map shows which ones, layer by layer.",
    "One model folds small proteins on a laptop, as well as the large ones do on a cluster.",
    "A memory of places instead of frames keeps a world model consistent for an hour of play.",
)
_BYLINES = (
    "Ada Lovelace, Alan Turing, Emmy Noether et al. (12) · Meta AI · Fri 24 Apr",
    "Noor Idris, Kai Lindqvist · Fri 24 Apr",
    "Mina Okafor, Jo Peters et al. (5) · Fri 24 Apr",
    "Lu Chen, Sam Rivera · ETH Zürich · Fri 24 Apr",
    "Wei Zhang, Aiko Mori et al. (8) · Thu 23 Apr",
)
COLOURS = {
    "telegram.png": "--page:#e8ecf1; --text:#111; --bar:#fff; --weak:#8a94a0; --bubble:#fff; --link:#2481cc;"
    "--italic:#3f4a54; --quote:#eef6fc; --line:#3ba3e6; --key:#2d5a4a99; --alert:#fff;"
    "--wall:linear-gradient(160deg, #cfe3c0, #a9cfae 45%, #8fc1b5)",
    "telegram-dark.png": "--page:#0b0f13; --text:#f5f5f5; --bar:#212d3b; --weak:#7d8b99; --bubble:#182533;"
    "--link:#6ab7ff; --italic:#b8c4cf; --quote:#1f3145; --line:#6ab7ff; --key:#2b3b4d; --alert:#2b3b4d;"
    "--wall:linear-gradient(160deg, #0e1621, #101b27 45%, #0d1520)",
}
STYLE = """
* { box-sizing: border-box; margin: 0 }
body { width: 1180px; height: 1200px; display: flex; gap: 28px; padding: 28px; background: var(--page);
       font: 15.5px/1.36 "Roboto", "Noto Sans", "Noto Sans CJK SC", "Liberation Sans", sans-serif; color: var(--text) }
.phone { flex: 1; border-radius: 18px; overflow: hidden; display: flex; flex-direction: column; position: relative;
         box-shadow: 0 6px 24px #0003; background: var(--wall) }
.bar { background: var(--bar); padding: 10px 16px; display: flex; gap: 12px; align-items: center }
.face { width: 40px; height: 40px; border-radius: 50%; background: linear-gradient(#5ec3f2, #2a8fd6); color: #fff;
        display: grid; place-items: center; font-weight: 600; font-size: 18px }
.face.group { background: linear-gradient(#f6b26b, #e8833a) }
.who { font-weight: 600 } .what { color: var(--weak); font-size: 13.5px }
.chat { flex: 1; padding: 12px 12px 0; overflow: hidden; display: flex; flex-direction: column; gap: 8px }
.note { align-self: center; background: #0004; color: #fff; border-radius: 12px; padding: 2px 10px; font-size: 13px;
        font-weight: 600 }
.bubble { background: var(--bubble); border-radius: 14px 14px 14px 4px; padding: 9px 13px 6px;
          box-shadow: 0 1px 1px #0002 }
.bubble a { color: var(--link); text-decoration: none }
.bubble time { color: var(--link) }
.bubble i { color: var(--italic) }
blockquote { border-left: 3px solid var(--line); background: var(--quote); border-radius: 5px;
             padding: 3px 26px 4px 9px; margin: 3px 0 1px; font-size: 14.5px; position: relative }
blockquote[expandable] div { display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical;
                             overflow: hidden }
blockquote[expandable]::after { content: "⌄"; position: absolute; right: 9px; bottom: 3px; color: var(--line) }
.meta { text-align: right; color: var(--weak); font-size: 12px; margin-top: -2px }
.preview { border-left: 3px solid var(--line); background: var(--quote); border-radius: 5px; padding: 4px 9px 5px;
           margin: 8px 0 2px; font-size: 14px; line-height: 1.3; display: flex; gap: 10px }
.preview b { display: block } .preview .site { color: var(--line); font-weight: 600 }
.preview .logo { flex: none; width: 52px; height: 52px; border-radius: 5px; background: #b31b1b; color: #fff;
                 display: grid; place-items: center; font: 600 17px "Liberation Serif", serif; margin-left: auto }
.keys { display: flex; flex-direction: column; gap: 4px; margin-top: 4px }
.row { display: flex; gap: 4px }
.key { flex: 1; text-align: center; padding: 7px 2px; border-radius: 9px; background: var(--key); color: #fff;
       font-weight: 600; font-size: 14px; position: relative; white-space: nowrap }
.key.url::after { content: "↗"; position: absolute; right: 6px; top: 1px; font-size: 10px; opacity: .9 }
.key.primary { background: #2481ccdd } .key.success { background: #3aa655dd } .key.danger { background: #d0453ddd }
.alert { position: absolute; left: 40px; right: 40px; top: 81%; background: var(--alert); border-radius: 14px;
         padding: 16px 18px 10px; box-shadow: 0 12px 40px #0006; white-space: pre-line; font-size: 14.5px }
.alert b { display: block; margin-bottom: 4px } .alert span { display: block; text-align: right; color: var(--link);
           font-weight: 600; padding-top: 8px }
"""


def bubble(page: Page, where: KeyboardContext) -> str:
    """One message with its buttons."""
    (part,) = parts(page)
    html = formatted(part).html
    text = re.sub(r"(<blockquote[^>]*>)(.*?)(</blockquote>)", r"\1<div>\2</div>\3", html, flags=re.DOTALL)
    text = re.sub(r"</blockquote>\n", "</blockquote>", text.replace("\n<blockquote", "<blockquote"))
    # a client writes a moment in its own way, and keeps relative ones up to date
    text = re.sub(r'<tg-time[^>]*format="r">(.*?)</tg-time>', r"<time>\1</time>", text)
    text = re.sub(r"<tg-time[^>]*>.*?</tg-time>", "<time>Mon 27.04.26, 09:00</time>", text)
    shown = f"{text.replace(chr(10), '<br>')}{_link_preview(part)}"
    return f'<div><div class="bubble">{shown}<div class="meta">09:00</div></div>{keys(part, where)}</div>'


def keys(part: Page, where: KeyboardContext) -> str:
    """The buttons below a message."""
    markup = keyboard(part, where)
    rows = (
        "".join(f'<div class="row">{"".join(map(_key, row))}</div>' for row in markup.inline_keyboard) if markup else ""
    )
    return f'<div class="keys">{rows}</div>'


def _link_preview(page: Page) -> str:
    """What the client adds below the text for the page of the paper."""
    if not preview(page):
        return ""
    (card,) = page.cards
    told = f'<div><span class="site">arXiv.org</span><b>{escape(card.title)}</b>{escape(shorten(card.body, 90))}</div>'
    return f'<div class="preview">{told}<div class="logo">arXiv</div></div>'


def _key(button: object) -> str:
    kind = "url" if getattr(button, "url", None) else ""
    return f'<div class="key {kind} {getattr(button, "style", None) or ""}">{getattr(button, "text", "")}</div>'


def phone(title: str, below: str, face: str, *inside: str, over: str = "") -> str:
    """A screen with a chat on it."""
    group = " group" if "members" in below else ""
    bar = f'<div class="bar"><div class="face{group}">{face}</div><div><div class="who">{title}</div>'
    chat = "".join(inside)
    return (
        f'<div class="phone">{bar}<div class="what">{below}</div></div></div><div class="chat">{chat}</div>{over}</div>'
    )


def document(colours: str) -> str:
    """A digest in a group, and a paper in the private chat with the reason over it."""
    group = KeyboardContext(public=True, bot="paperboy_bot", managing={"subscribe"})
    digest = five_papers()
    alone = KeyboardContext(tallies={"2604.00001": Tally(1, 0)})
    parts_of_score = "39.6 votes so far · 4.2 more expected within 8 h"
    why = f"#1 of 126 papers listed in the last 7 days\n▲ 41 votes in 6 h\n{parts_of_score}"
    over = f'<div class="alert"><b>Paperboy</b>{why}<span>OK</span></div>'
    day = '<div class="note">April 24</div>'
    return (
        f'<!doctype html><meta charset="utf-8"><style>:root {{ {colours} }}{STYLE}</style><body>'
        + phone("Reading group", "12 members", "R", day, bubble(digest, group))
        + phone("Paperboy", "bot", "P", day, bubble(_paper(), alone), over=over)
    )


def _paper() -> Page:
    page = pages.paper()
    card = replace(page.cards[0], links=(*page.cards[0].links, Link("PDF", "https://arxiv.org/pdf/2604.00001")))
    return replace(page, sections=(replace(page.sections[0], cards=(card,)), *page.sections[1:]))


def five_papers() -> Page:
    """A digest of five papers."""
    page = pages.digest(5)
    told = zip(
        (*page.cards[:4], pages.card(5, title="Worlds That Remember Where They Were")), _BYLINES, _BODIES, strict=True
    )
    cards = tuple(replace(card, byline=byline, body=body) for card, byline, body in told)
    now = page.moments[0].at
    moments = (*page.moments, *(Moment(text, now, relative=True) for text in ("5 min ago", "2 h ago")))
    more = Action("More papers", "trending day 2026-04-24 agents top 25")
    return replace(
        page,
        intro=page.intro.replace("10 of", "5 of"),
        sections=(Section(cards=cards),),
        actions=(more,),
        moments=moments,
    )


if __name__ == "__main__":
    for name, colours in COLOURS.items():
        screenshot(document(colours), Path(sys.argv[1]) / name, _WIDTH, _HEIGHT)
