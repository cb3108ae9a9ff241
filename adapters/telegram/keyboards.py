"""Inline keyboards of pages. Pure.

A list has a button per number that opens the paper: below the list in a private chat, and in the private chat of the
person who pressed in groups and channels, where one person's request must not post to everybody. There, everything
else is a deep link to the private chat, with the group as its target. In the full layout each paper has its own row in
groups and channels: Why is answered with an alert, and votes are counted on the button.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import KeyboardButtonStyle

from adapters.telegram.callback_data import CommandLine, decode, encode, encode_payload
from adapters.telegram.chats import format_chat, is_public
from adapters.telegram.target_hints import is_about_chat
from bot.domain.i18n import tr
from bot.domain.identifiers import handle
from bot.domain.pages import Action, Card, Layout, Page
from bot.domain.requests import Tally
from bot.messages.localization import text_in

#: maximum characters of a copy button's text
_COPIED = 256
#: number buttons per row; characters of the labels in one row
_IN_A_ROW, _ROW_WIDTH = 5, 32
#: answered with a notification to the person who pressed
ANSWERED_IN_PLACE = frozenset({"why", "vote", "save", "unsave"})
_ON_A_LIST = ("why", "vote")
_STYLES = {
    "subscribe save": KeyboardButtonStyle.SUCCESS,
    "unsubscribe": KeyboardButtonStyle.DANGER,
    "forget everything": KeyboardButtonStyle.DANGER,
}
_NOBODY = Tally(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyboardContext:
    """What a keyboard depends on besides its page."""

    #: other people read it
    public: bool = False
    #: the chat that the page is about, if it is another one
    target: str = ""
    #: the bot's user name for deep links; empty if unknown
    bot: str = ""
    #: commands that change subscriptions
    managing: Collection[str] = frozenset()
    #: commands that may name another chat
    with_target: Collection[str] = frozenset()
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    #: the chat in which it is shown, with its topic: "-1001234567890/7"
    here: str = ""
    #: the chat in which votes count, if it is another one: that of the list from which a paper was opened privately
    votes_in: str = ""


def keyboard(page: Page, where: KeyboardContext) -> InlineKeyboardMarkup | None:
    """Return a page's keyboard; None if it has no buttons."""
    seen: set[str] = set()
    rows = [
        *_numbers(page, where),
        *_of_cards(page, where, seen),
        *_copies(page),
        *_choices(page, where, seen),
        *_of_page(page, where, seen),
    ]
    kept = [tuple(button for button in row if button) for row in rows]
    return InlineKeyboardMarkup([row for row in kept if row]) if any(kept) else None


Row = Sequence[InlineKeyboardButton | None]


def _numbers(page: Page, where: KeyboardContext) -> Iterator[Row]:
    cards = [card for card in page.cards if card.number is not None and card.actions]
    if (where.public and page.layout is Layout.FULL) or len(cards) < 2:
        return
    for start in range(0, len(cards), _balanced(len(cards))):
        few = cards[start : start + _balanced(len(cards))]
        yield [InlineKeyboardButton(str(card.number), callback_data=f"paper {handle(card.key)}") for card in few]


def _choices(page: Page, where: KeyboardContext, seen: set[str]) -> Iterator[Row]:
    """Return the buttons of the rows that can be chosen: numbers side by side, else one below the other."""
    rows = [row for section in page.sections for row in section.rows if row.action]
    if not all(row.label.isdecimal() for row in rows):
        yield from ([_button(choice, where, seen, on_a_list=False)] for choice in page.choices)
        return
    buttons = [
        _button(replace(row.action, label=row.label), where, seen, on_a_list=False) for row in rows if row.action
    ]
    if buttons:
        width = _balanced(len(buttons))
        yield from (buttons[start : start + width] for start in range(0, len(buttons), width))


