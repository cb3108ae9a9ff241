"""The pages that links in mails lead to, as browsers, mail readers and scanners use them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from bot.models import Chat, Subscription
from bot.store import Store
from tests.store.ledger import DUE
from tests.surfaces.email.house import BOUNCE_SECRET, House, house, link

ADA = Chat("email", "ada@example.org")
FORM = {"address": ADA.id, "query": "agents", "at": "09:00", "timezone": "Berlin", "days": "daily", "count": "5"}


@pytest.fixture
async def here(sqlite_store: Store) -> AsyncIterator[House]:
    async with house(sqlite_store, DUE - timedelta(hours=20)) as opened:
        yield opened


async def subscribed(here: House) -> Subscription:
    await here.mailing.invitations.ask(ADA.id, "agents at 9:00 Berlin daily top 5", "")
    await here.browser.post(link(here.office.received[-1], "confirm"))
    return (await here.store.subscriptions.of(ADA))[-1]


def ways(here: House, subscription: Subscription) -> tuple[str, str]:
    found = here.mailing.ways(subscription, "d")
    return found.unsubscribe.removeprefix("https://papers.example.org"), found.change.removeprefix(
        "https://papers.example.org"
    )


async def test_a_scanner_that_follows_every_link_changes_nothing(here: House) -> None:
    subscription = await subscribed(here)
    await here.mailing.invitations.ask(ADA.id, "robots at 9:00 Berlin", "")
    await here.worker.round(DUE)

    seen = 0
    for mail in here.office.received:
        for body in (mail.body("html"), mail.body("plain")):
            for address in set(re.findall(r"https://papers\.example\.org(/[^\s\"<>]+)", body)):
                for method in ("GET", "HEAD"):
                    assert (await here.browser.request(method, address)).status_code < 500
                    seen += 1

    assert seen >= 10
    (left,) = await here.store.subscriptions.of(ADA)
    assert left.id == subscription.id
    assert left.paused == ""


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (
            '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
        ("", "application/x-www-form-urlencoded"),
    ],
)
async def test_a_mail_reader_unsubscribes_without_cookie_and_may_say_so_twice(
    here: House, content: str, kind: str
) -> None:
    address, _ = ways(here, await subscribed(here))

    answers = [
        await here.browser.post(
            address, content=content, headers={"content-type": kind, "sec-fetch-site": "cross-site"}
        )
        for _ in range(3)
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert all("You are unsubscribed" in answer.text for answer in answers)
    assert all("set-cookie" not in answer.headers for answer in answers)
    assert await here.store.subscriptions.of(ADA) == []


async def test_a_form_with_something_wrong_comes_back_with_what_was_typed(here: House) -> None:
    answers = {
        name: await here.browser.post("/subscribe", data={**FORM, name: value})
        for name, value in (("address", "nobody"), ("timezone", "Atlantis"), ("at", "25:99"))
    }

    assert {answer.status_code for answer in answers.values()} == {400}
    assert "“nobody” is no mail address" in answers["address"].text
    assert all('value="agents"' in answer.text for answer in answers.values())
    assert here.office.received == []


async def test_what_was_typed_comes_back_as_text(here: House) -> None:
    nasty = '"><script>alert(1)</script>'

    answers = [
        await here.browser.post("/subscribe", data={**FORM, "address": nasty, "query": nasty, "timezone": nasty}),
        await here.browser.get("/subscribe", params={"q": nasty}),
        await here.browser.post("/subscribe", data={**FORM, "query": nasty}),
    ]

    assert all("<script" not in answer.text for answer in answers)


async def test_another_site_cannot_have_its_visitors_ask(here: House) -> None:
    answer = await here.browser.post("/subscribe", data=FORM, headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403
    assert here.office.received == []


async def test_one_network_cannot_ask_for_many_mails(here: House) -> None:
    answers = [
        await here.browser.post("/subscribe", data={**FORM, "address": f"reader{number}@example.org"})
        for number in range(12)
    ]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 2
    assert len(here.office.received) == 10


async def test_what_is_too_long_is_refused_or_cut(here: House) -> None:
    answers = [
        await here.browser.post("/subscribe", data={**FORM, "query": "agents " * 20_000}),
        await here.browser.post("/subscribe", data={**FORM, "query": "agents " * 2_000}),
        await here.browser.get(f"/u/{'u' * 5_000}"),
    ]

    assert [answer.status_code for answer in answers] == [413, 200, 404]


async def test_the_wish_is_changed_in_a_form_that_has_it(here: House) -> None:
    _, address = ways(here, await subscribed(here))

    form = await here.browser.get(address)
    answer = await here.browser.post(
        address,
        data={
            "query": "robots",
            "at": "18:30",
            "timezone": "Asia/Tokyo",
            "days": "weekdays",
            "count": "3",
            "do": "save",
        },
    )

    (changed,) = await here.store.subscriptions.of(ADA)
    assert all(f'value="{value}"' in form.text for value in ("agents", "09:00", "Europe/Berlin", "5"))
    assert "<option selected>daily" in form.text
    assert (changed.query, changed.size, changed.schedule.zone) == ("robots", 3, "Asia/Tokyo")
    assert 'value="robots"' in answer.text


async def test_a_form_can_want_every_paper_when_it_is_announced(here: House) -> None:
    _, address = ways(here, await subscribed(here))

    await here.browser.post(
        address,
        data={"query": "", "at": "18:30", "timezone": "Asia/Tokyo", "days": "on announce", "count": "3", "do": "save"},
    )
    form = await here.browser.get(address)

    (changed,) = await here.store.subscriptions.of(ADA)
    assert changed.query == ""
    assert changed.schedule.announced
    assert "<option selected>on announce" in form.text


async def test_a_change_that_cannot_be_met_changes_nothing(here: House) -> None:
    subscription = await subscribed(here)
    _, address = ways(here, subscription)

    answer = await here.browser.post(address, data={**FORM, "at": "25:99", "do": "save"})

    assert answer.status_code == 400
    assert await here.store.subscriptions.of(ADA) == [subscription]


async def test_mails_rest_and_come_again(here: House) -> None:
    subscription = await subscribed(here)
    _, address = ways(here, subscription)

    await here.browser.post(address, data={"do": "pause"})
    (paused,) = await here.store.subscriptions.of(ADA)
    form = await here.browser.get(address)
    await here.browser.post(address, data={"do": "resume"})

    assert paused.paused
    assert "Resume" in form.text
    assert await here.store.subscriptions.of(ADA) == [subscription]


async def test_a_link_for_one_thing_is_good_for_no_other(here: House) -> None:
    subscription = await subscribed(here)
    leave, change = (way.rpartition("/")[2] for way in ways(here, subscription))

    answers = [
        await here.browser.post(f"/u/{change}"),
        await here.browser.post(f"/change/{leave}", data={"do": "pause"}),
        await here.browser.post(f"/confirm/{leave}"),
        await here.browser.get(f"/change/{leave}"),
        await here.browser.post("/u/u1-aaaaaaaaaaaaaaaaaaaaaaaaaa"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert await here.store.subscriptions.of(ADA) == [subscription]


async def test_a_mail_server_tells_of_bounces_if_it_knows_the_secret(here: House) -> None:
    await subscribed(here)
    report = {"address": ADA.id, "kind": "hard"}
    shown = {"authorization": f"Bearer {BOUNCE_SECRET}"}

    refusals = [
        await here.browser.post("/bounces", json=report),
        await here.browser.post("/bounces", json=report, headers={"authorization": "Bearer wrong"}),
        await here.browser.post("/bounces", json={**report, "kind": "odd"}, headers=shown),
        await here.browser.post("/bounces", content="{", headers={**shown, "content-type": "application/json"}),
        await here.browser.post("/bounces", json=[1], headers=shown),
    ]
    (before,) = await here.store.subscriptions.of(ADA)
    answer = await here.browser.post("/bounces", json=report, headers=shown)
    (after,) = await here.store.subscriptions.of(ADA)

    assert [refusal.status_code for refusal in refusals] == [401, 401, 400, 400, 400]
    assert (before.paused, answer.status_code) == ("", 200)
    assert after.paused == "mail to this address came back"


async def test_no_page_about_somebodys_mail_is_kept_or_leads_elsewhere(here: House) -> None:
    leave, change = ways(here, await subscribed(here))

    for path in ("/subscribe", leave, change):
        answer = await here.browser.get(path, params={"next": "https://evil.example", "url": "//evil.example"})

        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "evil.example" not in answer.text


async def test_the_chat_of_the_site_sends_nobody_mail(here: House) -> None:
    page = await here.browser.get("/chat")
    token = re.search(r'name="token" value="([^"]+)"', page.text)
    assert token

    answer = await here.browser.post(
        "/chat", data={"token": token[1], "line": f"/email {ADA.id} agents at 9:00 Berlin"}, follow_redirects=True
    )

    assert "/subscribe" in answer.text
    assert here.office.received == []


async def test_every_page_says_where_to_subscribe(here: House) -> None:
    answer: httpx.Response = await here.browser.get("/")

    assert 'href="/subscribe"' in answer.text


async def test_a_site_whose_mails_do_not_go_out_is_red(here: House) -> None:
    await subscribed(here)
    here.office.steps.rcpt = ["421 Closing"]
    await here.worker.round(DUE)
    here.clock.now = DUE + timedelta(minutes=10)

    health = await here.browser.get("/healthz")
    metrics = await here.browser.get("/metrics")

    assert health.status_code == 503
    assert "oldest due delivery" in health.json()["queue"]
    assert ADA.id not in metrics.text + health.text
