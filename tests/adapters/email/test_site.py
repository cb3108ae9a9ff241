"""The pages that links in mails lead to, as browsers, mail readers and scanners use them."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import quote

import httpx
import pytest

from bot.domain.i18n import tr
from bot.domain.requests import Chat
from bot.domain.subscriptions import Pause, Subscription
from bot.messages.localization import text_in
from bot.storage import Store
from tests.adapters.email.house import BOUNCE_SECRET, House, house, link
from tests.storage.ledger import DUE
from tests.unit.test_mail_reports import postmark, ses, sns

ADA = Chat("email", "ada@example.org")
FORM = {"address": ADA.id, "query": "agents", "at": "09:00", "timezone": "Berlin", "days": "daily", "count": "5"}


@pytest.fixture
async def here(sqlite_store: Store) -> AsyncIterator[House]:
    async with house(sqlite_store, DUE - timedelta(hours=20)) as opened:
        yield opened


async def subscribed(here: House) -> Subscription:
    await here.mailing.invitations.send(ADA.id, "agents at 9:00 Berlin daily top 5", "")
    await here.browser.post(link(here.office.received[-1], "confirm"))
    return (await here.store.subscriptions.of(ADA))[-1]


def action_links(here: House, subscription: Subscription) -> tuple[str, str]:
    found = here.mailing.action_links(subscription, "d")
    return found.unsubscribe.removeprefix("https://papers.example.org"), found.change.removeprefix(
        "https://papers.example.org"
    )


async def test_a_scanner_that_follows_every_link_changes_nothing(here: House) -> None:
    subscription = await subscribed(here)
    await here.mailing.invitations.send(ADA.id, "robots at 9:00 Berlin", "")
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
    assert left.paused is None


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
    address, _ = action_links(here, await subscribed(here))

    answers = [
        await here.browser.post(
            address, content=content, headers={"content-type": kind, "sec-fetch-site": "cross-site"}
        )
        for _ in range(3)
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert all('method="post"' not in answer.text for answer in answers)
    assert all("set-cookie" not in answer.headers for answer in answers)
    assert await here.store.subscriptions.of(ADA) == []


async def test_a_form_with_something_wrong_comes_back_with_what_was_typed(here: House) -> None:
    answers = {
        name: await here.browser.post("/subscribe", data={**FORM, name: value})
        for name, value in (("address", "nobody"), ("timezone", "Xyzzyplugh"), ("at", "25:99"))
    }

    assert {answer.status_code for answer in answers.values()} == {400}
    assert all('role="alert"' in answer.text for answer in answers.values())
    assert "nobody" in answers["address"].text
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
    _, address = action_links(here, await subscribed(here))

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
    assert '<option value="daily" selected>' in form.text
    assert (changed.query, changed.size, changed.schedule.zone) == ("robots", 3, "Asia/Tokyo")
    assert 'value="robots"' in answer.text


async def test_a_form_can_want_every_paper_when_it_is_announced(here: House) -> None:
    _, address = action_links(here, await subscribed(here))

    await here.browser.post(
        address,
        data={"query": "", "at": "18:30", "timezone": "Asia/Tokyo", "days": "on announce", "count": "3", "do": "save"},
    )
    form = await here.browser.get(address)

    (changed,) = await here.store.subscriptions.of(ADA)
    assert changed.query == ""
    assert changed.schedule.announced
    assert '<option value="on announce" selected>' in form.text


async def test_a_change_that_cannot_be_met_changes_nothing(here: House) -> None:
    subscription = await subscribed(here)
    _, address = action_links(here, subscription)

    answer = await here.browser.post(address, data={**FORM, "at": "25:99", "do": "save"})

    assert answer.status_code == 400
    assert await here.store.subscriptions.of(ADA) == [subscription]


async def test_mails_rest_and_come_again(here: House) -> None:
    subscription = await subscribed(here)
    _, address = action_links(here, subscription)

    await here.browser.post(address, data={"do": "pause"})
    (paused,) = await here.store.subscriptions.of(ADA)
    form = await here.browser.get(address)
    await here.browser.post(address, data={"do": "resume"})

    assert paused.paused
    assert 'value="resume"' in form.text
    assert await here.store.subscriptions.of(ADA) == [subscription]


async def test_a_link_for_one_thing_is_good_for_no_other(here: House) -> None:
    subscription = await subscribed(here)
    leave, change = (way.rpartition("/")[2] for way in action_links(here, subscription))

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
    assert (before.paused, answer.status_code) == (None, 200)
    assert after.paused is Pause.BOUNCE


def by_password(secret: str) -> dict[str, str]:
    """As services show it that take it from the address that they are given."""
    return {"authorization": f"Basic {b64encode(f'any:{secret}'.encode()).decode()}"}


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (sns(ses("Permanent", ADA.id)), "text/plain; charset=UTF-8"),
        (ses("Permanent", ADA.id, event="eventType"), "application/json"),
        (postmark("Bounce", Type="HardBounce"), "application/json"),
        (postmark("SpamComplaint"), "application/json; charset=utf-8"),
    ],
)
async def test_a_mail_service_tells_of_bounces_in_its_own_form(here: House, told: dict[str, object], kind: str) -> None:
    await subscribed(here)
    headers = {"content-type": kind, **by_password(BOUNCE_SECRET)}

    answer = await here.browser.post("/bounces", content=json.dumps(told), headers=headers)
    again = await here.browser.post("/bounces", content=json.dumps(told), headers=headers)

    (after,) = await here.store.subscriptions.of(ADA)
    assert (answer.status_code, again.status_code) == (200, 200)
    assert after.paused


@pytest.mark.parametrize(
    "content",
    ["", "{", "[1]", "{}", "null", "[" * 100_000, '{"a":' * 20_000, '{"address": "no address"}', "\x00", "\ufffd" * 99],
)
async def test_a_report_that_is_none_is_answered_with_400_and_a_sentence(
    here: House, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {"content-type": "application/json", **by_password(BOUNCE_SECRET)}

    answer = await here.browser.post("/bounces", content=content, headers=headers)

    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")
    assert [record.message for record in caplog.records if record.levelname != "INFO"] == ["report of a bounce refused"]


@pytest.mark.parametrize(
    "header", ["Basic", "Basic %%%", "Basic YQ==", "Bearer", "bearer x", "Digest a", "Basic \u00e9"]
)
async def test_a_report_of_who_does_not_know_the_secret_is_not_read(here: House, header: str) -> None:
    await subscribed(here)

    answer = await here.browser.post("/bounces", json={"address": ADA.id}, headers={b"authorization": header.encode()})

    (after,) = await here.store.subscriptions.of(ADA)
    assert (answer.status_code, after.paused) == (401, None)


async def test_a_topic_of_amazon_is_told_to_the_operator(here: House, caplog: pytest.LogCaptureFixture) -> None:
    confirmation = {"Type": "SubscriptionConfirmation", "SubscribeURL": "https://sns.example.org/?Token=1"}

    answer = await here.browser.post("/bounces", json=confirmation, headers=by_password(BOUNCE_SECRET))

    assert answer.json() == {"done": []}
    assert any("open this address once" in record.message for record in caplog.records)


async def test_no_token_and_no_form_is_a_fault_of_ours(here: House) -> None:
    subscription = await subscribed(here)
    leave, change = action_links(here, subscription)
    hostile = (
        "0001-01-01",
        "9" * 400,
        "\x00",
        "u0-",
        "b1-" + "a" * 26,
        "\u0661",
        "../..",
        "%2e",
        "c" + "9" * 30 + "-" + "a" * 26,
    )
    for token in hostile:
        for path in ("/confirm/", "/u/", "/change/"):
            for method in ("GET", "POST"):
                answer = await here.browser.request(method, path + quote(token, safe=""))
                assert answer.status_code < 500, (method, path, token)
    for field in FORM:
        for value in hostile:
            for path in ("/subscribe", change):
                answer = await here.browser.post(path, data={**FORM, "address": "eve@example.org", field: value})
                assert answer.status_code < 500, (path, field, value)
    assert (await here.browser.get(leave)).status_code == 200


async def test_no_page_about_somebodys_mail_is_kept_or_leads_elsewhere(here: House) -> None:
    leave, change = action_links(here, await subscribed(here))

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
    assert health.json()["queue"]
    assert ADA.id not in metrics.text + health.text


async def test_the_form_and_the_mailbox_speak_the_language_of_the_reader(here: House) -> None:
    german = {"accept-language": "de"}

    form = await here.browser.get("/subscribe", headers=german)
    sent = await here.browser.post("/subscribe", data=FORM, headers=german)
    refused = await here.browser.post("/subscribe", data={**FORM, "address": "nobody"}, headers=german)

    assert all('<html lang="de"' in answer.text for answer in (form, sent, refused))
    assert all(answer.headers["content-language"] == "de" for answer in (form, sent, refused))
    assert text_in(tr("City or time zone"), "de") in form.text


async def test_pages_behind_links_are_in_the_language_of_the_mailbox_unless_the_reader_chooses_one(here: House) -> None:
    leave, change = action_links(here, await subscribed(here))
    await here.store.languages.choose_for_chat(ADA, "de", DUE)

    for address in (leave, change):
        answer = await here.browser.get(address, headers={"accept-language": "en"})
        assert '<html lang="de"' in answer.text
        assert answer.headers["content-language"] == "de"
        chosen = await here.browser.get(f"{address}?lang=en")
        assert chosen.headers["content-language"] == "en"
