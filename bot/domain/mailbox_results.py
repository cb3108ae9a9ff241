"""Results of what the services do with mailboxes: invitations, subscriptions by signed links, bounces."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.standings import ChangedSubscription, Standing
from bot.domain.subscriptions import Pause, Subscription


@dataclass(frozen=True, slots=True)
class InvitationSent:
    """The mail that asks for confirmation was sent."""

    subscription: Subscription


@dataclass(frozen=True, slots=True)
class InvitationOpened:
    """An invitation that can be confirmed; nothing was changed."""

    subscription: Subscription


@dataclass(frozen=True, slots=True)
class InvitationAccepted:
    """The subscription of an invitation was started."""

    subscription: Subscription


@dataclass(frozen=True, slots=True)
class AlreadySubscribed:
    """The mailbox already had the subscription of the invitation."""

    address: str


@dataclass(frozen=True, slots=True)
class InvitationDeclined:
    """An invitation that was not confirmed was deleted."""


@dataclass(frozen=True, slots=True)
class UnsubscribeOpened:
    """A subscription that a link can end; nothing was changed."""

    subscription: Subscription


@dataclass(frozen=True, slots=True)
class Unsubscribed:
    """A subscription was ended."""

    subscription: Subscription


@dataclass(frozen=True, slots=True)
class AlreadyUnsubscribed:
    """The subscription of a link has ended before."""


@dataclass(frozen=True, slots=True)
class ChangeOpened:
    """A subscription that a link can change; nothing was changed."""

    subscription: Subscription


@dataclass(frozen=True, slots=True)
class MailPaused:
    """A subscription is paused; `changed` says whether it was running before."""

    standing: Standing
    changed: bool


@dataclass(frozen=True, slots=True)
class MailResumed:
    """A subscription is running; `changed` says whether it was paused before."""

    standing: Standing
    changed: bool


@dataclass(frozen=True, slots=True)
class BounceCounted:
    """A temporary bounce was counted; the mailbox is suspended when `count` reaches `limit`."""

    address: str
    count: int
    limit: int


@dataclass(frozen=True, slots=True)
class MailboxSuspended:
    """No more mail is sent to an address; `paused` counts its subscriptions that were running."""

    address: str
    reason: Pause
    paused: int


@dataclass(frozen=True, slots=True)
class MailboxReleased:
    """Mail is sent to an address again."""

    address: str


@dataclass(frozen=True, slots=True)
class ReportIgnored:
    """A report about a subscription that has ended."""


MailboxResult = (
    InvitationSent
    | InvitationOpened
    | InvitationAccepted
    | AlreadySubscribed
    | InvitationDeclined
    | UnsubscribeOpened
    | Unsubscribed
    | AlreadyUnsubscribed
    | ChangeOpened
    | ChangedSubscription
    | MailPaused
    | MailResumed
    | BounceCounted
    | MailboxSuspended
    | MailboxReleased
    | ReportIgnored
)
