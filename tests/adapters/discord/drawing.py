"""Draws what a reader sees on Discord, from the messages that are sent: the default digest, a paper, and cards.

    python -m tests.adapters.discord.drawing docs

writes `discord.png` and `discord-light.png`. The pictures of the papers are stand-ins for those of the source.
"""

from __future__ import annotations

import html
import re
import sys
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.discord.command_names import COMMAND_NAMES
from adapters.discord.message import components
from adapters.discord.render import RenderContext, parts
from bot.digests.composition import Digest, compose
from bot.domain.observations import History
from bot.domain.pages import Layout, Page
from bot.domain.papers import ListRange
from bot.domain.requests import Chat, Tally
from bot.domain.schedule import Schedule
from bot.domain.schedule.rule import WEEKDAYS
from bot.domain.sources import SourceState
from bot.domain.subscriptions import Subscription
from bot.messages import delivered, trending
from bot.messages import papers as view
from bot.messages.localization import localized
from bot.sources import sample
from tests.adapters.discord.pages import NOW, histories
from tests.adapters.discord.world import Json
from tests.adapters.screenshots import screenshot

_WIDTH, _HEIGHT = 1290, 1245
#: the time zone of whoever looks at the picture
_READER = ZoneInfo("Europe/Berlin")
_NEXT = datetime(2026, 4, 27, 7, tzinfo=UTC)
COLOURS = {
    "discord.png": "--page:#313338; --bar:#26282c; --text:#dbdee1; --strong:#f2f3f5; --weak:#949ba4; --box:#2b2d31;"
    "--edge:#3f4147; --button:#4e5058; --ink:#fff; --link:#00a8fc; --pill:#3d4270; --time:#3b3d44;",
    "discord-light.png": "--page:#fff; --bar:#e3e5e8; --text:#313338; --strong:#060607; --weak:#5c5e66; --box:#f2f3f5;"
    "--edge:#dcdee2; --button:#dcdee3; --ink:#2e3035; --link:#006ce7; --pill:#dfe2fd; --time:#e4e5e9;",
}
STYLE = """
* { box-sizing: border-box; margin: 0 }
body { background: var(--page); color: var(--text); width: 1290px; height: 1245px; display: flex;
  font: 15px/1.36 "gg sans", "Noto Sans", "Liberation Sans", sans-serif }
.panel { flex: 1; padding: 0 22px } .panel + .panel { border-left: 1px solid var(--bar) }
.channel { border-bottom: 1px solid var(--bar); margin: 0 -22px 18px; padding: 12px 22px; color: var(--strong);
  font-weight: 600 }
.channel b { color: var(--weak); font-weight: 400; font-size: 21px; margin-right: 8px; vertical-align: -2px }
.message { display: flex; gap: 14px; margin-bottom: 22px }
.face { width: 40px; height: 40px; border-radius: 50%; background: #f2a33a; color: #fff; font-size: 21px;
  font-weight: 700; display: grid; place-items: center; flex: none }
.name { color: var(--strong); font-weight: 600 }
.app { background: #5865f2; color: #fff; font-size: 10.5px; font-weight: 600; border-radius: 4px; padding: 1px 5px;
  margin: 0 7px; vertical-align: 2px }
.when { color: var(--weak); font-size: 12px }
.box { border: 1px solid var(--edge); border-left: 4px solid #f2a33a; background: var(--box); border-radius: 8px;
  padding: 14px 16px; margin-top: 5px; width: 545px; display: flex; flex-direction: column; gap: 9px }
h2 { font-size: 20px; line-height: 1.25; color: var(--strong); margin-bottom: 4px }
h3 { font-size: 16px; color: var(--strong) }
a { color: var(--link); text-decoration: none }
small { color: var(--weak); font-size: 12.5px; display: block; margin: 1px 0 }
.beside { display: flex; gap: 14px; justify-content: space-between; align-items: flex-start }
.beside > div:first-child { min-width: 0 }
.picture { flex: none; width: 84px; height: 84px; border-radius: 8px; overflow: hidden; position: relative;
  background: linear-gradient(140deg, hsl(var(--hue) 85% 62%), hsl(calc(var(--hue) + 45) 80% 45%)) }
.picture span { position: absolute; left: -26px; top: 34px; width: 136px; text-align: center; color: #fff;
  font-weight: 700; font-size: 11px; line-height: 1.2; text-shadow: 0 1px 2px #0006 }
.row { display: flex; gap: 8px; flex-wrap: wrap }
.button { background: var(--button); color: var(--ink); border-radius: 8px; padding: 6px 14px; font-size: 14px;
  font-weight: 500; white-space: nowrap }
.s3 { background: #248046; color: #fff } .s4 { background: #da373c; color: #fff }
.s5::after { content: " ↗"; opacity: .75 }
.menu { border: 1px solid var(--edge); background: var(--page); border-radius: 8px; padding: 9px 12px;
  color: var(--weak); flex: 1; display: flex; justify-content: space-between }
blockquote { border-left: 4px solid var(--button); padding-left: 11px; margin-top: 3px }
hr { border: 0; border-top: 1px solid var(--edge) }
time { background: var(--time); border-radius: 3px; padding: 0 2px }
.command { background: var(--pill); color: var(--link); border-radius: 3px; padding: 0 3px; font-weight: 500 }
.only { color: var(--weak); font-size: 12px; margin-top: 6px }
"""


