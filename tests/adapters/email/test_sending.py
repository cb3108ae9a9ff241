"""The surface against a real mail server, its faults included; what arrived is read again."""

from __future__ import annotations

import asyncio
import gc
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import aiosmtplib
import pytest

from adapters.email.connection import Envelope, SmtpConnection
from adapters.email.smtp_errors import Stage, failure
from adapters.email.surface import Mail
from bot.domain.deliveries import DeliveryState
from bot.domain.errors import DeliveryError
from bot.domain.requests import Chat
from bot.services.delivery.deliverer import Deliverer
from bot.services.delivery.worker_config import WorkerConfig
from bot.services.mailboxes.mail_options import MailServer, Secured
from bot.storage import Store
from tests.adapters.email.keys import key
from tests.adapters.email.letters import ACTION_LINKS, ADA, letter, options
from tests.adapters.email.post_office import DROP, USER, PostOffice
from tests.builders import NOON
from tests.services.ledger import fill
from tests.storage.ledger import DUE, subscription


@asynccontextmanager
async def posting(office: PostOffice, **facts: object) -> AsyncIterator[Mail]:
    async with Mail(options(office.server, **facts), lambda: NOON, trusted=office.trusted) as mail:
        yield mail


async def refused(mail: Mail) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await mail.post(letter())
    return caught.value


@pytest.mark.parametrize("secured", Secured)
async def test_a_mail_arrives_as_its_server_wants_it(secured: Secured) -> None:
    async with PostOffice(secured) as office, posting(office) as mail:
        id = await mail.post(letter())

    (received,) = office.received
    assert (received.sender, received.recipient) == ("papers@example.org", ADA.id)
    assert received.encrypted is (secured is not Secured.PLAIN)
    assert received.user == ("" if secured is Secured.PLAIN else USER)
    assert received.head("Message-ID") == [id] == ["<n1@example.org>"]


async def test_the_ways_out_arrive_whole_on_one_line() -> None:
    async with PostOffice() as office, posting(office) as mail:
        await mail.post(letter())

    (received,) = office.received
    assert received.head("List-Unsubscribe") == [f"<{ACTION_LINKS.unsubscribe}>, <{ACTION_LINKS.unsubscribe_by_mail}>"]
    assert received.head("List-Unsubscribe-Post") == ["List-Unsubscribe=One-Click"]
    assert received.head("List-Id") == ["Paperboy <paperboy.example.org>"]
    assert received.head("Auto-Submitted") == ["auto-generated"]
    for kind in ("plain", "html"):
        assert ACTION_LINKS.unsubscribe in received.body(kind)
        assert ACTION_LINKS.why in received.body(kind)


async def test_both_forms_of_a_mail_have_the_same_papers_in_the_same_order() -> None:
    async with PostOffice() as office, posting(office) as mail:
        await mail.post(letter())

    text = office.received[0].body("plain")
    html = office.received[0].body("html").partition("<h1")[2]
    for body in (text, html):
        positions = [body.rindex(word) for word in ("Paper 1", "Paper 2")]
        assert positions == sorted(positions)


async def test_a_second_try_of_a_mail_can_be_told_to_be_the_same() -> None:
    async with PostOffice() as office, posting(office) as mail:
        await mail.post(letter(nonce="abc"))
        await mail.post(letter(nonce="abc"))

    first, second = office.received
    assert first.content == second.content
    assert first.head("Message-ID") == ["<abc@example.org>"]


async def test_mails_that_are_sent_at_once_share_a_few_connections() -> None:
    async with PostOffice() as office, posting(office) as mail:
        await asyncio.gather(*(mail.post(letter(Chat("email", f"reader{number}@example.org"))) for number in range(20)))

    assert sorted(each.recipient for each in office.received) == sorted(
        f"reader{number}@example.org" for number in range(20)
    )
    assert 1 < office.busiest <= office.sessions <= 5


