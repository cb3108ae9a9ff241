"""What all of this is for."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.requests import Chat
from bot.storage import Store
from tests.adapters.email.house import house, link
from tests.services.ledger import fill
from tests.storage.ledger import DUE

ADA = Chat("email", "ada@example.org")


async def test_a_stranger_subscribes_by_mail_gets_tomorrows_digest_once_and_unsubscribes_with_one_click(
    sqlite_store: Store,
) -> None:
    ids = await fill(sqlite_store, at=DUE - timedelta(hours=21))
    async with house(sqlite_store, DUE - timedelta(hours=20)) as here:
        form = await here.browser.get("/subscribe")
        asked = await here.browser.post(
            "/subscribe",
            data={"address": ADA.id, "query": "", "at": "09:00", "timezone": "Berlin", "days": "daily", "count": "10"},
        )
        assert form.status_code == asked.status_code == 200

        (invitation,) = here.office.received
        assert invitation.recipient == ADA.id
        assert not any(id in invitation.body("html") for id in ids)
        page = await here.browser.get(link(invitation, "confirm"))
        assert await here.store.subscriptions.of(ADA) == []
        assert 'value="confirm"' in page.text
        done = await here.browser.post(link(invitation, "confirm"))
        assert done.status_code == 200
        assert len(await here.store.subscriptions.of(ADA)) == 1

        await here.until(DUE + timedelta(hours=4), step=timedelta(hours=4))
        _, digest = here.office.received
        assert all(id in digest.body("html") and id in digest.body("plain") for id in ids)

        (leave,) = digest.head("List-Unsubscribe")
        assert leave == f"<https://papers.example.org{link(digest, 'u')}>"
        one_click = await here.browser.post(
            link(digest, "u"),
            content="List-Unsubscribe=One-Click",
            headers={"content-type": "application/x-www-form-urlencoded"},
        )
        assert one_click.status_code == 200

        await fill(here.store, first=20, at=DUE + timedelta(hours=20))
        await here.until(DUE + timedelta(days=2), step=timedelta(hours=12))
        assert len(here.office.received) == 2
        assert await here.store.subscriptions.of(ADA) == []