def _balanced(count: int) -> int:
    """Return the number of buttons per row for rows of similar length: 7 as 4 and 3 instead of 5 and 2."""
    rows = -(-count // _IN_A_ROW)
    return -(-count // rows)


def _of_cards(page: Page, where: KeyboardContext, seen: set[str]) -> Iterator[Row]:
    listed = sum(card.number is not None for card in page.cards) > 1
    for card in page.cards:
        if not listed:
            buttons = [_button(_counted(action, card, where), where, seen) for action in card.actions]
            yield from (buttons[start : start + 3] for start in range(0, len(buttons), 3))
        elif where.public and page.layout is Layout.FULL:
            yield _row_of(card, where, seen, text_in(tr("More"), page.language))


def _row_of(card: Card, where: KeyboardContext, seen: set[str], more: str) -> Row:
    """Return a row with Why, the votes, and a deep link to the paper."""
    shown = [action for action in card.actions if decode(action.command).command in _ON_A_LIST]
    buttons = [_button(_counted(action, card, where), where, seen) for action in shown]
    return [*buttons, _deep_link(more, CommandLine("paper", handle(card.key)), where)] if buttons else []


def _counted(action: Action, card: Card, where: KeyboardContext) -> Action:
    """Return the action with vote counts on its label, and with the paper's number in a list."""
    tally = where.tallies.get(card.key, _NOBODY)
    id = handle(card.key)
    votes = {f"vote {id} up": tally.up, f"vote {id} down": tally.down}.get(action.command, 0)
    number = f"{card.number} · " if card.number is not None and action.command.startswith("why ") else ""
    return Action(f"{number}{action.label}{f' {votes}' if votes else ''}", action.command)


def _copies(page: Page) -> Iterator[Row]:
    texts = [section.verbatim for section in page.sections if section.verbatim]
    if len(texts) == 1 and len(texts[0]) <= _COPIED:
        yield [InlineKeyboardButton(text_in(tr("Copy"), page.language), copy_text=CopyTextButton(texts[0]))]


def _of_page(page: Page, where: KeyboardContext, seen: set[str]) -> Iterator[Row]:
    row: list[InlineKeyboardButton] = []
    for action in page.actions:
        button = _button(action, where, seen, on_a_list=bool(page.cards))
        if button is None:
            continue
        if row and sum(len(each.text) + 4 for each in row) + len(button.text) > _ROW_WIDTH:
            yield row
            row = []
        row.append(button)
    yield row


def _button(
    action: Action, where: KeyboardContext, seen: set[str], *, on_a_list: bool = True
) -> InlineKeyboardButton | None:
    """Return a button; None if it is a duplicate or too long."""
    about = format_chat(action.chat) if action.chat and is_public(action.chat) else ""
    if f"{about} {action.command}" in seen:
        return None
    seen.add(f"{about} {action.command}")
    line = decode(action.command)
    managing = line.command in where.managing
    # a dialogue about subscriptions stays in the group where a manager started it; buttons of a digest do not
    if where.public and line.command not in ANSWERED_IN_PLACE and (on_a_list or not managing):
        here = where.here if managing or is_about_chat(line.command, line.argument, where.with_target) else ""
        link = CommandLine(line.command, line.argument, about or here)
        if button := _deep_link(action.label, link, where):
            return button
    named = where.target if is_about_chat(line.command, line.argument, where.with_target) else ""
    target = about or named or (where.votes_in if line.command == "vote" else "")
    carried = encode(CommandLine(line.command, line.argument, target))
    style = next((style for command, style in _STYLES.items() if action.command.startswith(command)), None)
    return InlineKeyboardButton(action.label, callback_data=carried, style=style) if carried else None


def _deep_link(label: str, line: CommandLine, where: KeyboardContext) -> InlineKeyboardButton | None:
    """Return a deep link to the private chat that runs the same command there."""
    carried = encode_payload(line)
    if not where.bot or not carried:
        return None
    return InlineKeyboardButton(label, url=f"https://t.me/{where.bot}?start={carried}")
