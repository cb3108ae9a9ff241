"""The language of a mailbox: chosen with the invitation, and that of its mails and of the pages behind their links."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from bot.domain.requests import Chat
from bot.services.mailboxes.invitations import new_token, token_language
from bot.storage import Store
from tests.adapters.email.house import House, house, link
from tests.storage.ledger import DUE

ADA = Chat("email", "ada@example.org")
WORDS = "agents at 9:00 Berlin daily top 5"


@pytest.fixture
async def here(sqlite_store: Store) -> AsyncIterator[House]:
    async with house(sqlite_store, DUE - timedelta(hours=20)) as opened:
        yield opened


async def language(here: House) -> str:
    return (await here.store.languages.of(ADA, "")).chat


def written_in(answer: httpx.Response) -> str:
    """The language of a page of the site, as its head and its headers say."""
    found = re.search(r'<html lang="([^"]*)"', answer.text)
    assert found
    assert answer.headers["content-language"] == found[1]
    return found[1]


@pytest.mark.parametrize(
    ("asked", "known"),
    [("de", "de"), ("de-AT", "de"), ("en", "en"), ("xx", "en"), ("", "en"), ("../etc", "en"), ("d.e", "en")],
)
async def test_the_language_of_an_invitation_becomes_that_of_the_mailbox(here: House, asked: str, known: str) -> None:
    await here.mailing.invite(ADA.id, WORDS, "", asked)
    invitation = here.office.received[-1]
    confirm = link(invitation, "confirm")

    shown = await here.browser.get(confirm)
    assert await language(here) == ""
    done = await here.browser.post(confirm)
    await here.worker.round(DUE)

    assert await language(here) == known
    digest = here.office.received[-1]
    assert [mail.head("Content-Language") for mail in (invitation, digest)] == [[known], [known]]
    assert [f'<html lang="{known}">' in mail.body("html") for mail in (invitation, digest)] == [True, True]
    change, leave = link(digest, "change"), link(digest, "u")
    pages = [
        shown,
        done,
        await here.browser.get(change),
        await here.browser.post(change, data={"do": "pause"}),
        await here.browser.get(leave),
        await here.browser.post(leave),
    ]
    assert {written_in(page) for page in pages} == {known}


async def test_a_reader_who_chooses_another_language_for_the_site_gets_it_behind_links_too(here: House) -> None:
    await here.mailing.invite(ADA.id, WORDS, "", "de")
    confirm = link(here.office.received[-1], "confirm")

    assert written_in(await here.browser.get(confirm, headers={"accept-language": "en"})) == "de"
    assert written_in(await here.browser.get(confirm, params={"lang": "en"})) == "en"


async def test_the_form_on_the_site_asks_for_mails_in_its_own_language(here: House) -> None:
    form = {"address": ADA.id, "query": "agents", "at": "09:00", "timezone": "Berlin", "days": "daily", "count": "5"}

    answer = await here.browser.post("/subscribe", data=form, headers={"accept-language": "de"})

    assert written_in(answer) == "de"
    assert here.office.received[-1].head("Content-Language") == ["de"]


async def test_an_invitation_that_is_turned_down_leaves_no_language(here: House) -> None:
    await here.mailing.invite(ADA.id, WORDS, "", "de")

    answer = await here.browser.post(link(here.office.received[-1], "u"))

    assert written_in(answer) == "de"
    assert await language(here) == ""


async def test_the_language_of_the_newest_confirmed_invitation_counts(here: House) -> None:
    for words, asked in ((WORDS, "de"), ("robots at 9:00 Berlin", "en")):
        await here.mailing.invite(ADA.id, words, "", asked)
        await here.browser.post(link(here.office.received[-1], "confirm"))
        assert await language(here) == asked


def test_a_token_with_another_language_is_another_token() -> None:
    token = new_token("de")

    assert token_language(token) == "de"
    assert token_language(new_token("")) == ""
    assert new_token("de") != token
    assert len(new_token("de-AT")) <= 64
