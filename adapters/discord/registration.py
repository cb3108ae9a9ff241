"""Pure: the table of commands as Discord registers it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from adapters.discord.layout import Json
from adapters.discord.permissions import ANNOUNCEMENT, FORUM, THREADS, Permission
from bot.models import Command, Option
from bot.text import shorten

#: the field that names another channel than the one where somebody types
CHANNEL = "channel"
#: the command that begins a subscription, and the field of it that saves without a button
SUBSCRIBE, SAVE, YES = "subscribe", "save", "yes"
#: fields that take a number, with the least and the most
_NUMBERS = {"count": (1, 25), "votes": (0, 1_000_000)}
#: fields that take a role
_ROLES = frozenset({"role"})
_TEXT, _NUMBER, _CHANNEL, _ROLE = 3, 4, 7, 8
_LONGEST = 100
#: what of a command is ours; the rest Discord adds
_OURS = ("name", "description", "type", "options", "integration_types", "contexts", "default_member_permissions")
#: in servers, in a chat with the bot, in other private chats; installed by a server, by a person
_SERVERS, _EVERYWHERE = [0], [0, 1, 2]


def commands(known: Sequence[Command], installs: Collection[int]) -> list[Json]:
    """Everything that is offered. `installs` is who may install the app: 0 servers, 1 people."""
    return [_command(command, installs) for command in known]


def of_a_place(command: Command) -> bool:
    """Whether it is about what a place gets, so that the place may be named."""
    return command.manages or command.name in ("subscriptions", "status")


def gated(command: Command) -> bool:
    """Whether it is registered with `default_member_permissions`, so that Discord checks who may type it."""
    return command.manages


def _command(command: Command, installs: Collection[int]) -> Json:
    options = sorted((_option(option) for option in command.options), key=lambda each: not each.get("required"))
    options += [_save()] if command.name == SUBSCRIBE else []
    options += [_place()] if of_a_place(command) else []
    wide = not command.manages and 1 in installs
    told: Json = {
        "name": command.name,
        "description": shorten(command.summary, _LONGEST),
        "type": 1,
        "options": options,
        "integration_types": [0, 1] if wide else [0],
        "contexts": _SERVERS if command.manages else _EVERYWHERE,
        "default_member_permissions": int(Permission.MANAGE_SERVER) if gated(command) else None,
    }
    return told


def _option(option: Option) -> Json:
    told: Json = {
        "type": _TEXT,
        "name": option.name,
        "description": shorten(option.description, _LONGEST),
        "required": option.required,
    }
    if option.name in _NUMBERS:
        least, most = _NUMBERS[option.name]
        return told | {"type": _NUMBER, "min_value": least, "max_value": most}
    if option.name in _ROLES:
        return told | {"type": _ROLE}
    if option.choices:
        return told | {"choices": [{"name": choice, "value": choice} for choice in option.choices]}
    return told | ({"autocomplete": True} if option.completion else {})


def _save() -> Json:
    # a role that was given the command may type it, and may not press Save, which Discord does not check
    told = "Save it at once, without showing first what it would bring"
    choices = [{"name": YES, "value": YES}]
    return {"type": _TEXT, "name": SAVE, "description": told, "required": False, "choices": choices}


def _place() -> Json:
    kinds = sorted({0, ANNOUNCEMENT, *THREADS, FORUM})
    told = "Another channel, thread or forum than this one"
    return {"type": _CHANNEL, "name": CHANNEL, "description": told, "required": False, "channel_types": kinds}


def same(ours: Sequence[Json], theirs: Sequence[Mapping[str, object]]) -> bool:
    """Whether what is registered says the same; Discord leaves out what says nothing, and adds facts of its own."""
    return {str(each["name"]): _bare(each) for each in ours} == {str(each["name"]): _bare(each) for each in theirs}


def _bare(command: Mapping[str, object]) -> object:
    # sent as a number, and given back as text
    needed = command.get("default_member_permissions")
    return _frozen({name: command.get(name) for name in _OURS} | {"default_member_permissions": needed and str(needed)})


def _frozen(value: object) -> object:
    """The same value in a form that can be compared, without whatever is empty or false."""
    if isinstance(value, Mapping):
        return tuple((name, _frozen(value[name])) for name in sorted(value) if value[name] not in (None, False, [], {}))
    if isinstance(value, list | tuple):
        return tuple(_frozen(each) for each in value)
    return value
