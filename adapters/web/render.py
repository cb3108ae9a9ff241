"""Render pages as HTML. Templates escape every text; only the site's own and known URLs become links. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from urllib.parse import urlsplit

import jinja2

from adapters.web import urls
from bot.domain.pages import Action, Page
from bot.domain.text import plain

_TURNING = frozenset({"Next page"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """The surroundings of a page."""

    #: content of the search box
    query: str = ""
    #: active item of the navigation: "day", "week", "month", "chat" or empty
    here: str = ""
    #: URL of the corresponding feed
    feed: str = ""
    #: whether subscriptions by mail are available
    mail: bool = False


def html(template: str, around: PageContext, **facts: object) -> bytes:
    """Render a template."""
    return _templates().get_template(template).render(around=around, **facts).encode(errors="replace")


def style() -> bytes:
    """Return the style sheet."""
    return resources.files("adapters.web").joinpath("static", "style.css").read_bytes()


def icon() -> bytes:
    """Return the favicon as SVG."""
    return resources.files("adapters.web").joinpath("static", "icon.svg").read_bytes()


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("adapters.web"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {
        "address": urls.address,
        "outward": outward,
        "shown": plain,
        "readable": readable,
        "turning": turning,
    }
    environment.globals |= {"version": hashlib.blake2b(style(), digest_size=4).hexdigest()}
    return environment


def outward(url: str) -> str:
    """Return an external URL; empty if it is neither http nor https."""
    try:
        return url if urlsplit(url).scheme in {"http", "https"} else ""
    except ValueError:
        # brackets that contain no IPv6 address
        return ""


def readable(actions: Sequence[Action]) -> list[Action]:
    """Return the actions that have a page of their own."""
    return [action for action in actions if urls.readable(action.command)]


def turning(actions: Sequence[Action]) -> list[Action]:
    """Return the paging actions, which are shown below the list."""
    return [action for action in readable(actions) if action.label in _TURNING]


def title(page: Page) -> str:
    """Return the title for the browser's tab."""
    return f"{plain(page.title)} · Paperboy"
