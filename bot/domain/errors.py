"""Exception hierarchy.

PaperboyError
├── UserError            the person can correct the request; the message is shown to them
│   ├── UnknownCommand
│   ├── BadArgument
│   ├── OtherLanguage
│   ├── NotAllowed
│   └── NotFound
├── FetchError           a source could not be read; the fetch continues without it
│   └── RateLimited      the source asks to wait, until a given or assumed time
├── DeliveryError        a platform did not accept a message; says whether a retry makes sense
├── PlatformError        a platform cannot be reached or refuses a request; adapters retry or translate it
├── StoreError           the database cannot be used; the message says what to do
├── UsageError           the command line contradicts itself; printed as one line
└── SettingsError        the operator can correct a setting; printed as one line, without a traceback

Any other exception is a bug: it is logged with its traceback and never ignored.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.i18n import Translatable
from bot.domain.source_troubles import SourceTrouble, TroubleCode

if TYPE_CHECKING:
    from bot.domain.requests import Chat


class PaperboyError(Exception):
    """Base class of all errors that Paperboy raises deliberately."""


class UserError(PaperboyError):
    """The request cannot be met; `message` and `hint` are shown to the person."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        #: what to try instead; may be empty
        self.hint = hint


class UnknownCommand(UserError):
    """The command does not exist."""


class BadArgument(UserError):
    """The argument of a command is invalid."""


class OtherLanguage(UserError):
    """The text is in a language other than English, and none of its terms could be translated."""


class NotAllowed(UserError):
    """The person lacks a permission; the message names it."""


class NotFound(UserError):
    """The requested item does not exist."""


class FetchError(PaperboyError):
    """A source could not be read: it is down, slow, or returned an invalid response."""

    def __init__(self, source: str, trouble: SourceTrouble | str) -> None:
        """`trouble` is a clause without the source's name where no code says more, as for a local file."""
        self.source = source
        self.trouble = trouble if isinstance(trouble, SourceTrouble) else SourceTrouble(TroubleCode.OTHER, trouble)
        super().__init__(f"{source}: {self.trouble}")

    @property
    def reason(self) -> Translatable:
        """One clause without the source's name."""
        return self.trouble.clause()


class RateLimited(FetchError):
    """The source asks clients to wait until `retry_at` (aware, UTC)."""

    def __init__(self, source: str, trouble: SourceTrouble | str, retry_at: datetime) -> None:
        super().__init__(source, trouble)
        self.retry_at = retry_at


class DeliveryError(PaperboyError):
    """A platform did not accept a message, or did not confirm it."""

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
        unneeded: bool = False,
        removed: bool = False,
    ) -> None:
        super().__init__(f"{chat}: {reason}")
        self.chat = chat
        #: one clause, for log lines and /status
        self.reason = reason
        #: retrying is pointless: kicked, blocked, chat deleted, no permission
        self.permanent = permanent
        #: the bot is not in the chat any more, or the chat is gone
        self.removed = removed
        #: the platform asks to wait this long and has not accepted the message
        self.retry_after = retry_after
        #: the platform may have accepted the message nevertheless
        self.ambiguous = ambiguous
        #: the server or a gateway reported an outage, so it has hardly accepted the message
        self.gateway = gateway
        #: the surface decided that a message without papers is better not sent there
        self.unneeded = unneeded
        #: the chat's new id for all messages, if a group became a supergroup; the message was not accepted
        self.moved_to = moved_to


class PlatformError(PaperboyError):
    """A platform cannot be reached, or refuses a request; the message says what happened."""


class StoreError(PaperboyError):
    """The database cannot be opened, read or written; the message says why and what to do."""


class UsageError(PaperboyError):
    """Options of a command that cannot be combined; the message names them."""


class SettingsError(PaperboyError):
    """A setting is invalid; the message names it, quotes it (never a secret) and says what is accepted."""
