"""Whether requests and answers are what Discord's own description of its API says."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from tests.shared import SHARED
from tests.surfaces.discord.world import Json

_ID = re.compile(r'"[0-9]{15,20}"')
SPEC = SHARED / "specs" / "discord-openapi.json"


@cache
def _spec() -> Json:
    found: Json = json.loads(SPEC.read_text()) if SPEC.is_file() else {}
    return found


@cache
def _routes() -> list[tuple[re.Pattern[str], str]]:
    """Paths without a parameter go before those with one."""
    paths = sorted(_spec()["paths"], key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))), path) for path in paths]


def _operation(method: str, path: str) -> tuple[str, Json] | None:
    for pattern, template in _routes():
        if pattern.fullmatch(path) and method in _spec()["paths"][template]:
            return template, _spec()["paths"][template][method]
    return None


def _body(method: str, template: str, what: str) -> tuple[bool, bool]:
    """Whether the description has a body there, and whether it must be sent."""
    operation = _spec()["paths"][template][method]
    if what != "request":
        return bool(operation["responses"].get(what, {}).get("content")), False
    place = operation.get("requestBody") or {}
    return bool(place.get("content")), bool(place.get("required"))


@cache
def _validator(method: str, template: str, what: str) -> Any:
    """`what` is "request" or a status; None where the description says nothing of it."""
    from jsonschema import Draft202012Validator  # a fifth of a second, and only some tests need it

    operation = _spec()["paths"][template][method]
    place = operation.get("requestBody") if what == "request" else operation["responses"].get(what)
    content = (place or {}).get("content", {}).get("application/json")
    if content is None:
        return None
    schema = {"components": _spec()["components"], **content["schema"]}
    return Draft202012Validator(schema)


def complaint(method: str, path: str, what: str, content: object | None) -> str:
    """What is wrong with a request or an answer; empty where nothing is, or where there is no description here.

    `content` is None where no body was sent.
    """
    if not SPEC.is_file():
        return ""
    found = _operation(method.lower(), path)
    if found is None:
        return f"{method} {path} is not in the description"
    described, required = _body(method.lower(), found[0], what)
    if content is None:
        return f"{method} {found[0]} {what}: a body is required, and none was sent" if required else ""
    if not described:
        return f"{method} {found[0]} {what}: no body is described, and one was sent"
    # a large message takes a tenth of a second, and most differ in nothing but ids
    return _complaint(method.lower(), found[0], what, _ID.sub('"0"', json.dumps(content)))


@cache
def _complaint(method: str, template: str, what: str, content: str) -> str:
    validator = _validator(method, template, what)
    error = next(validator.iter_errors(json.loads(content)), None) if validator is not None else None
    return f"{method} {template} {what}: {_deepest(error)}" if error is not None else ""


def _deepest(error: Any) -> str:
    while error.context:
        error = max(error.context, key=lambda each: len(each.absolute_path))
    return f"{error.json_path}: {error.message[:300]}"
