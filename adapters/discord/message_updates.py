"""Redraw the vote counts on the buttons of an existing message. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from adapters.discord.components import Json
from adapters.discord.custom_ids import CustomId, parse_custom_id
from adapters.discord.message import V2
from adapters.discord.render import counted
from bot.domain.requests import Tally


def papers_with_votes(components: Iterable[Json]) -> frozenset[str]:
    """Return the ids of the papers that have a vote button."""
    ids = (_vote(found) for component in components for found in _pressed(component))
    return frozenset(key for key, label in ids if label)


def with_counts(components: Iterable[Json], tallies: Mapping[str, Tally]) -> Json:
    """Return the body that shows the same message with these counts."""

    def changed(component: Json) -> Json:
        inner = {name: _through(value, changed) for name, value in component.items()}
        found = parse_custom_id(str(component.get("custom_id", "")))
        key, _ = _vote(found) if found else ("", "")
        label = counted(found.command, tallies.get(key)) if found and key else ""
        return inner | ({"label": label} if label else {})

    shown = [changed(each) for each in components]
    return {"components": shown, "flags": V2, "allowed_mentions": {"parse": []}}


def _vote(found: CustomId) -> tuple[str, str]:
    """Return the paper of a vote button and its label without a count; empty strings for other buttons."""
    words = found.command.split()
    label = counted(found.command, None)
    return (words[1], label) if label else ("", "")


def _through(value: object, change: Callable[[Json], Json]) -> object:
    """Apply a change to nested components."""
    if isinstance(value, list):
        return [change(each) if isinstance(each, dict) else each for each in value]
    return change(value) if isinstance(value, dict) and "type" in value else value


def _pressed(component: Json) -> Iterator[CustomId]:
    """Yield the parsed custom id of every button in a component."""
    if found := parse_custom_id(str(component.get("custom_id", ""))):
        yield found
    for name in ("components", "accessory"):
        below = component.get(name)
        for each in below if isinstance(below, list | tuple) else (below,):
            if isinstance(each, dict):
                yield from _pressed(each)
