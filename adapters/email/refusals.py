"""Pure: what a mail server's refusal, or its silence, means for a delivery."""

from __future__ import annotations

import ssl
from datetime import timedelta
from enum import StrEnum

import aiosmtplib

from bot.errors import DeliveryError
from bot.mailing.wording import nobody_there
from bot.models import Chat
from bot.text import plain, shorten


class Stage(StrEnum):
    """How far a mail had come."""

    #: the connection, its encryption, the password
    CONNECT = "connecting"
    #: MAIL FROM
    SENDER = "naming the sender"
    #: RCPT TO
    RECIPIENT = "naming the recipient"
    #: DATA, before the first byte of the mail
    DATA = "announcing the mail"
    #: the mail itself: a server that falls silent now may have taken it
    CONTENT = "sending the mail"


#: only the operator can mend it, so nothing is lost meanwhile: neither a digest nor a subscription
_OPERATOR = timedelta(minutes=15)
#: the server is away, or asks to be left alone
_AWAY = timedelta(minutes=2)
_BUSY = timedelta(minutes=5)


_LONGEST = 160


def refused(chat: Chat, stage: Stage, code: int, text: str) -> DeliveryError:
    """A reply that is no consent: the server has not taken the mail, and said so."""
    reason = f"the mail server refused while {stage}: {code} {shorten(plain(text), _LONGEST)}".rstrip()
    if code == 421:
        return DeliveryError(chat, reason, retry_after=_BUSY)
    if stage in (Stage.CONNECT, Stage.SENDER):
        return DeliveryError(chat, reason, retry_after=_OPERATOR if code >= 500 else _AWAY)
    return DeliveryError(chat, reason, permanent=nobody_there(code, text))


def silent(chat: Chat, stage: Stage, error: Exception) -> DeliveryError:
    """No reply: the connection could not be made, or ended, or nothing came in time."""
    if stage is Stage.CONTENT:
        return DeliveryError(chat, f"the mail server fell silent while {stage}", ambiguous=True)
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return DeliveryError(chat, f"no encrypted connection to the mail server: {_told(error)}", retry_after=_OPERATOR)
    if stage is Stage.CONNECT:
        return DeliveryError(chat, f"no connection to the mail server: {_told(error)}", retry_after=_AWAY)
    return DeliveryError(chat, f"the mail server fell silent while {stage}")


def failure(chat: Chat, stage: Stage, error: Exception) -> DeliveryError:
    """What follows from anything that the client or the network raises."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return refused(chat, stage, error.code, error.message)
    if isinstance(error, OSError | TimeoutError):
        return silent(chat, stage, error)
    # no STARTTLS, no way to log in
    return DeliveryError(chat, f"the mail server lacks something: {_told(error)}", retry_after=_OPERATOR)


def _told(error: Exception) -> str:
    """What went wrong, in the system's words; never the name of one of Python's exceptions."""
    for each in (error.__cause__, error):
        if isinstance(each, ssl.SSLCertVerificationError):
            return f"the certificate is not trusted ({shorten(plain(each.verify_message), _LONGEST)})"
        if isinstance(each, ssl.SSLError):
            return (
                shorten(plain((getattr(each, "reason", "") or "").replace("_", " ").lower()), _LONGEST)
                or "no agreement on TLS"
            )
        if isinstance(each, OSError) and each.errno is not None and each.strerror:
            return shorten(plain(each.strerror), _LONGEST)
        if isinstance(each, TimeoutError | aiosmtplib.SMTPTimeoutError):
            return "no answer in time"
    told = shorten(plain(str(error)), _LONGEST)
    return told or "the connection ended"
