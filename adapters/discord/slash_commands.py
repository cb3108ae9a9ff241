"""The command table as Discord's slash command registration: options, choices, contexts, default permissions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache

from adapters.discord.command_names import CHOICE_NAMES, COMMAND_NAMES, OPTION_NAMES
from adapters.discord.components import Json
from adapters.discord.localizations import Localizations, descriptions, labels, names
from adapters.discord.permissions import ANNOUNCEMENT, FORUM, THREADS, Permission
from bot.domain.i18n import tr
from bot.domain.requests import Command, Option
from bot.domain.text import shorten

#: the option that names another channel, and the one to which a subscription is moved
CHANNEL, TO = "channel", "to"
#: the command that lists, changes and moves subscriptions
SUBSCRIPTIONS = "subscriptions"
#: the command that creates a subscription, and its option that saves without a button
SUBSCRIBE, SAVE, YES = "subscribe", "save", "yes"
#: options with an integer value, with minimum and maximum
_NUMBERS = {"count": (1, 25), "votes": (0, 1_000_000)}
#: options with a role value
_ROLES = frozenset({"role"})
_TEXT, _NUMBER, _CHANNEL, _ROLE = 3, 4, 7, 8
#: types of channels that can get digests
CHANNEL_TYPES = tuple(sorted({0, ANNOUNCEMENT, *THREADS, FORUM}))
_ANOTHER = tr("Another channel, thread or forum instead of this one")
_DESTINATION = tr("Where to move the subscription")
_LONGEST = 100
#: the fields that we set; Discord adds others
_OURS = (
    *("name", "name_localizations", "description", "description_localizations"),
    *("type", "options", "integration_types", "contexts", "default_member_permissions"),
)
#: contexts: servers, private chat with the bot, other private chats; installation: by a server, by a user
_SERVERS, _EVERYWHERE = [0], [0, 1, 2]


def commands(known: Sequence[Command], installs: Collection[int]) -> list[Json]:
    """Return all commands. `installs` are the allowed installation types: 0 servers, 1 users."""
    localized = names({command.name: COMMAND_NAMES.get(command.name, command.name) for command in known})
    return [_command(command, installs) | _optional(name_localizations=localized[command.name]) for command in known]


def of_a_place(command: Command) -> bool:
    """Whether the command is about a channel's subscriptions, so that it has a `channel` option."""
    return command.manages or command.name in ("subscriptions", "status")


def gated(command: Command) -> bool:
    """Whether Discord checks who may use the command (`default_member_permissions`)."""
    return command.manages


def _command(command: Command, installs: Collection[int]) -> Json:
    options = sorted((_option(option) for option in command.options), key=lambda each: not each.get("required"))
    options += [_save_option()] if command.name == SUBSCRIBE else []
    options += [_channel_option(CHANNEL, _ANOTHER)] if of_a_place(command) else []
    options += [_channel_option(TO, _DESTINATION)] if command.name == SUBSCRIPTIONS else []
    localized = names({str(each["name"]): OPTION_NAMES.get(str(each["name"]), str(each["name"])) for each in options})
    wide = not command.manages and 1 in installs
    body: Json = {
        "name": command.name,
        **_described(command.summary),
        "type": 1,
        "options": [each | _optional(name_localizations=localized[str(each["name"])]) for each in options],
        "integration_types": [0, 1] if wide else [0],
        "contexts": _SERVERS if command.manages else _EVERYWHERE,
        "default_member_permissions": int(Permission.MANAGE_SERVER) if gated(command) else None,
    }
    return body


def _option(option: Option) -> Json:
    body: Json = {
        "type": _TEXT,
        "name": option.name,
        **_described(option.description),
        "required": option.required,
    }
    if option.name in _NUMBERS:
        least, most = _NUMBERS[option.name]
        return body | {"type": _NUMBER, "min_value": least, "max_value": most}
    if option.name in _ROLES:
        return body | {"type": _ROLE}
    if option.choices:
        return body | {"choices": _choices(option.name, option.choices)}
    return body | ({"autocomplete": True} if option.completion else {})


def _choices(option: str, values: Sequence[str]) -> list[Json]:
    localized = labels({str(value): CHOICE_NAMES.get((option, str(value)), str(value)) for value in values})
    return [
        {"name": str(value), "value": str(value), **_optional(name_localizations=localized[str(value)])}
        for value in values
    ]


@cache
def choice_label(option: str, value: str, locale: str) -> str:
    """Return how a choice of an option is shown to people with a locale."""
    template = CHOICE_NAMES.get((option, value))
    return labels({value: template})[value].get(locale, value) if template else value


def _save_option() -> Json:
    # people whose role is granted the command may run it, but not press Save, which Discord does not check
    described = _described(tr("Save at once, without a preview"))
    return {"type": _TEXT, "name": SAVE, **described, "required": False, "choices": _choices(SAVE, (YES,))}


def _channel_option(name: str, description: str) -> Json:
    described = _described(description)
    return {"type": _CHANNEL, "name": name, **described, "required": False, "channel_types": list(CHANNEL_TYPES)}


def _described(text: str) -> Json:
    english = shorten(text, _LONGEST)
    return {"description": english, **_optional(description_localizations=descriptions(text))}


def _optional(**localizations: Localizations) -> Json:
    """Return the fields that are not empty."""
    return {name: each for name, each in localizations.items() if each}


def same(ours: Sequence[Json], theirs: Sequence[Mapping[str, object]]) -> bool:
    """Whether both lists are equivalent; Discord omits empty fields and adds its own."""
    return {str(each["name"]): _bare(each) for each in ours} == {str(each["name"]): _bare(each) for each in theirs}


def _bare(command: Mapping[str, object]) -> object:
    # sent as a number, returned as a string
    needed = command.get("default_member_permissions")
    return _frozen({name: command.get(name) for name in _OURS} | {"default_member_permissions": needed and str(needed)})


def _frozen(value: object) -> object:
    """Return the value in a hashable form without empty or false fields."""
    if isinstance(value, Mapping):
        return tuple((name, _frozen(value[name])) for name in sorted(value) if value[name] not in (None, False, [], {}))
    if isinstance(value, list | tuple):
        return tuple(_frozen(each) for each in value)
    return value
