"""`paperboy mail`, as the operator and the mail server's scripts run it."""

from __future__ import annotations

from pathlib import Path

from bot.domain.requests import Chat
from bot.services.mailboxes.mail_options import Secured
from bot.storage import open_store
from tests.adapters.email.post_office import PASSWORD, PostOffice
from tests.process.shipped import Paperboy
from tests.unit.test_mail_reports import block, delivery_report

ADA = "ada@example.org"
CANARY = "canary-7f3a"
SETTINGS = {
    "PAPERBOY_MAIL_FROM": "Papers <papers@example.org>",
    "PAPERBOY_PUBLIC_URL": "https://papers.example.org",
    "PAPERBOY_SECRET": CANARY,
    "PAPERBOY_BOUNCE_SECRET": CANARY,
}


async def test_a_mailbox_is_asked_from_the_command_line_and_confirmed_in_another_process(tmp_path: Path) -> None:
    async with PostOffice(Secured.PLAIN) as office:
        paperboy = Paperboy(tmp_path, PAPERBOY_SMTP_URL=office.url, **SETTINGS)
        asked = await paperboy("mail", "subscribe", ADA, "agents", "at", "9:00", "Berlin")
        bounced = await paperboy("mail", "bounce", ADA)
        refused = await paperboy("mail", "subscribe", ADA, "agents", "at", "9:00", "Berlin")
        released = await paperboy("mail", "release", ADA)

    (mail,) = office.received
    assert (asked.code, mail.recipient) == (0, ADA)
    assert "https://papers.example.org/confirm/" in mail.body("plain")
    assert (bounced.code, refused.code, released.code) == (0, 1, 0)
    assert "ada@example.org" in refused.err
    async with open_store(f"sqlite:///{tmp_path / 'paperboy.db'}") as store:
        assert await store.subscriptions.of(Chat("email", ADA)) == []


async def test_a_delivery_report_is_read_from_a_pipe(tmp_path: Path) -> None:
    paperboy = Paperboy(tmp_path, PAPERBOY_SMTP_URL="smtp+plain://localhost:9", **SETTINGS)

    bounced = await paperboy("mail", "bounce", "--stdin", typed=delivery_report(block()).decode())
    refused = await paperboy("mail", "bounce", "--stdin", typed="Subject: hello\n\nnothing here\n")

    assert (bounced.code, refused.code) == (0, 1)
    assert ADA in bounced.out
    assert len(refused.err.splitlines()) == 1
    async with open_store(f"sqlite:///{tmp_path / 'paperboy.db'}") as store:
        assert await store.mailboxes.suspended(ADA)


async def test_no_secret_is_ever_printed(tmp_path: Path) -> None:
    async with PostOffice(password="another") as office:  # noqa: S106 - not ours
        office.write_certificate(tmp_path / "ca.pem")
        paperboy = Paperboy(
            tmp_path,
            PAPERBOY_SMTP_URL=office.url,
            SSL_CERT_FILE=str(tmp_path / "ca.pem"),
            PAPERBOY_LOG_LEVEL="debug",
            **SETTINGS,
        )
        ended = await paperboy("mail", "subscribe", ADA, "agents at 9:00 Berlin")

    told = ended.out + ended.err
    assert ended.code == 1
    assert "535" in told
    assert not any(secret in told for secret in (PASSWORD, PASSWORD.replace(" ", "%20"), CANARY))


async def test_without_a_mail_server_a_sentence_says_so(tmp_path: Path) -> None:
    ended = await Paperboy(tmp_path)("mail", "release", ADA)

    assert ended.code == 2
    assert ended.err == "paperboy: No mail can be sent: PAPERBOY_SMTP_URL is not set.\n"
