"""The modals that edit and move a subscription."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.discord import pages
from adapters.discord.components import Json
from adapters.discord.custom_ids import ButtonAction, CustomId
from adapters.discord.slash_commands import CHANNEL_TYPES, TO
from bot.commands.subscription_form import EMPTY, REST, SIZE, TOPIC, WHEN, SubscriptionForm, argument
from bot.domain.subscriptions import EmptyDay
from bot.domain.text import shorten
from bot.messages.localization import text_in

_TEXT_INPUT, _STRING_SELECT, _CHANNEL_SELECT, _LABEL = 4, 3, 8, 18
_LONGEST_INPUT, _LONGEST_LABEL, _LONGEST_DESCRIPTION = 200, 45, 100
#: the text inputs: name, example in the placeholder, and how the value is typed in a command
_INPUTS = (
    ("when", "weekdays at 9:00 Europe/Berlin", "{}"),
    ("query", "agents -survey", "{}"),
    ("count", "5", "top {}"),
    ("else", "votes:>=20 repeat:30 silent:yes layout:full", "{}"),
)
_EMPTY = "empty"
#: longest value of a text input, and sizes that are offered
_LONGEST_VALUE = 4000
_SIZES = (1, 3, 5, 8, 10, 15, 20, 25)


def modal(subscription: str, channel: str, language: str) -> Json:
    """Return the modal for a subscription ("id:7") whose settings are not known in time.

    Fields left empty keep their value.
    """
    fields = [*(_input(name, example, language) for name, example, _ in _INPUTS), _empty_days(language)]
    return _modal(f"subscriptions edit {subscription}", channel, pages.MODAL_TITLE, fields, language)


def filled_modal(form: SubscriptionForm, channel: str, language: str) -> Json:
    """Return the modal of a subscription with its settings filled in; what is submitted replaces all of them."""
    keep = text_in(pages.TOPIC_EMPTY, language)
    fields = [
        _text(TOPIC, form.topic, "agents -survey", language, description=keep),
        _text(WHEN, form.when, "weekdays at 9:00 Europe/Berlin", language, required=True),
        _select(SIZE, _sizes(form.size), language),
        _select(EMPTY, _empty_choices(form.empty, language), language),
        _text(REST, form.rest, "votes:>=20 repeat:30 silent:yes layout:full", language),
    ]
    return _modal(f"subscriptions set id:{form.id} was:{form.mark}", channel, pages.MODAL_TITLE, fields, language)


def move_modal(subscription: str, channel: str, language: str) -> Json:
    """Return the modal in which the new channel of a subscription ("id:7") is chosen."""
    select: Json = {"type": _CHANNEL_SELECT, "custom_id": TO, "required": True, "channel_types": list(CHANNEL_TYPES)}
    field: Json = {
        "type": _LABEL,
        "label": _label(pages.MOVE_LABEL, language),
        "description": shorten(text_in(pages.MOVE_DESCRIPTION, language), _LONGEST_DESCRIPTION),
        "component": select,
    }
    return _modal(f"subscriptions move {subscription}", channel, pages.MOVE_TITLE, [field], language)


def submitted(command: str, filled: Mapping[str, str]) -> str:
    """Return the command line of a submitted modal, by the command of its custom id."""
    match command.split():
        case ["subscriptions", "set", *_]:
            return f"{command} {argument(filled)}"
        case ["subscriptions", "move", _]:
            # the channel is a field of its own, as its rights are checked
            return command
        case _:
            return f"{command} {changes(filled)}".strip()


def _modal(command: str, channel: str, title: str, fields: Sequence[Json], language: str) -> Json:
    custom_id = CustomId(act=ButtonAction.MODAL, command=command, channel=channel).id
    return {"custom_id": custom_id, "title": _label(title, language), "components": list(fields)}


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


def _text(name: str, value: str, example: str, language: str, *, description: str = "", required: bool = False) -> Json:
    field: Json = {"type": _TEXT_INPUT, "custom_id": name, "style": 1, "required": required}
    field |= {"placeholder": example, "max_length": _LONGEST_VALUE}
    field |= {"value": value[:_LONGEST_VALUE]} if value else {}
    label: Json = {"type": _LABEL, "label": _label(pages.MODAL_LABELS[name], language), "component": field}
    return label | ({"description": shorten(description, _LONGEST_DESCRIPTION)} if description else {})


def _select(name: str, options: Sequence[Json], language: str) -> Json:
    menu: Json = {"type": _STRING_SELECT, "custom_id": name, "required": True, "options": list(options)}
    return {"type": _LABEL, "label": _label(pages.MODAL_LABELS[name], language), "component": menu}


def _sizes(size: int) -> list[Json]:
    return [
        {"label": str(each), "value": str(each), **({"default": True} if each == size else {})}
        for each in sorted({*_SIZES, size})
    ]


def _empty_choices(chosen: EmptyDay, language: str) -> list[Json]:
    return [
        {
            "label": shorten(text_in(label, language), _LONGEST_DESCRIPTION),
            "value": str(name),
            **({"default": True} if name is chosen else {}),
        }
        for name, label in pages.EMPTY_DAYS.items()
    ]


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
