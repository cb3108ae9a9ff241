"""What a mail server's refusal means: its words are read as well as its code."""

from __future__ import annotations

import time

import pytest

from adapters.email.refusals import Stage, refused
from bot.mailing.wording import is_full, passes
from bot.models import Chat

ADA = Chat("email", "ada@example.org")
PASSING = [
    "5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being "
    "delivered. Please resend your message at a later time.",
    "5.2.1 The email account that you tried to reach is receiving email too quickly",
    "5.2.1 This user gets mail too fast",
    "5.2.1 Recipient rate limit exceeded",
    "5.2.1 rate exceeded for recipient",
    "5.2.1 Too many messages for this recipient, slow down",
    "5.2.1 You have exceeded the maximum number of messages per hour to this user",
    "5.2.1 hourly limit reached for mailbox",
    "5.2.1 Daily message quota exceeded",
    "5.2.1 Throttled",
    "5.2.1 Mailbox temporarily disabled",
    "5.2.1 Mailbox is busy",
    "Greylisted, please try again later",
    "Graylisting in effect",
    "Too many concurrent SMTP connections",
    "5.1.1 Requested action aborted: try again in 300 seconds",
    "Deferred, come back later",
    "4.2.1 not now",
    "Mailbox full",
    "Your recipient's mailbox is full",
    "Account over quota",
    "The recipient's inbox is out of storage space",
    "5.2.2 whatever",
    "5.7.1 Access denied",
]
GONE = [
    "",
    "5.1.1 No such user",
    "No such user here",
    "5.2.1 Mailbox disabled",
    "5.2.1 The email account that you tried to reach is disabled.",
    "5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email "
    "address for typos or unnecessary spaces, and try again later.",
    "5.1.1 User unknown in virtual mailbox table",
    "5.1.1 <ada@example.org>: Recipient address rejected: User unknown",
    "5.1.1 unknown recipient, do not try again",
    "5.1.10 RESOLVER.ADR.RecipientNotFound; not found",
    "Requested action not taken: mailbox unavailable",
    "mailbox not found",
    "invalid recipient",
    "Mailbox does not exist; too many tries are rate limited",
    "5.2.1 account suspended",
    "5.1.2 Bad destination",
]


@pytest.mark.parametrize("code", [550, 551, 553, 556])
@pytest.mark.parametrize("stage", [Stage.RECIPIENT, Stage.DATA, Stage.CONTENT])
@pytest.mark.parametrize("text", PASSING)
def test_a_refusal_that_passes_by_its_words_pauses_nothing(code: int, stage: Stage, text: str) -> None:
    error = refused(ADA, stage, code, text)

    assert not error.permanent
    assert not error.ambiguous


@pytest.mark.parametrize("text", GONE)
def test_a_mailbox_that_is_not_there_stays_a_refusal_for_good(text: str) -> None:
    assert refused(ADA, Stage.RECIPIENT, 550, text).permanent


@pytest.mark.parametrize("code", [450, 451, 452, 454, 455, 432, 552, 554])
@pytest.mark.parametrize("text", [*PASSING, *GONE])
def test_codes_that_say_nothing_of_a_mailbox_never_pause(code: int, text: str) -> None:
    for stage in Stage:
        assert not refused(ADA, stage, code, text).permanent


@pytest.mark.parametrize("unit", ["too many ", "a ", "user ", "try again ", "x", " ", "mailbox a b c ", "\n"])
def test_a_long_reply_is_read_in_little_time(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    began = time.process_time()
    passes(text)
    is_full(text)
    refused(ADA, Stage.RECIPIENT, 550, text)
    assert time.process_time() - began < 0.3
