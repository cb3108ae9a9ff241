"""Pure: a page as mail. The text is the mail; the HTML is the same, set in type. No picture, no script, no pixel."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from functools import cache

import jinja2
from markupsafe import Markup

from bot import plain as plainly
from bot.letters import Ways
from bot.page import Page, paginate
from bot.text import plain

#: Gmail cuts a mail's HTML off behind 102 kB, and with it the way out
MOST_BYTES = 102_000
#: for the ways out, which differ from reader to reader
_ROOM = 4_000
_COLUMNS = 72
#: of one text
_MOST_LINES = 2_000
#: letters of the line that mail readers show beside the subject
_PREVIEW = 140


def parts(page: Page) -> tuple[Page, ...]:
    """The page in as few mails as carry it whole."""
    return paginate(page, _fits)


def _fits(page: Page) -> bool:
    # what is too long as it stands need not be rendered to be measured
    bare = sum(len(each.text) + len(each.verbatim) for each in page.sections) + sum(
        len(each.body) for each in page.cards
    )
    return bare <= MOST_BYTES and len(html(page, Ways()).encode()) <= MOST_BYTES - _ROOM


def text(page: Page, ways: Ways) -> str:
    """Plain text, with the way out at the top and at the bottom."""
    ends = ways.unsubscribe and f"{'No, thank you' if ways.confirm else 'Unsubscribe'}: {ways.unsubscribe}"
    top = f"Yes, send them: {ways.confirm}" if ways.confirm else ends
    # buttons are commands, and nobody hears commands that are typed into a mail
    body = replace(page, intro="\n".join(filter(None, (page.intro, top))), actions=())
    foot = [
        *textwrap.wrap(ways.why, _COLUMNS),
        ways.read and f"Read on the web: {ways.read}",
        ways.change and f"Change it: {ways.change}",
        ends,
    ]
    return _encodable(f"{plainly.plain(body, _COLUMNS)}\n-- \n" + "".join(f"{line}\n" for line in foot if line))


def html(page: Page, ways: Ways) -> str:
    """A document that needs nothing from elsewhere, for light and dark, for a telephone and a desk."""
    title, _, below = page.title.partition(" · ")
    return _encodable(_template().render(page=page, ways=ways, title=title, below=below, preview=_preview(page)))


def _encodable(text: str) -> str:
    """The text with a question mark for each half of a character (a lone surrogate), which no mail can carry."""
    return text.encode(errors="replace").decode()


def _preview(page: Page) -> str:
    """What is inside, beside the subject: the first papers' titles."""
    return (" · ".join(each.title for each in page.cards[:3]) or page.intro)[:_PREVIEW]


def _lines(words: str) -> Markup:
    """The lines that have something on them, each escaped; what has more than a mail is read to the end of is cut."""
    lines = [line for line in words.splitlines() if line]
    cut = [*lines[:_MOST_LINES], "…"] if len(lines) > _MOST_LINES else lines
    return Markup("<br>").join(map(plain, cut))


def _web(url: str) -> bool:
    return url.startswith(("https://", "http://"))


@cache
def _template() -> jinja2.Template:
    """The one template; whatever is put into it is escaped."""
    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("adapters.email"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {"seen": plain, "lines": _lines, "web": _web}
    return templates.get_template("mail.html")
