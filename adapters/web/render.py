"""Render pages as HTML in the reader's language. Templates escape every text; only the site's own and known URLs
become links. Pure.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from urllib.parse import urlsplit

import jinja2
from markupsafe import Markup, escape

from adapters.web import urls
from bot.commands.paging import after_page
from bot.domain.i18n import Message
from bot.domain.pages import Action, Page
from bot.domain.text import plain
from bot.messages.catalogue import SOURCE_LANGUAGE, available, own_name, text_direction
from bot.messages.localization import text_in
from bot.messages.named_commands import commands_pattern

#: commands of a card that the site links to, as its other pages are on the paper's own page
_CARD_PAGES = frozenset({"why", "bibtex"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """What surrounds the content of a page: navigation, search box, footer."""

    #: tag of the language
    language: str = SOURCE_LANGUAGE
    #: URL of the page itself, to which the language switch returns; empty if there is no switch
    url: str = "/"
    #: content of the search box
    query: str = ""
    #: active item of the navigation: "day", "week", "month", "chat" or empty
    here: str = ""
    #: URL of the corresponding feed
    feed: str = ""
    #: whether subscriptions by mail are available
    mail: bool = False


def html(template: str, context: PageContext, **facts: object) -> bytes:
    """Render a template."""
    environment = _environment(context.language)
    return environment.get_template(template).render(context=context, **facts).encode(errors="replace")


def style() -> bytes:
    """Return the style sheet."""
    return resources.files("adapters.web").joinpath("static", "style.css").read_bytes()


def icon() -> bytes:
    """Return the favicon as SVG."""
    return resources.files("adapters.web").joinpath("static", "icon.svg").read_bytes()


@cache
def _environment(language: str) -> jinja2.Environment:
    """Return the templates in one language."""
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
        "unbroken": unbroken,
        "readable": readable,
        "paging": paging,
        "with_links": with_links,
        "card_pages": card_pages,
        "translated": lambda text: text_in(text, language),
        "with_parameter": urls.with_parameter,
    }
    environment.globals |= {
        "tr": lambda template, **fields: text_in(Message(template, fields), language),
        "version": hashlib.blake2b(style(), digest_size=4).hexdigest(),
        "language": language,
        "direction": text_direction(language),
        "languages": {tag: own_name(tag) for tag in available()},
    }
    return environment


def unbroken(text: str) -> str:
    """Return a text with its separators at the ends of lines, never at their beginnings."""
    return text.replace(" · ", "\N{NO-BREAK SPACE}· ")


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


def with_links(text: str, commands: Sequence[str]) -> Markup:
    """Return a text as HTML in which the commands that its page names are links to their answers."""
    lines = {str(escape(plain(line))): line for line in commands}
    if not lines:
        return escape(text)
    pattern = commands_pattern(lines)

    def link(found: re.Match[str]) -> str:
        return f'<a href="{escape(urls.hinted(lines[found[0]]))}">{found[0]}</a>'

    return Markup(pattern.sub(link, str(escape(text))))  # noqa: S704 - escaped above


def paging(actions: Sequence[Action]) -> list[Action]:
    """Return the actions that continue a list, which are shown below it."""
    return [action for action in readable(actions) if after_page(action.command)[1]]


def card_pages(actions: Sequence[Action]) -> list[Action]:
    """Return the actions of a card in a list that are shown as links."""
    return [action for action in readable(actions) if action.command.partition(" ")[0] in _CARD_PAGES]


def title(page: Page) -> str:
    """Return the title for the browser's tab."""
    return f"{plain(page.title)} · Paperboy"