async def test_one_connection_carries_mails_that_are_sent_one_after_the_other() -> None:
    async with PostOffice() as office, posting(office) as mail:
        for number in range(20):
            await mail.post(letter(Chat("email", f"reader{number}@example.org")))

    assert (len(office.received), office.sessions, office.busiest) == (20, 1, 1)


async def test_a_connection_that_the_server_has_closed_is_opened_again_without_a_word() -> None:
    async with PostOffice() as office, posting(office) as mail:
        await mail.post(letter())
        office.hang_up()
        await mail.post(letter())

    assert (len(office.received), office.sessions) == (2, 2)


async def test_a_mail_after_a_refused_one_goes_over_the_same_connection() -> None:
    async with PostOffice() as office, posting(office) as mail:
        office.steps.rcpt = ["550 5.1.1 No such user", ""]
        await refused(mail)
        await mail.post(letter())

    assert (len(office.received), office.sessions) == (1, 1)


async def test_a_connection_that_was_used_just_now_is_not_asked_whether_it_is_there() -> None:
    async with PostOffice() as office, posting(office) as mail:
        for number in range(4):
            await mail.post(letter(nonce=f"n{number}"))

    assert (len(office.received), office.noops) == (4, 0)


async def test_a_connection_that_was_idle_is_asked_once() -> None:
    async with PostOffice() as office:
        connection = SmtpConnection(office.server, "example.org", office.trusted, idle=0.0)
        for number in range(3):
            await connection.send(Envelope("papers@example.org", ADA, f"Subject: {number}\r\n\r\n".encode()))
        await connection.close()

    assert (len(office.received), office.noops, office.sessions) == (3, 2, 1)


async def test_a_mail_that_the_server_takes_long_over_holds_up_no_other() -> None:
    async with PostOffice() as office, posting(office) as mail:
        office.steps.held = {"slow@example.org": asyncio.Event()}
        slow = asyncio.create_task(mail.post(letter(Chat("email", "slow@example.org"))))
        async with asyncio.timeout(10):
            await office.taking.wait()
        for number in range(10):
            await mail.post(letter(Chat("email", f"reader{number}@example.org")))

        assert not slow.done()
        assert len(office.received) == 10
        slow.cancel()
        await asyncio.wait([slow])


async def test_one_slow_mail_holds_up_no_digest_and_is_marked_in_the_end(sqlite_store: Store) -> None:
    await fill(sqlite_store, at=DUE - timedelta(hours=1))
    readers = [Chat("email", f"reader{number:02}@example.org") for number in range(25)]
    for reader in readers:
        await sqlite_store.subscriptions.add(subscription(chat=reader))
    async with PostOffice() as office, posting(office) as mail:
        released = asyncio.Event()
        office.steps.held = {readers[0].id: released, readers[7].id: released}
        config = WorkerConfig(timeout=timedelta(seconds=0.5), lease=timedelta(seconds=90))
        worker = Deliverer(sqlite_store, {"email": mail}, owner="a", config=config)
        working = asyncio.create_task(worker.round(DUE))
        await office.until(23)
        # longer than a chat platform may take
        await asyncio.sleep(0.6)
        released.set()
        await working

    states = {(await sqlite_store.deliveries.of(reader, 9))[0].state for reader in readers}
    assert states == {DeliveryState.SENT}
    assert {each.recipient for each in office.received[-2:]} == {readers[0].id, readers[7].id}


def test_a_server_has_ten_minutes_after_the_mail() -> None:
    config = WorkerConfig().for_answers_within(Mail.answers_within)

    assert config.timeout > timedelta(minutes=10)
    assert config.lease > config.timeout + config.patience
    assert WorkerConfig().for_answers_within(timedelta(seconds=3)) == WorkerConfig()


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize(
    "error",
    [
        TimeoutError(),
        asyncio.CancelledError(),
        ConnectionResetError(),
        ConnectionRefusedError(111, "Connection refused"),
        OSError(),
        aiosmtplib.SMTPServerDisconnected(""),
        aiosmtplib.SMTPServerDisconnected("Connection lost"),
        aiosmtplib.SMTPConnectTimeoutError(""),
        aiosmtplib.SMTPException(""),
        ssl.SSLError(),
        ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)"),
    ],
)
def test_a_reason_is_a_clause_without_the_name_of_an_exception(stage: Stage, error: Exception) -> None:
    for cause in (None, TimeoutError(), asyncio.CancelledError(), OSError(), ConnectionResetError()):
        error.__cause__ = cause
        reason = failure(ADA, stage, error).reason

        assert not re.search(r"Error|Exception|Timeout\(|\(\)|None|_ssl", reason), reason
        assert reason.partition(": ")[2] or ":" not in reason


