"""Measure the digest of the bundled papers in each layout: messages, components, characters, rows and buttons.

python -m tests.benchmarks.layouts
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from adapters.discord.components import ActionRow, Button, Container, TextBeside, TextDisplay
from adapters.discord.render import box
from adapters.discord.render import parts as discord_parts
from adapters.telegram.keyboards import KeyboardContext, keyboard
from adapters.telegram.render import formatted
from adapters.telegram.render import parts as telegram_parts
from bot.domain.pages import Layout, Page
from tests.adapters.discord.pages import digest, with_pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What a page costs its reader."""

    messages: int
    characters: int
    buttons: int
    #: components of Discord's container, or rows of Telegram's keyboard
    parts: int
    #: whether the summaries are shown
    summaries: bool


def on_discord(page: Page) -> Size:
    """Return the size of a page on Discord."""
    boxes = [box(part) for part in discord_parts(page)]
    texts = [text for each in boxes for text in _texts(each)]
    return Size(
        messages=len(boxes),
        characters=sum(map(len, texts)),
        buttons=sum(_buttons(each) for each in boxes),
        parts=sum(each.size for each in boxes),
        summaries=any("\n> " in text for text in texts),
    )


def on_telegram(page: Page, *, public: bool) -> Size:
    """Return the size of a page in a group or in a private chat of Telegram."""
    messages = telegram_parts(page)
    markups = [keyboard(each, KeyboardContext(public=public, bot="paperboy_bot")) for each in messages]
    rows = [row for markup in markups if markup for row in markup.inline_keyboard]
    return Size(
        messages=len(messages),
        characters=sum(formatted(each).units for each in messages),
        buttons=sum(map(len, rows)),
        parts=len(rows),
        summaries=any(card.body for each in messages for card in each.cards),
    )


def _texts(container: Container) -> list[str]:
    texts = (part.text if isinstance(part, TextBeside) else part for part in container.parts)
    return [part.content for part in texts if isinstance(part, TextDisplay)]


def _buttons(container: Container) -> int:
    rows = sum(len(part.parts) for part in container.parts if isinstance(part, ActionRow))
    return rows + sum(isinstance(part, TextBeside) and isinstance(part.accessory, Button) for part in container.parts)


def main() -> None:
    """Print a table of all layouts and sizes."""
    for count, layout in ((count, layout) for layout in reversed(Layout) for count in (10, 5)):
        page = replace(with_pictures(digest(count)), layout=layout)
        print(f"{count} papers, {layout}")
        for name, size in (
            ("Discord", on_discord(page)),
            ("Telegram, group", on_telegram(page, public=True)),
            ("Telegram, private", on_telegram(page, public=False)),
        ):
            print(f"  {name}: {size}")


if __name__ == "__main__":
    main()
