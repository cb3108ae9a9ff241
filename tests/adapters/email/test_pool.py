"""The pool of connections where none is free."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.email.connection import Envelope
from adapters.email.pool import ConnectionPool
from bot.domain.errors import DeliveryError
from bot.domain.requests import Chat
from bot.services.mailboxes.mail_options import MailServer, Secured


async def test_a_mail_that_gets_no_connection_in_time_is_put_off_for_two_minutes() -> None:
    nobody = MailServer(host="127.0.0.1", port=1, secured=Secured.PLAIN)
    pool = ConnectionPool(nobody, "localhost", None, size=0, wait=0.01)
    mail = Envelope("paperboy@example.org", Chat("email", "ada@example.org"), b"Subject: Papers\r\n\r\n")

    with pytest.raises(DeliveryError) as put_off:
        await pool.send(mail)

    assert put_off.value.retry_after == timedelta(minutes=2)
    assert "in use" in put_off.value.reason
    assert pool.opened == 0
