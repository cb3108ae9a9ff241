"""Draws what a manager of a server sees: all subscriptions, one of them, and the form that changes it.

    python -m tests.adapters.discord.managed_channels_drawing docs

writes `discord-manager.png` and `discord-manager-light.png`.
"""

from __future__ import annotations

import html
import sys
from pathlib import Path

from adapters.discord.command_names import COMMAND_NAMES
from adapters.discord.components import Json
from adapters.discord.modals import filled_modal
from adapters.discord.render import RenderContext
from bot.commands.subscription_form import form_of
from tests.adapters import managed_chats
from tests.adapters.discord.drawing import COLOURS, STYLE, message
from tests.adapters.discord.people import standing_in
from tests.adapters.screenshots import screenshot

_WIDTH, _HEIGHT = 1290, 1025
_NOTE = "Only you can see this · <a>Dismiss message</a>"
_FORM_STYLE = """
body { height: 1025px } h3 { margin-top: 6px }
.form { background: var(--box); border: 1px solid var(--edge); border-radius: 12px; padding: 18px 20px; width: 500px;
  display: flex; flex-direction: column; gap: 12px; margin-left: 54px; box-shadow: 0 8px 28px #0005 }
.form h2 { margin: 0 } .form label { color: var(--strong); font-weight: 600; font-size: 14px; display: block }
.form small { margin: 0 0 3px }
.field { border: 1px solid var(--edge); background: var(--page); border-radius: 8px; padding: 8px 12px; margin-top: 4px;
  display: flex; justify-content: space-between; min-height: 36px }
.field i { color: var(--weak); font-style: normal }
.form .row { justify-content: flex-end } .submit { background: #5865f2; color: #fff }
"""


def form(modal: Json) -> str:
    """A form as the client shows it."""
    fields = "".join(_field(label) for label in modal["components"])  # type: ignore[attr-defined]
    ends = '<span class="button">Cancel</span><span class="button submit">Submit</span>'
    title = html.escape(str(modal["title"]))
    return f'<div class="form"><h2>{title}</h2>{fields}<div class="row">{ends}</div></div>'


def _field(label: dict[str, dict[str, object]]) -> str:
    field = label["component"]
    options = {each["value"]: each["label"] for each in field.get("options", [])}  # type: ignore[attr-defined]
    value = standing_in(field)
    shown = html.escape(str(options.get(value, value))) or f"<i>{html.escape(str(field.get('placeholder', '')))}</i>"
    below = f"<small>{html.escape(str(label['description']))}</small>" if "description" in label else ""
    arrow = "<span>⌄</span>" if options else ""
    box = f'<div class="field"><span>{shown}</span>{arrow}</div>'
    return f"<div><label>{html.escape(str(label['label']))}</label>{below}{box}</div>"


def picture(colours: str) -> str:
    """The list on the left; one subscription and its form on the right."""
    context = RenderContext(commands=dict.fromkeys(COMMAND_NAMES, "1"))
    listed = message(managed_chats.overview("discord"), context, "Today at 14:10", _NOTE)
    opened = message(managed_chats.one("discord"), context, "Today at 14:11", _NOTE)
    subscription = managed_chats.chats("discord")[0].standings[0].subscription
    status = message(managed_chats.today("discord"), context, "Today at 14:12", _NOTE)
    left = f'<div class="channel"><b>#</b>papers</div>{listed}{status}'
    right = f'<div class="channel"><b>#</b>papers</div>{opened}{form(filled_modal(form_of(subscription), "1", "en"))}'
    body = f'<div class="panel">{left}</div><div class="panel">{right}</div>'
    return f"<!doctype html><meta charset='utf-8'><style>:root {{ {colours} }}{STYLE}{_FORM_STYLE}</style><body>{body}"


if __name__ == "__main__":
    for name, colours in COLOURS.items():
        screenshot(picture(colours), Path(sys.argv[1]) / name.replace("discord", "discord-manager"), _WIDTH, _HEIGHT)
