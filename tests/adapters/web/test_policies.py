"""The privacy and terms pages of the site, and where they are linked from."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from adapters.discord.context import RenderContext
from adapters.discord.fallback import content, embed
from adapters.discord.render import box
from adapters.email.render import html as mail_html
from adapters.email.render import text as mail_text
from adapters.telegram.render import formatted
from adapters.web.render import PageContext, html
from bot.domain.mail import ActionLinks
from bot.domain.operator import Operator
from bot.domain.pages import Page
from bot.messages import policies
from bot.messages.localization import localized
from bot.messages.plain_text import plain

OPERATOR = Operator(
    name="Ada <b>Lovelace</b>",
    contact="privacy@example.org",
    site="https://my_papers.example.org",
    retention=timedelta(days=30),
)
PRIVACY, TERMS = "https://my_papers.example.org/privacy", "https://my_papers.example.org/terms"


@pytest.mark.parametrize("path", ["/privacy", "/terms"])
async def test_both_pages_can_be_read_in_every_language_and_are_linked_from_every_page(
    browser: httpx.AsyncClient, path: str
) -> None:
    english, german = [await browser.get(path, params={"lang": tag}) for tag in ("en", "de")]
    home = await browser.get("/")

    assert [page.status_code for page in (english, german)] == [200, 200]
    assert 'lang="de"' in german.text
    assert all(f'href="{path}"' in page.text for page in (home, english, german))


async def test_an_operator_without_a_name_is_said_to_have_none(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/privacy")

    assert "hasn&#39;t given a name" in page.text
    assert "hasn&#39;t given a contact" in page.text
    assert "90 days" in page.text


@pytest.mark.parametrize("page", [policies.privacy_policy(OPERATOR), policies.terms(OPERATOR)])
def test_the_operator_is_named_and_escaped(page: Page) -> None:
    shown = html("page.html", PageContext(), page=page, title="").decode()

    assert "Ada &lt;b&gt;Lovelace&lt;/b&gt;" in shown
    assert "privacy@example.org" in shown


@pytest.mark.parametrize("tag", ["en", "de"])
@pytest.mark.parametrize("page", [policies.privacy(OPERATOR), policies.privacy_policy(OPERATOR)])
def test_retention_and_deletion_are_on_both_privacy_pages(page: Page, tag: str) -> None:
    shown = plain(localized(page, tag))

    assert "30" in shown
    assert "/forget me" in shown
    assert "/forget everything" in shown


def test_the_page_in_chats_links_to_the_pages_of_the_site() -> None:
    page = policies.privacy(OPERATOR)
    context = RenderContext()

    for shown in (
        str(box(page, context)),
        content(page, context),
        str(embed(page, context)),
        formatted(page).html,
        plain(page),
    ):
        assert PRIVACY in shown
        assert TERMS in shown


def test_without_a_site_there_is_nothing_to_link_to() -> None:
    assert policies.privacy(Operator()).links == ()


def test_every_mail_links_to_the_privacy_page() -> None:
    links = ActionLinks(unsubscribe="https://papers.example.org/u/1", privacy=PRIVACY)
    page = Page(title="A digest")

    assert PRIVACY in mail_text(page, links)
    assert f'href="{PRIVACY}"' in mail_html(page, links)
