"""Everything that may go wrong and is expected to.

PaperboyError
├── UserError            the person can mend it; the message is written for them
│   ├── UnknownCommand
│   ├── BadArgument
│   ├── OtherLanguage
│   ├── NotAllowed
│   └── NotFound
├── FetchError           a source did not answer as it should; the round goes on without it
│   └── RateLimited      ... and said (or let us guess) when to come back
├── DeliveryError        a platform did not take a message; says whether trying again is of use
├── StoreError           the database cannot be used; the message says what to do
├── UsageError           the command line contradicts itself; printed as one line
└── SettingsError        the operator can mend it; printed as one line, without a traceback

Anything else that is raised is a fault of ours, and is neither hidden nor survived in silence.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.requests import Chat


class PaperboyError(Exception):
    """The root of every error that Paperboy raises on purpose."""


class UserError(PaperboyError):
    """What was asked cannot be done; `message` and `hint` are for the person who asked."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        #: what to try instead; may be empty
        self.hint = hint


class UnknownCommand(UserError):
    """There is no such command."""


class BadArgument(UserError):
    """The command exists, but not with these words behind it."""


class OtherLanguage(UserError):
    """The words are in a language that papers are not written in, and none of them is known in English."""


class NotAllowed(UserError):
    """The person lacks a right; the message names it."""


class NotFound(UserError):
    """The thing that was asked for is not there."""


class FetchError(PaperboyError):
    """A source could not be read: it is down, slow, or answers with something that is not what it promised."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        #: one clause without the source's name, fit for a log line and for /status
        self.reason = reason


class RateLimited(FetchError):
    """The source asks us to wait until `retry_at` (aware, UTC)."""

    def __init__(self, source: str, reason: str, retry_at: datetime) -> None:
        super().__init__(source, reason)
        self.retry_at = retry_at


class DeliveryError(PaperboyError):
    """A platform did not take a message, or did not say that it has."""

    def __init__(
        self,
        chat: Chat,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        ambiguous: bool = False,
        moved_to: Chat | None = None,
        gateway: bool = False,
    ) -> None:
        super().__init__(f"{chat}: {reason}")
        self.chat = chat
        #: one clause, fit for a log line and for /status
        self.reason = reason
        #: it will never take one there: kicked, blocked, no such place, no permission
        self.permanent = permanent
        #: it asks to be left alone for so long, and has not taken the message
        self.retry_after = retry_after
        #: it may have taken the message all the same
        self.ambiguous = ambiguous
        #: a server answered that it is in trouble, or the platform behind it is: it has hardly taken the message
        self.gateway = gateway
        #: where the chat is now, and all its later messages belong: a group that became a supergroup; it has taken none
        self.moved_to = moved_to


class StoreError(PaperboyError):
    """The database cannot be opened, read or written; the message says why and what to do."""


class UsageError(PaperboyError):
    """The options of a command cannot be used together; the message names them."""


class SettingsError(PaperboyError):
    """A setting is wrong; the message names it, quotes it (never a secret) and says what is accepted."""
