"""Updates of existing messages: the same components with new vote counts on their buttons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from adapters.discord.buttons import vote_label, voted_paper
from adapters.discord.components import Json
from adapters.discord.custom_ids import CustomId, parse_custom_id
from adapters.discord.message import V2
from bot.domain.requests import Tally


def papers_with_votes(components: Iterable[Json]) -> frozenset[str]:
    """Return the ids of the papers that have a vote button."""
    ids = (found for component in components for found in _custom_ids(component))
    return frozenset(paper for found in ids if (paper := voted_paper(found.command)))


def with_counts(components: Iterable[Json], tallies: Mapping[str, Tally]) -> Json:
    """Return the body that shows the same message with these counts."""

    def changed(component: Json) -> Json:
        inner = {name: _through(value, changed) for name, value in component.items()}
        found = parse_custom_id(str(component.get("custom_id", "")))
        if found is None or not (paper := voted_paper(found.command)):
            return inner
        return inner | {"label": vote_label(found.command, tallies.get(paper))}

    shown = [changed(each) for each in components]
    return {"components": shown, "flags": V2, "allowed_mentions": {"parse": []}}


def _through(value: object, change: Callable[[Json], Json]) -> object:
    """Apply a change to nested components."""
    if isinstance(value, list):
        return [change(each) if isinstance(each, dict) else each for each in value]
    return change(value) if isinstance(value, dict) and "type" in value else value


def _custom_ids(component: Json) -> Iterator[CustomId]:
    """Yield the parsed custom id of every button in a component."""
    if found := parse_custom_id(str(component.get("custom_id", ""))):
        yield found
    for name in ("components", "accessory"):
        below = component.get(name)
        for each in below if isinstance(below, list | tuple) else (below,):
            if isinstance(each, dict):
                yield from _custom_ids(each)
