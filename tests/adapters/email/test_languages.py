"""The language of a mailbox: chosen with the invitation, and that of its mails and of the pages behind their links."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.domain.requests import Chat, Door
from bot.services.mailboxes.invitations import new_token, token_language
from bot.services.mailboxes.mailing import MailAction
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


@pytest.mark.parametrize(
    ("asked", "known"),
    [("de", "de"), ("de-AT", "de"), ("en", "en"), ("xx", "en"), ("", "en"), ("../etc", "en"), ("d.e", "en")],
)
async def test_the_language_of_an_invitation_becomes_that_of_the_mailbox(here: House, asked: str, known: str) -> None:
    await here.mailing.invite(ADA.id, WORDS, "", asked)
    invitation = here.office.received[-1]
    token = link(invitation, "confirm").rpartition("/")[2]

    shown = await here.mailing.perform(MailAction.CONFIRM, token, Door.LINK)
    assert await language(here) == ""
    done = await here.mailing.perform(MailAction.CONFIRM, token, Door.FORM)
    await here.worker.round(DUE)

    assert (shown.language, done.language) == (known, known)
    assert await language(here) == (known if asked else "")
    digest = here.office.received[-1]
    assert [mail.head("Content-Language") for mail in (invitation, digest)] == [[known], [known]]
    assert [f'<html lang="{known}">' in mail.body("html") for mail in (invitation, digest)] == [True, True]

    (subscription,) = await here.store.subscriptions.of(ADA)
    change = here.mailing.ways(subscription, "d").change.rpartition("/")[2]
    leave = here.mailing.ways(subscription, "d").unsubscribe.rpartition("/")[2]
    pages = [
        await here.mailing.perform(MailAction.CHANGE, change, Door.LINK),
        await here.mailing.perform(MailAction.CHANGE, change, Door.FORM, "top 3"),
        await here.mailing.perform(MailAction.UNSUBSCRIBE, leave, Door.LINK),
        await here.mailing.perform(MailAction.UNSUBSCRIBE, leave, Door.FORM),
    ]
    assert {page.language for page in pages} == {known}


async def test_an_invitation_that_is_turned_down_leaves_no_language(here: House) -> None:
    await here.mailing.invite(ADA.id, WORDS, "", "de")
    token = link(here.office.received[-1], "u").rpartition("/")[2]

    page = await here.mailing.perform(MailAction.UNSUBSCRIBE, token, Door.FORM)

    assert page.language == "de"
    assert await language(here) == ""


async def test_the_language_of_the_newest_confirmed_invitation_counts(here: House) -> None:
    for words, asked in ((WORDS, "de"), ("robots at 9:00 Berlin", "en")):
        await here.mailing.invite(ADA.id, words, "", asked)
        token = link(here.office.received[-1], "confirm").rpartition("/")[2]
        await here.mailing.perform(MailAction.CONFIRM, token, Door.FORM)
        assert await language(here) == asked


def test_a_token_with_another_language_is_another_token() -> None:
    token = new_token("de")

    assert token_language(token) == "de"
    assert token_language(new_token("")) == ""
    assert new_token("de") != token
    assert len(new_token("de-AT")) <= 64
