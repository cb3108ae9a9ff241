"""Pure: pages as HTML. Every text is escaped by the templates; only addresses that we make or know are links."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from urllib.parse import urlsplit

import jinja2

from adapters.web import addresses
from bot.page import Action, Page
from bot.text import plain

_TURNING = frozenset({"Next page"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands around a page."""

    #: what is in the search box
    query: str = ""
    #: the window in the navigation that is open: "day", "week", "month", "chat" or empty
    here: str = ""
    #: the address of a feed of the same
    feed: str = ""
    #: whether people can subscribe by mail
    mail: bool = False


def html(template: str, around: Around, **facts: object) -> bytes:
    """A template with its facts."""
    return _templates().get_template(template).render(around=around, **facts).encode(errors="replace")


def style() -> bytes:
    """The one style sheet."""
    return resources.files("adapters.web").joinpath("static", "style.css").read_bytes()


def icon() -> bytes:
    """The picture in a browser's tab, as SVG."""
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
        "address": addresses.address,
        "outward": outward,
        "shown": plain,
        "readable": readable,
        "turning": turning,
    }
    environment.globals |= {"version": hashlib.blake2b(style(), digest_size=4).hexdigest()}
    return environment


def outward(url: str) -> str:
    """An address that leads out of the site; empty for what is neither http nor https."""
    try:
        return url if urlsplit(url).scheme in {"http", "https"} else ""
    except ValueError:
        # brackets that are no IPv6 address
        return ""


def readable(actions: Sequence[Action]) -> list[Action]:
    """The actions whose answer is a page to be read."""
    return [action for action in actions if addresses.readable(action.command)]


def turning(actions: Sequence[Action]) -> list[Action]:
    """The actions that lead to the pages before and behind; they stand below the list."""
    return [action for action in readable(actions) if action.label in _TURNING]


def title(page: Page) -> str:
    """For a browser's tab."""
    return f"{plain(page.title)} · Paperboy"
