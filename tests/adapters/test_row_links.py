"""Rows whose text is a link, on every surface: the link is there, the text is escaped, other schemes are no links."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console as Terminal

from adapters.console.render import render as on_console
from adapters.discord.context import RenderContext
from adapters.discord.fallback import content, embed
from adapters.discord.render import box
from adapters.email.render import html as by_mail
from adapters.telegram.render import formatted
from adapters.web.render import PageContext
from adapters.web.render import html as on_site
from bot.domain.artifacts import Artifact, ArtifactKind, LinkedArtifacts
from bot.domain.details import PaperDetails
from bot.domain.mail import ActionLinks
from bot.domain.pages import Page, Row, Section
from bot.domain.stories import Story
from bot.domain.trending import StarVelocity, discussion
from bot.messages import details
from bot.messages.plain_text import plain
from tests.builders import NOON

URL = "https://news.ycombinator.com/item?id=7&x=1"
HOSTILE = "a](https://evil.example) <b>bold</b> **b** `c` @everyone /start"


def page(text: str = "120 points, 45 comments", url: str = URL) -> Page:
    return Page(title="A page", sections=(Section(rows=(Row("Hacker News", text, url=url),)),))


def terminal(shown: Page) -> str:
    out = io.StringIO()
    Terminal(file=out, width=200, force_terminal=True, color_system="standard", highlight=False).print(
        on_console(shown)
    )
    return out.getvalue()


def site(shown: Page) -> str:
    return on_site("page.html", PageContext(), page=shown, title="A page").decode()


def test_a_row_leads_to_its_url_everywhere() -> None:
    shown = page()

    assert "]8;" in terminal(shown)
    assert URL in terminal(shown)
    assert "[120 points, 45 comments](https://news.ycombinator.com/item?id=7&x=1)" in json.dumps(box(shown).json)
    assert "](https://news.ycombinator.com/item?id=7&x=1)" in str(embed(shown, RenderContext())["description"])
    assert "](https://news.ycombinator.com/item?id=7&x=1)" in content(shown, RenderContext())
    linked = '<a href="https://news.ycombinator.com/item?id=7&amp;x=1">120 points, 45 comments</a>'
    assert linked in formatted(shown).html
    assert 'href="https://news.ycombinator.com/item?id=7&amp;x=1"' in by_mail(shown, ActionLinks())
    assert '<a href="https://news.ycombinator.com/item?id=7&amp;x=1" rel="noopener">120 points' in site(shown)
    assert URL in plain(shown)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://example.org/x", "", "no url"])
def test_what_is_no_web_address_is_no_link(url: str) -> None:
    shown = page(url=url)

    assert "](" not in content(shown, RenderContext())
    assert "](" not in json.dumps(box(shown).json)
    assert "<a " not in formatted(shown).html
    assert "javascript:" not in by_mail(shown, ActionLinks())
    assert "javascript:" not in site(shown)


def test_the_text_of_a_link_links_and_formats_nothing_else() -> None:
    shown = page(HOSTILE)

    discord = json.dumps(box(shown).json)
    assert "](https://evil" not in discord
    assert "](https://evil" not in content(shown, RenderContext())
    for markup in (formatted(shown).html, by_mail(shown, ActionLinks()), site(shown)):
        assert "<b>bold" not in markup
        assert 'href="https://evil' not in markup


KNOWN = PaperDetails(
    repository="lab/code",
    stars=StarVelocity(per_day=12.5, usual=2, weight=1),
    discussion=discussion([Story(paper_id="2604.00001", story_id="7", points=120, comments=45, posted_at=NOON)], NOON),
    artifacts=(
        LinkedArtifacts(
            paper_id="2604.00001",
            kind=ArtifactKind.MODEL,
            total=12,
            artifacts=tuple(
                Artifact(kind=ArtifactKind.MODEL, name=f"lab/model_{n}", likes=9 - n, downloads=1200) for n in range(5)
            ),
        ),
        LinkedArtifacts(paper_id="2604.00001", kind=ArtifactKind.SPACE, total=3),
    ),
)


def test_stars_and_discussion_are_rows_with_their_figures_and_links() -> None:
    section = details.elsewhere(KNOWN)
    assert section
    stars, discussed = section.rows

    assert (stars.url, discussed.url) == ("https://github.com/lab/code", "https://news.ycombinator.com/item?id=7")
    assert {"12.5", "2"} <= set(stars.text.replace(",", " ").split())
    assert ("120" in discussed.text, "45" in discussed.text) == (True, True)


def test_what_is_usual_is_told_only_if_it_is_something() -> None:
    new = details.star_rate(StarVelocity(per_day=40, usual=0, weight=1))

    assert "40 " in new
    assert "0.0" not in new.split()


def test_three_of_each_kind_are_named_and_the_rest_is_a_link() -> None:
    section = details.linked(KNOWN)

    assert section
    assert [row.url.removeprefix("https://huggingface.co/") for row in section.rows] == [
        "lab/model_0",
        "lab/model_1",
        "lab/model_2",
        "papers/2604.00001",
        "papers/2604.00001",
    ]
    assert "9" in section.rows[3].text
    assert "3" in section.rows[4].text


def test_nothing_known_is_not_mentioned() -> None:
    assert details.elsewhere(PaperDetails()) is None
    assert details.linked(PaperDetails()) is None
    assert details.linked(PaperDetails(artifacts=(LinkedArtifacts(paper_id="1", kind=ArtifactKind.MODEL),))) is None
