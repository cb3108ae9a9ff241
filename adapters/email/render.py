"""Render a page as mail: plain text, and the same as HTML without images, scripts or tracking."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from functools import cache

import jinja2
from markupsafe import Markup

from bot.domain.i18n import Field, Message, tr
from bot.domain.mail import ActionLinks
from bot.domain.pages import Page, paginate
from bot.domain.text import plain
from bot.messages import plain_text as plainly
from bot.messages.localization import heading, text_in
from bot.messages.named_commands import without_commands

#: Gmail clips HTML above 102 kB, and with it the unsubscribe link
MOST_BYTES = 102_000
#: bytes reserved for the links, which differ between readers
_ROOM = 4_000
_COLUMNS = 72
#: maximum lines of one text
_MOST_LINES = 2_000
#: characters of the preview line that mail readers show beside the subject
_PREVIEW = 140


def parts(page: Page) -> tuple[Page, ...]:
    """Split a page into as few mails as possible, without the lines that name commands."""
    return paginate(without_commands(page), _fits)


def _fits(page: Page) -> bool:
    # if the text alone is too long, it need not be rendered to measure it
    texts = [text for each in page.sections for text in (each.text, each.verbatim)]
    texts += [each.body for each in page.cards]
    bare = sum(len(text.encode(errors="replace")) for text in texts)
    return bare <= MOST_BYTES and len(html(page, ActionLinks()).encode()) <= MOST_BYTES - _ROOM


def text(page: Page, links: ActionLinks) -> str:
    """Return the plain text, with the unsubscribe link at the top and at the bottom."""
    ends = links.unsubscribe and _ending(links)
    top = tr("Yes, send me these mails: {link}", link=links.confirm) if links.confirm else ends
    # actions are commands, which cannot be sent by mail
    body = replace(page, intro="\n".join(filter(None, (page.intro, text_in(top, page.language)))), actions=())
    below = (
        links.read and tr("Read on the web: {link}", link=links.read),
        links.change and tr("Change time, topic or size: {link}", link=links.change),
        ends,
        links.privacy and tr("Privacy: {link}", link=links.privacy),
    )
    foot = [
        *textwrap.wrap(text_in(links.why, page.language), _COLUMNS),
        *(text_in(each, page.language) for each in below),
    ]
    return _encodable(f"{plainly.plain(body, _COLUMNS)}\n-- \n" + "".join(f"{line}\n" for line in foot if line))


def _ending(links: ActionLinks) -> Message:
    """Return the line that ends a subscription, or turns an invitation down."""
    if links.confirm:
        return tr("No, thanks: {link}", link=links.unsubscribe)
    return tr("Unsubscribe: {link}", link=links.unsubscribe)


def html(page: Page, links: ActionLinks) -> str:
    """Return a self-contained HTML document for light and dark mode, narrow and wide screens."""

    def translated(template: str, **fields: Field) -> str:
        return text_in(Message(template, fields), page.language)

    shown = heading(page)
    # the date and the topic go into a line of their own
    title, _, below = shown.partition(" · ")
    return _encodable(
        _template().render(
            page=page,
            links=links,
            why=text_in(links.why, page.language),
            heading=shown,
            title=title,
            below=below,
            preview=_preview(page),
            tr=translated,
        )
    )


def _encodable(text: str) -> str:
    """Replace lone surrogates, which cannot be encoded, with question marks."""
    return text.encode(errors="replace").decode()


def _preview(page: Page) -> str:
    """Return the preview line: titles of the first papers."""
    return (" · ".join(each.title for each in page.cards[:3]) or page.intro)[:_PREVIEW]


def _lines(words: str) -> Markup:
    """Return the non-empty lines, escaped; text longer than `_MOST_LINES` is cut."""
    lines = [line for line in words.splitlines() if line]
    cut = [*lines[:_MOST_LINES], "…"] if len(lines) > _MOST_LINES else lines
    return Markup("<br>").join(map(plain, cut))


def _web(url: str) -> bool:
    return url.startswith(("https://", "http://"))


@cache
def _template() -> jinja2.Template:
    """The template; all values are escaped."""
    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("adapters.email"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {"seen": plain, "lines": _lines, "web": _web}
    return templates.get_template("mail.html")