async def test_a_server_that_lacks_something_is_said_to() -> None:
    async with PostOffice(Secured.PLAIN) as office:
        plain = office.server
        server = MailServer(host=plain.host, port=plain.port, secured=Secured.STARTTLS)
        async with Mail(options(server), lambda: NOON) as mail:
            error = await refused(mail)

    assert error.reason.endswith(": SMTP STARTTLS extension not supported by server.")
    assert error.retry_after == timedelta(minutes=15)


async def test_the_doctor_says_whether_mails_are_signed() -> None:
    async with PostOffice() as office, posting(office) as mail, posting(office, dkim=key()) as signing:
        (bare,), (signed,) = await mail.examine(), await signing.examine()

    assert "not signed" in bare.detail
    assert "signed with DKIM" in signed.detail
    assert "not signed" not in signed.detail


@pytest.mark.parametrize(("code", "again"), [(499, timedelta(minutes=2)), (500, timedelta(minutes=15))])
def test_what_only_the_operator_can_mend_is_asked_less_often(code: int, again: timedelta) -> None:
    for stage in (Stage.CONNECT, Stage.SENDER):
        assert failure(ADA, stage, aiosmtplib.SMTPResponseException(code, "no")).retry_after == again


async def test_more_mails_than_connections_wait_for_one() -> None:
    async with PostOffice() as office, posting(office, connections=2) as mail:
        office.steps.slow = 0.02
        await asyncio.gather(*(mail.post(letter(Chat("email", f"reader{number}@example.org"))) for number in range(9)))

    assert (len(office.received), office.sessions, office.busiest) == (9, 2, 2)


ANOTHER = "another"
PERMANENT, AGAIN, LATER, UNCERTAIN = "permanent", "again", "later", "uncertain"


def verdict(error: DeliveryError) -> str:
    if error.ambiguous:
        return UNCERTAIN
    if error.permanent:
        return PERMANENT
    return LATER if error.retry_after else AGAIN


@pytest.mark.parametrize(
    ("step", "reply", "expected"),
    [
        ("rcpt", "550 5.1.1 No such user", PERMANENT),
        ("rcpt", "550 No such user here", PERMANENT),
        ("rcpt", "553 5.1.3 Bad address", PERMANENT),
        ("rcpt", "550 5.2.1 Mailbox disabled", PERMANENT),
        # what the server thinks of us says nothing of the mailbox
        ("rcpt", "550 5.7.1 Relaying denied", AGAIN),
        ("rcpt", "554 5.7.1 Blocked", AGAIN),
        ("rcpt", "552 5.2.2 Mailbox full", AGAIN),
        ("rcpt", "450 4.2.0 Greylisted", AGAIN),
        ("rcpt", "452 4.3.1 Out of storage", AGAIN),
        ("rcpt", "421 4.3.2 Closing", LATER),
        ("mail", "550 5.7.1 You may not send", LATER),
        ("mail", "421 Busy", LATER),
        ("data", "550 5.1.1 No such user", PERMANENT),
        ("data", "550 5.7.26 Unauthenticated mail", AGAIN),
        ("data", "552 5.3.4 Too big", AGAIN),
        ("data", "554 5.6.0 Spam", AGAIN),
        ("data", "451 4.3.0 Try again", AGAIN),
        ("data", "421 4.3.2 Closing", LATER),
        ("rcpt", DROP, AGAIN),
        ("data", DROP, UNCERTAIN),
    ],
)
async def test_what_a_server_says_decides_what_becomes_of_a_mail(step: str, reply: str, expected: str) -> None:
    async with PostOffice() as office, posting(office) as mail:
        setattr(office.steps, step, [reply])

        error = await refused(mail)

    assert verdict(error) == expected, error.reason
    assert error.chat == ADA
    if reply != DROP:
        assert reply[:3] in error.reason


