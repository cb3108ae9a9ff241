"""Buttons and menus of a page: those that open the papers of a list, of a paper, its links, and the page's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from adapters.discord.components import (
    IN_A_ROW,
    LONGEST_LINK,
    MOST_CHOICES,
    ActionRow,
    Button,
    ButtonStyle,
    LinkButton,
    SelectMenu,
    SelectOption,
    rows,
)
from adapters.discord.context import RenderContext
from adapters.discord.custom_ids import ButtonAction, CustomId
from adapters.discord.markup import address
from adapters.discord.pages import PAPER_MENU, SUBSCRIPTION_MENU
from bot.domain.pages import Action, Card, Layout, Link, Page
from bot.domain.requests import Tally
from bot.messages.localization import text_in

#: commands that a button asks for with a form
_FORMS = re.compile(r"subscriptions (form id:[0-9]+|move id:[0-9]+)")
_STYLES = {"subscribe": ButtonStyle.GREEN, "unsubscribe": ButtonStyle.RED, "forget": ButtonStyle.RED}
#: papers of a short list that have a button each; more are in a menu
_MOST_NUMBERS = 2 * IN_A_ROW


def menu(page: Page, context: RenderContext) -> tuple[ActionRow, ...]:
    """Return the buttons or the menu that open one of the papers for the person who chooses it."""
    listed = [card for card in page.cards if card.number is not None]
    opens = {card.key: _opening(card) for card in listed}
    choices = [
        SelectOption(f"{card.number}. {card.title}", opens[card.key], card.reason) for card in listed if opens[card.key]
    ]
    different = tuple({choice.value: choice for choice in choices}.values())
    if not different:
        return ()
    if page.layout is not Layout.FULL and len(different) <= _MOST_NUMBERS:
        return rows(_numbers(listed, opens, context))
    id = CustomId(act=ButtonAction.CHOOSE, channel=context.channel).id
    return (ActionRow((SelectMenu(id, text_in(PAPER_MENU, page.language), different),)),)


def rows_menu(page: Page) -> tuple[ActionRow, ...]:
    """Return the menu of the rows that can be chosen. Each choice carries the chat that it is about."""
    options = tuple(SelectOption(each.label, _custom_id(each, "").id) for each in page.choices)
    if not options:
        return ()
    id = CustomId(act=ButtonAction.CHOOSE).id
    return (ActionRow((SelectMenu(id, text_in(SUBSCRIPTION_MENU, page.language), options[:MOST_CHOICES]),)),)


def _custom_id(action: Action, channel: str) -> CustomId:
    """Return the custom id of an action; one that edits or moves a subscription opens a form.

    `channel` is the one that the page is about, if it is another one than that in which it is shown.
    """
    channel = action.chat.id if action.chat else channel
    if found := _FORMS.fullmatch(action.command):
        return CustomId(act=ButtonAction.MODAL, command=found[1].removeprefix("form "), channel=channel)
    return CustomId(command=action.command, channel=channel)


def _numbers(cards: Sequence[Card], opens: Mapping[str, str], context: RenderContext) -> Iterator[Button]:
    for card in cards:
        if command := opens[card.key]:
            yield Button(str(card.number), CustomId(command=command, channel=context.channel).id)


def _opening(card: Card) -> str:
    return next((action.command for action in card.actions if action.command.startswith("paper ")), "")


def page_buttons(page: Page, context: RenderContext) -> list[Button]:
    """Return the page's buttons, those of a single paper first."""
    alone = [card for card in page.cards if card.number is None]
    own = [_button(action, context, card.key) for card in alone for action in card.actions]
    return own + [_button(action, context) for action in page.actions]


def _button(action: Action, context: RenderContext, key: str = "") -> Button:
    name = action.command.partition(" ")[0]
    if name == "vote" and key:
        return vote_button(action, context, key)
    if name == "subscribe" and action.command.split(" ")[:2] != ["subscribe", "save"]:
        style = ButtonStyle.GREY
    else:
        style = _STYLES.get(name, ButtonStyle.GREY)
    return Button(action.label, _custom_id(action, context.channel).id, style)


def vote_button(action: Action, context: RenderContext, key: str) -> Button:
    """Return a vote button with the count of a paper's votes."""
    return Button(
        vote_label(action.command, context.tallies.get(key)) or action.label,
        CustomId(command=action.command, channel=context.channel).id,
    )


def voted_paper(command: str) -> str:
    """Return the paper that a command votes on; empty for other commands, and for one that removes a vote."""
    match command.split():
        case ["vote", paper, "up" | "down"]:
            return paper
        case _:
            return ""


def vote_label(command: str, tally: Tally | None) -> str:
    """Return the label of a vote button, such as "👍 3"; empty if the command is no vote."""
    match command.split():
        case ["vote", _, "up"]:
            return f"👍 {tally.up}" if tally and tally.up else "👍"
        case ["vote", _, "down"]:
            return f"👎 {tally.down}" if tally and tally.down else "👎"
        case _:
            return ""


def link_buttons(card: Card) -> tuple[LinkButton, ...]:
    """Return the links of a paper that stands alone as buttons, as far as Discord accepts them and in one row."""
    if card.number is not None:
        return ()
    fitting = {target: link.label for link in card.links if (target := _target(link))}
    return tuple(LinkButton(label, url) for url, label in fitting.items())[:IN_A_ROW]


def _target(link: Link) -> str:
    url = address(link.url)
    return url if len(url) <= LONGEST_LINK else ""
