"""The modal that edits a subscription."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.discord import pages
from adapters.discord.components import Json
from adapters.discord.custom_ids import ButtonAction, CustomId
from bot.domain.text import shorten
from bot.messages.localization import text_in

_TEXT_INPUT, _STRING_SELECT, _LABEL = 4, 3, 18
_LONGEST_INPUT, _LONGEST_LABEL, _LONGEST_DESCRIPTION = 200, 45, 100
#: the text inputs: name, example in the placeholder, and how the value is typed in a command
_INPUTS = (
    ("when", "weekdays at 9:00 Europe/Berlin", "{}"),
    ("query", "agents -survey", "{}"),
    ("count", "5", "top {}"),
    ("else", "votes:>=20 repeat:30 silent:yes layout:full", "{}"),
)
_EMPTY = "empty"


def modal(subscription: str, channel: str, language: str) -> Json:
    """Return the modal for a subscription ("id:7") of a channel. Fields left empty keep their value."""
    command = f"subscriptions edit {subscription}"
    return {
        "custom_id": CustomId(act=ButtonAction.MODAL, command=command, channel=channel).id,
        "title": _label(pages.MODAL_TITLE, language),
        "components": [*(_input(name, example, language) for name, example, _ in _INPUTS), _empty_days(language)],
    }


def changes(filled: Mapping[str, str]) -> str:
    """Return the submitted fields as command arguments; empty if none was filled in."""
    typed = [pattern.format(filled[name].strip()) for name, _, pattern in _INPUTS if filled.get(name, "").strip()]
    return " ".join([*typed, *([f"empty:{filled[_EMPTY]}"] if filled.get(_EMPTY) else [])])


def _input(name: str, example: str, language: str) -> Json:
    field: Json = {"type": _TEXT_INPUT, "custom_id": name, "style": 1, "required": False}
    return {
        "type": _LABEL,
        "label": _label(pages.MODAL_LABELS[name], language),
        "description": shorten(text_in(pages.MODAL_KEEP, language), _LONGEST_DESCRIPTION),
        "component": field | {"placeholder": example, "max_length": _LONGEST_INPUT},
    }


def _empty_days(language: str) -> Json:
    options = [
        {"label": shorten(text_in(label, language), _LONGEST_DESCRIPTION), "value": str(name)}
        for name, label in pages.EMPTY_DAYS.items()
    ]
    menu: Json = {"type": _STRING_SELECT, "custom_id": _EMPTY, "required": False, "min_values": 0, "options": options}
    keep = shorten(text_in(pages.MODAL_NO_CHANGE, language), _LONGEST_DESCRIPTION)
    return {
        "type": _LABEL,
        "label": _label(pages.MODAL_LABELS[_EMPTY], language),
        "component": menu | {"placeholder": keep},
    }


def _label(text: str, language: str) -> str:
    return shorten(text_in(text, language), _LONGEST_LABEL)
