"""Whether a call is one that the Bot API knows, by its machine-readable description."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from tests.adapters.telegram.world import Json
from tests.shared import SHARED

_SPEC = SHARED / "specs" / "telegram-bot-api-10.3.json"
#: new in 10.3 as always present, and not sent by python-telegram-bot 22.8
_NOT_SENT = {"ChatAdministratorRights.can_send_welcome_messages"}
_ALWAYS = re.compile(r"always ['\"“](\w+)['\"”]")
_PLAIN: dict[str, tuple[type, ...]] = {
    "Integer": (int,),
    "String": (str,),
    "Boolean": (bool,),
    "Float": (int, float),
    "True": (bool,),
}


def complaint(method: str, given: Json) -> str:
    """What is wrong with a call; empty where nothing is, or where no description lies beside the checkout."""
    if not _SPEC.is_file():
        return ""
    known = _spec()["methods"].get(method)
    if known is None:
        return f"no method {method}"
    return _fields(method, known.get("fields", []), given)


@cache
def _spec() -> Json:
    spec: Json = json.loads(_SPEC.read_text(encoding="utf-8"))
    return spec


def _fields(where: str, fields: list[Json], given: Json) -> str:
    known = {field["name"]: field for field in fields}
    for name, value in given.items():
        if name not in known:
            return f"{where} has no field {name}"
        if not any(_fits(kind, value) for kind in known[name]["types"]) or not _is_constant(known[name], value):
            return f"{where}.{name} is no {' or '.join(known[name]['types'])}: {value!r}"
    missing = [
        name
        for name, field in known.items()
        if field["required"] and name not in given and f"{where}.{name}" not in _NOT_SENT
    ]
    return f"{where} lacks {', '.join(missing)}" if missing else ""


def _is_constant(field: Json, value: Any) -> bool:
    """Whether a field whose value is fixed has it: "Type of the block, always 'paragraph'"."""
    fixed = _ALWAYS.search(field["description"])
    return fixed is None or value == fixed[1]


def _fits(kind: str, value: Any) -> bool:
    if kind.startswith("Array of "):
        return isinstance(value, list) and all(_fits(kind.removeprefix("Array of "), each) for each in value)
    if kind in _PLAIN:
        return isinstance(value, _PLAIN[kind]) and (kind == "Boolean" or not isinstance(value, bool))
    described = _spec()["types"][kind]
    if described.get("subtypes"):
        return any(_fits(subtype, value) for subtype in described["subtypes"])
    return isinstance(value, dict) and not _fields(kind, described.get("fields", []), value)