def drawn(component: Json) -> str:
    """One component with everything inside."""
    inside = "".join(drawn(each) for each in component.get("components", []))
    match component["type"]:
        case 17:
            return f'<div class="box">{inside}</div>'
        case 9:
            return f'<div class="beside"><div>{inside}</div>{drawn(component["accessory"])}</div>'
        case 11:
            # cut to a square, as the client does
            hue = sum(map(ord, component["description"])) * 47 % 360
            title = html.escape(component["description"].partition(":")[0])
            return f'<div class="picture" style="--hue:{hue}"><span>{title}</span></div>'
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
    shown = re.sub(r"&lt;t:(\d+):([Rf])&gt;", lambda found: f"<time>{_moment(int(found[1]), found[2])}</time>", shown)
    shown = re.sub(r"&lt;(/[^:]+):\d+&gt;", r'<span class="command">\1</span>', shown)
    shown = re.sub(r"(?<!\\)\[((?:\\.|[^\]\\])*)\]\(([^)]*)\)", r'<a href="\2">\1</a>', shown)
    shown = re.sub(r"(?<!\\)\*\*(.*?)(?<!\\)\*\*", r"<b>\1</b>", shown)
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", shown)


def _moment(seconds: int, style: str) -> str:
    at = datetime.fromtimestamp(seconds, _READER)
    if style == "R":
        return f"{round((NOW - at).total_seconds() / 60)} minutes ago"
    return f"{at.day} {at:%B %Y at %H:%M}"


def message(page: Page, context: RenderContext, when: str, note: str = "") -> str:
    """One message of the bot."""
    (whole,) = parts(localized(page, "en"))
    body = "".join(drawn(each) for each in components(whole, context)["components"])  # type: ignore[attr-defined]
    head = f'<span class="name">Paperboy</span><span class="app">APP</span><span class="when">{when}</span>'
    told = f'<div class="only">👁 {note}</div>' if note else ""
    return f'<div class="message"><div class="face">P</div><div>{head}{body}{told}</div></div>'


def composed(size: int) -> Digest:
    """The bundled papers that a subscription brings, as if each had a picture."""
    days = sorted({each.day for each in sample.load().listings})
    return compose(_pictured(), days, NOW, window=ListRange.DAY, size=size)


def delivery(size: int, layout: Layout) -> Page:
    """A digest as it is delivered."""
    states = (SourceState(name="huggingface", tried_at=NOW, succeeded_at=NOW.replace(minute=0, second=0)),)
    subscription = Subscription(
        chat=Chat("discord", "1"),
        schedule=Schedule(at=time(9), zone="Europe/Berlin", days=WEEKDAYS),
        next_at=_NEXT,
        layout=layout,
        created_at=NOW,
    )
    return delivered.delivered(trending.digest(composed(size), states, NOW, layout=layout), subscription)


def _pictured() -> tuple[History, ...]:
    return tuple(
        replace(each, paper=replace(each.paper, thumbnail_url=f"https://pictures.example.org/{each.paper.id}.png"))
        for each in histories()
    )


def picture(colours: str) -> str:
    """A digest of five papers in a channel, one of them opened by somebody, and the first papers as cards."""
    context = RenderContext(commands=dict.fromkeys(COMMAND_NAMES, "1"))
    trend = composed(5).picks[0].trend
    opened = message(
        view.paper(trend.paper, trend),
        replace(context, tallies={trend.paper.id: Tally(4, 1)}),
        "Today at 09:04",
        "Only you can see this · <a>Dismiss message</a>",
    )
    posted = message(delivery(5, Layout.COMPACT), context, "Today at 09:00")
    cards = message(delivery(2, Layout.CARDS), context, "Today at 09:00")
    left = f'<div class="channel"><b>#</b>papers</div>{posted}'
    right = f'<div class="channel"><b>#</b>papers</div>{opened}<div class="channel"><b>#</b>layout-cards</div>{cards}'
    body = f'<div class="panel">{left}</div><div class="panel">{right}</div>'
    return f"<!doctype html><meta charset='utf-8'><style>:root {{ {colours} }}{STYLE}</style><body>{body}"


if __name__ == "__main__":
    for name, colours in COLOURS.items():
        screenshot(picture(colours), Path(sys.argv[1]) / name, _WIDTH, _HEIGHT)
