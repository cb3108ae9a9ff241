"""The button that subscribes to the topic of an answer."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.i18n import tr
from bot.domain.pages import ACTION_BYTES, Action, Page
from bot.query import Query, show
from bot.query.subscriptions.format import safe


def followed(page: Page, query: Query) -> Page:
    """Return the page with the button in front of its own."""
    return replace(page, actions=(*follow(query), *page.actions))


def follow(query: Query) -> tuple[Action, ...]:
    """Return the button for a query; none if the query has no words, or too many for a button."""
    standing = replace(query, limit=None, sort=None)
    if query.before:
        # new papers are never before a date in the past
        standing = replace(standing, after=None, before=None)
    command = f"subscribe {safe(show(standing))}"
    label = tr("Follow this topic, without the dates") if query.before else tr("Follow this topic")
    return (Action(label, command),) if standing and len(command.encode()) <= ACTION_BYTES else ()
