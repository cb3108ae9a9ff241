"""Draws what a person sees who manages several channels: the list, one of them, and what is told of a pause.

    python -m tests.adapters.telegram.managed_chats_drawing docs

writes `telegram-manager.png` and `telegram-manager-dark.png`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from adapters.telegram.keyboards import KeyboardContext
from adapters.telegram.target_hints import accepting_target
from bot.domain.pages import Page
from bot.messages.localization import localized
from tests.adapters import managed_chats
from tests.adapters.screenshots import screenshot
from tests.adapters.telegram.drawing import COLOURS, STYLE, bubble, phone

_WIDTH, _HEIGHT = 1180, 850
_DAY = '<div class="note">April 24</div>'


def _bubble(page: Page, target: str = "") -> str:
    return bubble(
        localized(page, "en"),
        KeyboardContext(target=target, with_target=accepting_target({"pause", "resume", "unsubscribe", "subscribe"})),
    )


def document(colours: str) -> str:
    """The list in the private chat, and the notice of a pause with the page that it leads to."""
    lost = managed_chats.chats("telegram")[0].details.chat.id
    style = f":root {{ {colours} }}{STYLE} body {{ height: {_HEIGHT}px }}"
    return (
        f'<!doctype html><meta charset="utf-8"><style>{style}</style><body>'
        + phone("Paperboy", "bot", "P", _DAY, _bubble(managed_chats.overview("telegram")))
        + phone(
            "Paperboy",
            "bot",
            "P",
            _DAY,
            _bubble(managed_chats.told("telegram")),
            _bubble(managed_chats.one("telegram"), lost),
        )
    )


if __name__ == "__main__":
    for name, colours in COLOURS.items():
        screenshot(document(colours), Path(sys.argv[1]) / name.replace("telegram", "telegram-manager"), _WIDTH, _HEIGHT)
