"""Pure: a page as mail. The text is the mail; the HTML is the same, set in type. No picture, no script, no pixel."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import jinja2

from bot import plain as plainly
from bot.letters import Ways
from bot.page import Page, paginate
from bot.text import plain

#: Gmail cuts a mail's HTML off behind 102 kB, and with it the way out
MOST_BYTES = 102_000
#: for the ways out, which differ from reader to reader
_ROOM = 4_000
_COLUMNS = 72
#: letters of the line that mail readers show beside the subject
_PREVIEW = 140


def parts(page: Page) -> tuple[Page, ...]:
    """The page in as few mails as carry it whole."""
    return paginate(page, lambda some: len(html(some, Ways()).encode()) <= MOST_BYTES - _ROOM)


def text(page: Page, ways: Ways) -> str:
    """Plain text, with the way out at the top and at the bottom."""
    intro = "\n".join(filter(None, (page.intro, ways.unsubscribe and f"Unsubscribe: {ways.unsubscribe}")))
    # buttons are commands, and nobody hears commands that are typed into a mail
    body = plainly.plain(replace(page, intro=intro, actions=()), _COLUMNS)
    yes = f"\nYes, send them:\n{ways.confirm}\n" if ways.confirm else ""
    foot = [ways.why, ways.change and f"Change it: {ways.change}", ways.unsubscribe and f"End it: {ways.unsubscribe}"]
    return f"{body}{yes}\n-- \n" + "".join(f"{line}\n" for line in foot if line)


def html(page: Page, ways: Ways) -> str:
    """A document that needs nothing from elsewhere, for light and dark, for a telephone and a desk."""
    title, _, below = page.title.partition(" · ")
    return _template().render(page=page, ways=ways, title=title, below=below, preview=_preview(page))


def _preview(page: Page) -> str:
    """What is inside, beside the subject: the first papers' titles."""
    return (" · ".join(each.title for each in page.cards[:3]) or page.intro)[:_PREVIEW]


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
    templates.filters |= {"seen": plain, "web": _web}
    return templates.get_template("mail.html")
