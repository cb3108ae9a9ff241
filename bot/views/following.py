"""Pure: from an answer about a topic to a subscription to it."""

from __future__ import annotations

from dataclasses import replace

from bot.page import ACTION_BYTES, Action, Page
from bot.query import Query, show
from bot.subscribing import safe


def followed(page: Page, query: Query) -> Page:
    """The answer to a query with the button in front of its own."""
    return replace(page, actions=(*follow(query), *page.actions))


def follow(query: Query) -> tuple[Action, ...]:
    """A button that subscribes to the words of a query; none where there are no words, or too many for a button."""
    standing = replace(query, limit=None, sort=None)
    if query.before:
        # what comes from now on lies behind it
        standing = replace(standing, after=None, before=None)
    command = f"subscribe {safe(show(standing))}"
    label = "Follow this topic, at any time" if query.before else "Follow this topic"
    return (Action(label, command),) if standing and len(command.encode()) <= ACTION_BYTES else ()
