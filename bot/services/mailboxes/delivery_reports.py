"""Delivery reports (RFC 3464) and spam reports (RFC 5965) as mails."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from email.message import Message

from bot.domain.errors import BadArgument
from bot.domain.i18n import tr
from bot.services.mailboxes.reports import Bounce, Report, bare
from bot.services.mailboxes.wording import nobody_there

#: headers with the recipient of a report; our envelope sender contains a subscription's tag
_SENT_TO = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "Apparently-To")
_TAGGED = re.compile(r"[^\s@+<>]{1,64}\+b[1-9][0-9]{0,11}-[a-z2-7]{26}@[^\s@<>]{1,253}", re.IGNORECASE)
_SMTP = re.compile(r"(?:smtp;)?\s*([245][0-9]{2})[ -]?(.*)", re.IGNORECASE | re.DOTALL)
_STATUS = re.compile(r"\s*([245])\.([0-9]{1,3})\.([0-9]{1,3})")
#: parts with fields: Python's parser would create a message for each of their groups, without a limit
_FIELDS = re.compile(
    rb"(?im)^(content-type:[ \t]*(?:\r?\n[ \t]+)?)message/((?:global-)?delivery-status|feedback-report)\b"
)
_DELIVERY, _COMPLAINT = ("text/x-delivery-status", "text/x-global-delivery-status"), ("text/x-feedback-report",)
#: limits: parts of a mail, and characters of a header
_MOST_PARTS, _LONGEST = 50, 2_000


def read_mail(content: bytes) -> tuple[Report, ...]:
    """Return what a report says; nothing if it is only about a delay. Raise `BadArgument` for other mails."""
    try:
        mail = message_from_bytes(_FIELDS.sub(rb"\1text/x-\2", content))
        parts = [part for _, part in zip(range(_MOST_PARTS), mail.walk(), strict=False)]
    except (ValueError, RecursionError, LookupError, AssertionError):
        raise _none() from None
    tagged = _tagged(mail)
    delivery = next((part for part in parts if part.get_content_type() in _DELIVERY), None)
    if delivery is not None:
        return tuple(_bounces(_blocks(delivery), tagged))
    complaint = next((part for part in parts if part.get_content_type() in _COMPLAINT), None)
    if complaint is not None:
        return tuple(_complaints(_blocks(complaint), tagged))
    raise _none()


def _bounces(blocks: Sequence[Message], tagged: str) -> Iterator[Report]:
    recipients = [block for block in blocks if _field(block, "Action")]
    if not recipients:
        raise _none()
    for block in recipients:
        about = tagged or _mailbox(block, "Original-Recipient") or _mailbox(block, "Final-Recipient")
        if _field(block, "Action").casefold() != "failed":
            continue
        if not about:
            raise BadArgument(tr("This delivery report names no recipient."))
        yield Report(about, Bounce.HARD if _is_hard(block) else Bounce.SOFT)


def _complaints(blocks: Sequence[Message], tagged: str) -> Iterator[Report]:
    for block in blocks:
        about = tagged or _mailbox(block, "Original-Rcpt-To")
        if about and _field(block, "Feedback-Type").casefold() not in ("", "not-spam"):
            yield Report(about, Bounce.COMPLAINT)


def _is_hard(block: Message) -> bool:
    """Return whether the mailbox does not exist, by the reply of its server, else by the status."""
    said = _SMTP.fullmatch(_field(block, "Diagnostic-Code"))
    if said is not None:
        return nobody_there(int(said[1]), said[2])
    status = _STATUS.match(_field(block, "Status"))
    # a status alone is read like a reply with code 550: 5.1.1, 5.2.2, 5.7.1
    return status is not None and status[1] == "5" and nobody_there(550, _field(block, "Status"))


def _blocks(part: Message) -> list[Message]:
    """Return the groups of fields in a part; in a delivery report, those of the mail, then those of each recipient."""
    text = part.get_payload(decode=True)
    content = text if isinstance(text, bytes) else b""
    blocks = re.split(rb"(?:\r?\n){2,}", content, maxsplit=_MOST_PARTS)[:_MOST_PARTS]
    return [message_from_bytes(block) for block in blocks if block.strip()]


def _tagged(mail: Message) -> str:
    """Return our address that the report was sent to, if it has the tag of a subscription, else an empty string."""
    for name in _SENT_TO:
        for value in mail.get_all(name, []):
            found = _TAGGED.search(str(value)[:_LONGEST])
            if found:
                return found[0].lower()
    return ""


def _mailbox(block: Message, name: str) -> str:
    """Return the address in "rfc822; ada@example.org"."""
    kind, separator, rest = _field(block, name).partition(";")
    return bare(rest if separator else kind)


def _field(block: Message, name: str) -> str:
    return " ".join(str(block.get(name, ""))[:_LONGEST].split())


def _none() -> BadArgument:
    return BadArgument(
        tr("This mail is not a delivery report."),
        tr("A delivery report needs a {type} part (RFC 3464).", type="message/delivery-status"),
    )
