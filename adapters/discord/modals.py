"""The modal form that edits a subscription. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.discord.components import Json
from adapters.discord.custom_ids import ButtonAction, CustomId
from bot.domain.subscriptions import EmptyDay

_SHORT_TEXT, _MENU, _LABEL = 4, 3, 18
_LONGEST = 200
#: each field: name, label, placeholder, and its keyword in a command
_FIELDS = (
    ("when", "When", "weekdays at 9:00 Europe/Berlin", "{}"),
    ("query", "Topic", "agents -survey", "{}"),
    ("count", "Papers at most", "10", "top {}"),
    ("else", "Anything else", "votes:>=20 repeat:30 silent:yes role:none", "{}"),
)
_EMPTY = {
    EmptyDay.NOTE: "One line that says so",
    EmptyDay.BEST: "The best of the week that were not shown yet",
    EmptyDay.NOTHING: "Nothing at all",
}


def form(subscription: str, place: str) -> Json:
    """Return the form for a subscription ("id:7") of a channel. Fields left empty keep their value."""
    fields = [_text(name, label, example) for name, label, example, _ in _FIELDS]
    command = f"subscriptions edit {subscription}"
    return {
        "custom_id": CustomId(act=ButtonAction.FORM, command=command, place=place).id,
        "title": "What should change?",
        "components": [*fields, _on_empty_days()],
    }


def changes(filled: Mapping[str, str]) -> str:
    """Return the submitted fields as command arguments; empty if none was filled in."""
    typed = [pattern.format(filled[name].strip()) for name, _, _, pattern in _FIELDS if filled.get(name, "").strip()]
    return " ".join([*typed, *([f"empty:{filled['empty']}"] if filled.get("empty") else [])])


def _text(name: str, label: str, example: str) -> Json:
    field: Json = {"type": _SHORT_TEXT, "custom_id": name, "style": 1, "required": False}
    return {
        "type": _LABEL,
        "label": label,
        "description": "Left empty, it stays as it is",
        "component": field | {"placeholder": example, "max_length": _LONGEST},
    }


def _on_empty_days() -> Json:
    options = [{"label": label, "value": str(name)} for name, label in _EMPTY.items()]
    menu: Json = {"type": _MENU, "custom_id": "empty", "required": False, "min_values": 0, "options": options}
    return {"type": _LABEL, "label": "On a day without papers", "component": menu | {"placeholder": "as it is"}}
