"""Webhooks of mail services about bounces and complaints, in the format of each service."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from bot.domain.errors import BadArgument
from bot.domain.i18n import tr


class Bounce(StrEnum):
    """The kind of a bounce."""

    #: the mailbox does not exist
    HARD = "hard"
    #: temporary: the mailbox is full, or its server is not available
    SOFT = "soft"
    #: its owner reported the mail as spam
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class Report:
    """A bounce or complaint of one mailbox."""

    #: the mailbox, or an address of ours with the tag of a subscription
    about: str
    kind: Bounce


@dataclass(frozen=True, slots=True)
class BounceNotification:
    """The content of a webhook: any number of reports, or a page that the operator has to open."""

    reports: tuple[Report, ...] = ()
    #: URL that the operator has to open once to confirm the webhook
    confirm_at: str = ""


class _Recipient(BaseModel):
    emailAddress: str  # noqa: N815 - as Amazon writes it


class _SesBounce(BaseModel):
    bounceType: str  # noqa: N815
    bouncedRecipients: list[_Recipient]  # noqa: N815


class _SesComplaint(BaseModel):
    complainedRecipients: list[_Recipient]  # noqa: N815
    complaintFeedbackType: str | None = None  # noqa: N815


class _Ses(BaseModel):
    """https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html."""

    bounce: _SesBounce | None = None
    complaint: _SesComplaint | None = None


class _Sns(BaseModel):
    """https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html."""

    Type: str
    Message: str = ""
    SubscribeURL: str = ""


class _Postmark(BaseModel):
    """https://postmarkapp.com/developer/webhooks/bounce-webhook."""

    RecordType: str
    Type: str = ""
    Email: str = ""
    #: of a SubscriptionChange
    Recipient: str = ""
    SuppressSending: bool = False
    SuppressionReason: str | None = None


class _Plain(BaseModel):
    address: str = Field(min_length=1)
    kind: Bounce = Bounce.HARD


_SES_KINDS = {"Permanent": Bounce.HARD, "Transient": Bounce.SOFT, "Undetermined": Bounce.SOFT}
#: other kinds say nothing about the mailbox: an automatic reply, a blocked sender
_POSTMARK_KINDS = {
    "HardBounce": Bounce.HARD,
    "BadEmailAddress": Bounce.HARD,
    "SoftBounce": Bounce.SOFT,
    "Transient": Bounce.SOFT,
    "DnsError": Bounce.SOFT,
    "Undeliverable": Bounce.SOFT,
    "SpamComplaint": Bounce.COMPLAINT,
}
_LONGEST_ADDRESS = 400
_FORMS = tr("I accept notifications from Amazon SES, webhooks from Postmark, and an address with a type.")


def read_json(text: str | bytes) -> BounceNotification:
    """Return the reports in a JSON message. Raise `BadArgument` for an unknown format."""
    try:
        notification = json.loads(text)
    except (ValueError, RecursionError):
        raise BadArgument(tr("This is not JSON."), _FORMS) from None
    return _read(notification)


def read_fields(fields: dict[str, str]) -> BounceNotification:
    """Return the report in the fields of a form. Raise `BadArgument` if they are invalid."""
    return _read(dict(fields))


def _read(notification: object, *, wrapped: bool = False) -> BounceNotification:
    if not isinstance(notification, dict):
        raise BadArgument(tr("This is not a bounce report."), _FORMS)
    try:
        return next(
            read(notification) for sign, read in _READERS if sign in notification and not (wrapped and read is _sns)
        )
    except StopIteration:
        raise BadArgument(tr("This is not a bounce report."), _FORMS) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"]))[:60]
        what = tr("I can't read this report: {field}: {error}.", field=where, error=first["msg"][:120])
        raise BadArgument(what, _FORMS) from None


def _sns(notification: dict[str, Any]) -> BounceNotification:
    message = _Sns.model_validate(notification)
    if message.Type in ("SubscriptionConfirmation", "UnsubscribeConfirmation"):
        return BounceNotification(confirm_at=message.SubscribeURL if message.Type == "SubscriptionConfirmation" else "")
    try:
        inner = json.loads(message.Message)
    except (ValueError, RecursionError):
        raise BadArgument(tr("This notification contains no bounce report."), _FORMS) from None
    return _read(inner, wrapped=True)


def _ses(notification: dict[str, Any]) -> BounceNotification:
    message = _Ses.model_validate(notification)
    return BounceNotification(tuple(_of_ses(message)))


def _of_ses(message: _Ses) -> Iterator[Report]:
    if message.bounce is not None:
        kind = _SES_KINDS.get(message.bounce.bounceType, Bounce.SOFT)
        yield from (Report(bare(each.emailAddress), kind) for each in message.bounce.bouncedRecipients)
    # the recipient marked the mail as not spam
    if message.complaint is not None and message.complaint.complaintFeedbackType != "not-spam":
        yield from (
            Report(bare(each.emailAddress), Bounce.COMPLAINT) for each in message.complaint.complainedRecipients
        )


def _postmark(notification: dict[str, Any]) -> BounceNotification:
    message = _Postmark.model_validate(notification)
    match message.RecordType:
        case "Bounce":
            kind, about = _POSTMARK_KINDS.get(message.Type), message.Email
        case "SpamComplaint":
            kind, about = Bounce.COMPLAINT, message.Email
        case "SubscriptionChange" if message.SuppressSending:
            kind, about = _POSTMARK_KINDS.get(message.SuppressionReason or ""), message.Recipient
        case _:
            return BounceNotification()
    return BounceNotification((Report(bare(about), kind),) if kind else ())


def _plain(notification: dict[str, Any]) -> BounceNotification:
    message = _Plain.model_validate(notification)
    return BounceNotification((Report(message.address, message.kind),))


def bare(address: str) -> str:
    """Return the address of "Ada <ada@example.org>". Python's own parser recurses without a limit."""
    address = address[:_LONGEST_ADDRESS]
    return (address.rpartition("<")[2].partition(">")[0] if "<" in address else address).strip()


#: a field that identifies each format, and its parser
_READERS: tuple[tuple[str, Callable[[dict[str, Any]], BounceNotification]], ...] = (
    ("notificationType", _ses),
    ("eventType", _ses),
    ("RecordType", _postmark),
    ("Type", _sns),
    ("address", _plain),
)
