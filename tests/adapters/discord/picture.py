"""Draws a message as Discord's client shows it: `python -m tests.adapters.discord.picture PATH.html`.

A headless browser makes a picture of it:
chromium --headless --hide-scrollbars --screenshot=docs/discord.png --window-size=860,1600 PATH.html
"""

from __future__ import annotations

import html
import re
import sys
from dataclasses import replace
from pathlib import Path

from adapters.discord.message import components
from adapters.discord.render import RenderContext
from bot.domain.pages import Action, Page
from bot.domain.requests import Tally
from bot.messages import papers as view
from tests.adapters.discord.pages import digest, histories
from tests.adapters.discord.world import Json

_STYLE = """
* { box-sizing: border-box; margin: 0 }
body { background: #313338; color: #dbdee1; width: 860px; padding: 22px 24px 4px;
  font: 15px/1.36 "gg sans", "Noto Sans", "Helvetica Neue", "DejaVu Sans", sans-serif }
.channel { border-bottom: 1px solid #26282c; margin: -22px -24px 18px; padding: 12px 24px; color: #f2f3f5;
  font-weight: 600 }
.channel b { color: #80848e; font-weight: 400; font-size: 21px; margin-right: 8px; vertical-align: -2px }
.message { display: flex; gap: 16px; margin-bottom: 22px }
.face { width: 42px; height: 42px; border-radius: 50%; background: #f2a33a; color: #fff; font-size: 22px;
  font-weight: 700; display: grid; place-items: center; flex: none }
.name { color: #f2f3f5; font-weight: 600 }
.app { background: #5865f2; color: #fff; font-size: 10.5px; font-weight: 600; border-radius: 4px; padding: 1px 5px;
  margin: 0 7px; vertical-align: 2px }
.when { color: #949ba4; font-size: 12px }
.box { border: 1px solid #3f4147; border-left: 4px solid #f2a33a; background: #2b2d31; border-radius: 8px;
  padding: 14px 16px; margin-top: 5px; width: 640px; display: flex; flex-direction: column; gap: 10px }
h2 { font-size: 20px; line-height: 1.25; color: #f2f3f5; margin-bottom: 4px }
h3 { font-size: 16px; color: #f2f3f5 }
a { color: #00a8fc; text-decoration: none }
small { color: #949ba4; font-size: 12.5px; display: block; margin: 1px 0 }
.beside { display: flex; gap: 14px; justify-content: space-between; align-items: flex-start }
.row { display: flex; gap: 8px; flex-wrap: wrap }
.button { background: #4e5058; color: #fff; border-radius: 8px; padding: 6px 14px; font-size: 14px; font-weight: 500;
  white-space: nowrap }
.s3 { background: #248046 } .s4 { background: #da373c }
.menu { border: 1px solid #3f4147; background: #1e1f22; border-radius: 8px; padding: 9px 12px; color: #949ba4; flex: 1;
  display: flex; justify-content: space-between }
blockquote { border-left: 4px solid #4e5058; padding-left: 11px; margin-top: 3px }
hr { border: 0; border-top: 1px solid #3f4147 }
.only { color: #949ba4; font-size: 12px; margin-top: 6px }
"""


def drawn(component: Json) -> str:
    """One component with everything inside."""
    inside = "".join(drawn(each) for each in component.get("components", []))
    match component["type"]:
        case 17:
            return f'<div class="box">{inside}</div>'
        case 9:
            return f'<div class="beside"><div>{inside}</div>{drawn(component["accessory"])}</div>'
        case 1:
            return f'<div class="row">{inside}</div>'
        case 2:
            return f'<span class="button s{component["style"]}">{html.escape(component["label"])}</span>'
        case 3:
            return f'<div class="menu"><span>{html.escape(component["placeholder"])}</span><span>⌄</span></div>'
        case 14:
            return "<hr>"
        case _:
            return f"<div>{''.join(_line(line) for line in component['content'].splitlines())}</div>"


def _line(line: str) -> str:
    for mark, tag in (("-# ", "small"), ("### ", "h3"), ("## ", "h2"), ("> ", "blockquote")):
        if line.startswith(mark):
            return f"<{tag}>{_marked(line.removeprefix(mark))}</{tag}>"
    return f"<div>{_marked(line)}</div>"


def _marked(text: str) -> str:
    shown = html.escape(text, quote=False)
    shown = re.sub(r"(?<!\\)\[((?:\\.|[^\]\\])*)\]\(([^)]*)\)", r'<a href="\2">\1</a>', shown)
    shown = re.sub(r"(?<!\\)\*\*(.*?)(?<!\\)\*\*", r"<b>\1</b>", shown)
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", shown)


def message(page: Page, context: RenderContext, when: str, note: str = "") -> str:
    """One message of the bot."""
    body = "".join(drawn(each) for each in components(page, context)["components"])  # type: ignore[attr-defined]
    head = f'<span class="name">Paperboy</span><span class="app">APP</span><span class="when">{when}</span>'
    told = f'<div class="only">👁 {note}</div>' if note else ""
    return f'<div class="message"><div class="face">P</div><div>{head}{body}{told}</div></div>'


def picture() -> str:
    """A digest of five papers, and one of them opened by somebody."""
    more = Action("More papers", "trending day 2026-04-24 top 25")
    footer = f"{digest(5).footer}\nNext digest: Mon 27 Apr at 09:00 Europe/Berlin"
    page = replace(digest(5), footer=footer, actions=(more,))
    keys = [card.key for card in page.cards]
    tallies = {keys[0]: Tally(4, 1), keys[1]: Tally(2, 0), keys[3]: Tally(1, 0)}
    paper = next(history.paper for history in histories() if history.paper.id == keys[0])
    note = "Only you can see this · <a>Dismiss message</a>"
    opened = message(view.paper(paper, None), RenderContext(tallies=tallies), "Today at 09:04", note)
    posted = message(page, RenderContext(tallies=tallies), "Today at 09:00")
    channel = '<div class="channel"><b>#</b>papers</div>'
    return f"<!doctype html><meta charset='utf-8'><style>{_STYLE}</style>{channel}{posted}{opened}"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(picture(), encoding="utf-8")
