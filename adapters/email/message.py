"""Compose a mail as MIME bytes: headers, List-Unsubscribe, text and HTML parts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from adapters.email.render import html, text
from bot.domain.mail import ActionLinks, OutgoingMail
from bot.domain.text import plain, shorten
from bot.messages.localization import heading
from bot.services.mailboxes.mail_options import MailOptions

#: the longest line that servers must accept; signed headers are not folded
_WHOLE_LINES = SMTP.clone(max_line_length=998)
_LONGEST_SUBJECT, _LONGEST_NAME = 180, 60


def message(outgoing: OutgoingMail, options: MailOptions, now: datetime) -> bytes:
    """Return the whole mail, unsigned. Raise `ValueError` if its headers are malformed, which is a bug.

    Python folds and encodes long header lines, including `List-Unsubscribe`, and mail readers find no link in
    `=?utf-8?q?`. So the bytes are built here, and not by the SMTP client.
    """
    mail = EmailMessage(policy=SMTP)
    headers = _headers(outgoing, options, now)
    for name, value in headers.items():
        mail[name] = value
    mail.set_content(text(outgoing.page, outgoing.action_links), cte="quoted-printable")
    mail.add_alternative(html(outgoing.page, outgoing.action_links), subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_{outgoing.nonce}")
    # set last: a part that is added takes all headers about the content with it
    mail["Content-Language"] = outgoing.page.language
    made = mail.as_bytes(policy=_WHOLE_LINES)
    _check(made, [*headers, "MIME-Version", "Content-Type", "Content-Language"])
    return made


def envelope_sender(links: ActionLinks, options: MailOptions) -> str:
    """Return the envelope sender (return path), tagged with the subscription, so that a bounce identifies it."""
    local, _, domain = options.bounces.rpartition("@")
    if not local:
        return options.address
    return f"{local}+{links.tag}@{domain}" if links.tag else options.bounces


def _headers(outgoing: OutgoingMail, options: MailOptions, now: datetime) -> dict[str, str | Address]:
    links = outgoing.action_links
    leave = ", ".join(f"<{link}>" for link in (links.unsubscribe, links.unsubscribe_by_mail) if link)
    headers: dict[str, str | Address] = {
        "From": Address(shorten(_inert(options.name), _LONGEST_NAME), addr_spec=options.address),
        "To": Address(addr_spec=outgoing.chat.id),
        "Subject": shorten(_inert(heading(outgoing.page)), _LONGEST_SUBJECT),
        "Date": format_datetime(now),
        "Message-ID": f"<{outgoing.nonce}@{options.domain}>",
        "Auto-Submitted": "auto-generated",
        "List-Id": f"Paperboy <paperboy.{options.domain}>",
    }
    if leave:
        headers["List-Unsubscribe"] = leave
    if links.unsubscribe:
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _inert(words: str) -> str:
    """Return one line without sequences that a mail reader or an old Python (CVE-2024-6923) would decode."""
    return plain(words).replace("=?", "= ?").replace("?=", "? =")


def _check(made: bytes, expected: Sequence[str]) -> None:
    head = made.partition(b"\r\n\r\n")[0].decode("ascii")
    names = [line.partition(":")[0] for line in head.split("\r\n") if not line.startswith((" ", "\t"))]
    if sorted(names) != sorted(expected) or "\r" in head.replace("\r\n", "") or "\n" in head.replace("\r\n", ""):
        raise ValueError(f"a mail with the headers {names}")
