"""SMTP replies, broken connections and time-outs mapped to delivery errors."""

from __future__ import annotations

import ssl
from datetime import timedelta
from enum import StrEnum

import aiosmtplib

from bot.domain.errors import DeliveryError
from bot.domain.requests import Chat
from bot.domain.text import plain, shorten
from bot.services.mailboxes.wording import nobody_there


class Stage(StrEnum):
    """The stage of an SMTP transaction."""

    #: TCP connection, TLS, login
    CONNECT = "connecting"
    #: MAIL FROM
    SENDER = "sending MAIL FROM"
    #: RCPT TO
    RECIPIENT = "sending RCPT TO"
    #: DATA, before the content
    DATA = "sending DATA"
    #: the content: after a time-out, the server may have accepted it
    CONTENT = "sending the content"


#: retry interval for errors that only the operator can fix; no digest or subscription is lost meanwhile
_OPERATOR = timedelta(minutes=15)
#: retry interval if the server is down or asks to wait
_AWAY = timedelta(minutes=2)
_BUSY = timedelta(minutes=5)
_LONGEST = 160
_REFUSED = {
    Stage.CONNECT: "the mail server refused the connection",
    Stage.SENDER: "the mail server refused the sender",
    Stage.RECIPIENT: "the mail server refused the recipient",
    Stage.DATA: "the mail server refused the mail",
    Stage.CONTENT: "the mail server refused the mail",
}


def refused(chat: Chat, stage: Stage, code: int, text: str) -> DeliveryError:
    """Return the error for a negative reply: the server has not accepted the mail."""
    reason = f"{_REFUSED[stage]}: {code} {shorten(plain(text), _LONGEST)}".rstrip()
    if code == 421:
        return DeliveryError(chat, reason, retry_after=_BUSY)
    if stage in (Stage.CONNECT, Stage.SENDER):
        return DeliveryError(chat, reason, retry_after=_OPERATOR if code >= 500 else _AWAY)
    return DeliveryError(chat, reason, permanent=nobody_there(code, text))


def no_response(chat: Chat, stage: Stage, error: Exception) -> DeliveryError:
    """Return the error for a failed connection or a time-out."""
    if stage is Stage.CONTENT:
        return DeliveryError(chat, f"the mail server stopped responding while {stage}", ambiguous=True)
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return DeliveryError(
            chat, f"can't encrypt the connection to the mail server: {_reason(error)}", retry_after=_OPERATOR
        )
    if stage is Stage.CONNECT:
        return DeliveryError(chat, f"can't connect to the mail server: {_reason(error)}", retry_after=_AWAY)
    return DeliveryError(chat, f"the mail server stopped responding while {stage}")


def failure(chat: Chat, stage: Stage, error: Exception) -> DeliveryError:
    """Return the error for any exception of the client or the network."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return refused(chat, stage, error.code, error.message)
    if isinstance(error, OSError | TimeoutError):
        return no_response(chat, stage, error)
    # no STARTTLS, or no supported login method
    return DeliveryError(chat, f"the mail server lacks a required feature: {_reason(error)}", retry_after=_OPERATOR)


def _reason(error: Exception) -> str:
    """Return the reason in the system's words, without Python class names."""
    for each in (error.__cause__, error):
        if isinstance(each, ssl.SSLCertVerificationError):
            return f"the certificate is not trusted ({shorten(plain(each.verify_message), _LONGEST)})"
        if isinstance(each, ssl.SSLError):
            return (
                shorten(plain((getattr(each, "reason", "") or "").replace("_", " ").lower()), _LONGEST)
                or "the TLS handshake failed"
            )
        if isinstance(each, OSError) and each.errno is not None and each.strerror:
            return shorten(plain(each.strerror), _LONGEST)
        if isinstance(each, TimeoutError | aiosmtplib.SMTPTimeoutError):
            return "no answer in time"
    reason = shorten(plain(str(error)), _LONGEST)
    return reason or "the connection ended"
