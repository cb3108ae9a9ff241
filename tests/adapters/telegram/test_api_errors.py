from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from adapters.telegram.api_errors import markup_refused, refused, unchanged
from bot.domain.requests import Chat

CHAT = Chat("telegram", "-100", "7")


@pytest.fixture(autouse=True)
def _times_are_lengths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "said",
    [
        "Forbidden: bot was blocked by the user",
        "Forbidden: bot can't initiate conversation with a user",
        "Forbidden: user is deactivated",
        "Forbidden: bot was kicked from the supergroup chat",
        "Forbidden: bot is not a member of the channel chat",
        "Forbidden: the group chat was deleted",
    ],
)
def test_what_ends_a_chat_pauses_what_it_gets(said: str) -> None:
    error = refused(CHAT, Forbidden(said))

    assert error.permanent
    assert not error.ambiguous


@pytest.mark.parametrize(
    "said",
    [
        "Bad Request: chat not found",
        "Bad Request: not enough rights to send text messages to the chat",
        "Bad Request: need administrator rights in the channel chat",
        "Bad Request: message thread not found",
        "Bad Request: TOPIC_CLOSED",
        "Bad Request: CHAT_WRITE_FORBIDDEN",
    ],
)
def test_what_is_wrong_with_a_chat_pauses_what_it_gets(said: str) -> None:
    assert refused(CHAT, BadRequest(said)).permanent


def test_a_refusal_that_nobody_knows_is_tried_again_and_pauses_nothing() -> None:
    for error in (Forbidden("Forbidden: something new"), BadRequest("Bad Request: SOMETHING_NEW")):
        known = refused(CHAT, error)
        assert (known.permanent, known.ambiguous, known.retry_after) == (False, False, None)


@pytest.mark.parametrize("cause", [httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x")])
def test_what_never_left_has_not_arrived(cause: Exception) -> None:
    for error in (NetworkError("x"), TimedOut()):
        known = refused(CHAT, caused(error, cause))
        assert (known.permanent, known.ambiguous) == (False, False)


@pytest.mark.parametrize(
    "error",
    [
        caused(TimedOut(), httpx.ReadTimeout("x")),
        caused(TimedOut(), httpx.WriteTimeout("x")),
        caused(NetworkError("x"), httpx.ReadError("x")),
        caused(NetworkError("x"), httpx.RemoteProtocolError("x")),
        NetworkError("Bad Gateway"),
        TelegramError("Invalid server response"),
    ],
)
def test_what_broke_later_may_have_arrived(error: TelegramError) -> None:
    assert refused(CHAT, error).ambiguous


def test_a_wait_is_obeyed_to_the_letter() -> None:
    assert refused(CHAT, RetryAfter(1337)).retry_after == timedelta(seconds=1337)


def test_a_group_that_became_another_is_followed_with_its_topic() -> None:
    assert refused(CHAT, ChatMigrated(-200)).moved_to == Chat("telegram", "-200", "7")


def test_a_refused_token_ends_no_subscription_and_is_in_no_reason() -> None:
    error = refused(CHAT, InvalidToken("The token `42:canary` was rejected by the server."))

    assert (error.permanent, error.ambiguous, error.retry_after) == (False, False, timedelta(minutes=5))
    assert "canary" not in str(error)


def test_markup_and_edits_are_told_apart_from_the_rest() -> None:
    assert markup_refused(BadRequest("Bad Request: can't parse entities: unsupported start tag"))
    assert markup_refused(BadRequest("Bad Request: ENTITIES_TOO_LONG"))
    assert not markup_refused(BadRequest("Bad Request: chat not found"))
    assert unchanged(BadRequest("Bad Request: message is not modified: specified new message content"))