async def test_a_mail_that_was_taken_in_silence_is_uncertain_and_is_there() -> None:
    async with PostOffice() as office, posting(office) as mail:
        office.steps.data = [DROP]
        error = await refused(mail)

    assert verdict(error) == UNCERTAIN
    assert len(office.received) == 1


async def test_a_wrong_password_pauses_nobody_and_stays_unsaid() -> None:
    async with PostOffice(password=ANOTHER) as office, posting(office) as mail:
        error = await refused(mail)

    assert verdict(error) == LATER
    assert "535" in error.reason
    assert office.server.password not in str(error)


async def test_a_certificate_that_nobody_vouches_for_is_no_encryption() -> None:
    async with (
        PostOffice() as office,
        PostOffice() as other,
        Mail(options(office.server), lambda: NOON, trusted=other.trusted) as mail,
    ):
        error = await refused(mail)

    assert verdict(error) == LATER
    assert "certificate" in error.reason
    assert office.received == []


async def test_a_server_without_encryption_is_told_neither_password_nor_mail() -> None:
    async with PostOffice(Secured.PLAIN) as office:
        plain = office.server
        server = MailServer(host=plain.host, port=plain.port, secured=Secured.STARTTLS, user=USER, password=ANOTHER)
        async with Mail(options(server), lambda: NOON) as mail:
            error = await refused(mail)

    assert verdict(error) == LATER
    assert office.received == []


async def test_a_server_that_is_away_is_asked_again_later() -> None:
    async with PostOffice() as office:
        server = office.server
    async with Mail(options(server), lambda: NOON) as mail:
        error = await refused(mail)

    assert error.retry_after == timedelta(minutes=2)


@pytest.mark.parametrize(("reply", "sessions"), [("421 4.3.2 Closing", 2), ("451 4.7.1 Later", 1)])
async def test_a_connection_that_the_server_is_about_to_close_is_not_used_again(reply: str, sessions: int) -> None:
    async with PostOffice() as office, posting(office) as mail:
        office.steps.data = [reply]
        await refused(mail)
        office.steps.data = []
        await mail.post(letter(nonce="n2"))

    assert office.sessions == sessions


async def test_a_send_that_is_given_up_spoils_no_other() -> None:
    async with PostOffice() as office, posting(office) as mail:
        office.steps.slow = 5.0
        given_up = asyncio.create_task(mail.post(letter()))
        await office.taking.wait()
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        office.steps.slow = 0.0
        await mail.post(letter(nonce="n2"))

    assert "<n2@example.org>" in [head for each in office.received for head in each.head("Message-ID")]
    assert office.sessions == 2


async def test_undeliverable_mail_comes_back_to_an_address_that_tells_whose_it_was() -> None:
    async with PostOffice() as office, posting(office, bounces="bounces@example.org") as mail:
        await mail.post(letter())

    assert office.received[0].sender == f"bounces+{ACTION_LINKS.tag}@example.org"


async def test_the_doctor_finds_a_server_that_lets_us_in_and_one_that_does_not() -> None:
    async with PostOffice() as office, posting(office) as mail:
        (well,) = await mail.examine()
    async with PostOffice(password=ANOTHER) as office, posting(office) as mail:
        (ill,) = await mail.examine()

    assert (well.ok, ill.ok) == (True, False)
    assert "535" in ill.detail
    assert office.received == []


async def test_nothing_is_left_open() -> None:
    async with PostOffice() as office, posting(office) as mail:
        await mail.post(letter())

    gc.collect()
    assert mail.pool.open == 0
