"""What services and mail servers say of mail that came back, in each one's own form; what is none is refused."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BadArgument
from bot.services.mailboxes.delivery_reports import read_mail
from bot.services.mailboxes.reports import Bounce, Report, read_fields, read_json

ADA, BOB = "ada@example.org", "bob@example.org"
TAGGED = "bounces+b7-aaaaaaaaaaaaaaaaaaaaaaaaaa@papers.example.org"


def ses(kind: str, *addresses: str, event: str = "notificationType", subtype: str = "General") -> dict[str, Any]:
    recipients = [{"emailAddress": address, "action": "failed", "status": "5.1.1"} for address in addresses]
    return {
        event: "Bounce",
        "bounce": {"bounceType": kind, "bounceSubType": subtype, "bouncedRecipients": recipients, "feedbackId": "1"},
        "mail": {"source": "papers@example.org", "destination": list(addresses)},
    }


def complaint(address: str, feedback: str | None = "abuse") -> dict[str, Any]:
    told: dict[str, Any] = {"complainedRecipients": [{"emailAddress": address}]}
    if feedback:
        told["complaintFeedbackType"] = feedback
    return {"notificationType": "Complaint", "complaint": told, "mail": {}}


def sns(message: object) -> dict[str, Any]:
    text = message if isinstance(message, str) else json.dumps(message)
    return {"Type": "Notification", "MessageId": "1", "TopicArn": "arn:aws:sns:x", "Message": text, "Signature": "s"}


def postmark(record: str, **facts: object) -> dict[str, Any]:
    return {"RecordType": record, "ID": 42, "MessageStream": "outbound", "Email": ADA, **facts}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (ses("Permanent", ADA, BOB), [(ADA, Bounce.HARD), (BOB, Bounce.HARD)]),
        (ses("Transient", ADA, subtype="MailboxFull"), [(ADA, Bounce.SOFT)]),
        (ses("Undetermined", f"Ada <{ADA}>"), [(ADA, Bounce.SOFT)]),
        (ses("Permanent", ADA, event="eventType"), [(ADA, Bounce.HARD)]),
        (complaint(ADA), [(ADA, Bounce.COMPLAINT)]),
        (complaint(ADA, None), [(ADA, Bounce.COMPLAINT)]),
        (complaint(ADA, "not-spam"), []),
        ({"notificationType": "Delivery", "delivery": {"recipients": [ADA]}}, []),
        (sns(ses("Permanent", ADA)), [(ADA, Bounce.HARD)]),
        (sns(complaint(ADA)), [(ADA, Bounce.COMPLAINT)]),
        ({"Type": "UnsubscribeConfirmation", "SubscribeURL": "https://sns.example/"}, []),
        (postmark("Bounce", Type="HardBounce", TypeCode=1), [(ADA, Bounce.HARD)]),
        (postmark("Bounce", Type="BadEmailAddress"), [(ADA, Bounce.HARD)]),
        (postmark("Bounce", Type="SoftBounce"), [(ADA, Bounce.SOFT)]),
        (postmark("Bounce", Type="Transient"), [(ADA, Bounce.SOFT)]),
        (postmark("Bounce", Type="AutoResponder"), []),
        (postmark("Bounce", Type="Blocked"), []),
        (postmark("SpamComplaint", Type="SpamComplaint"), [(ADA, Bounce.COMPLAINT)]),
        (
            postmark("SubscriptionChange", SuppressSending=True, SuppressionReason="HardBounce", Recipient=BOB),
            [(BOB, Bounce.HARD)],
        ),
        (postmark("SubscriptionChange", SuppressSending=False, SuppressionReason=None, Recipient=BOB), []),
        (postmark("Delivery"), []),
        ({"address": ADA}, [(ADA, Bounce.HARD)]),
        ({"address": ADA, "kind": "soft"}, [(ADA, Bounce.SOFT)]),
        ({"address": TAGGED, "kind": "complaint", "more": [1]}, [(TAGGED, Bounce.COMPLAINT)]),
    ],
)
def test_a_report_of_a_service_says_whose_mail_came_back_and_how(
    told: dict[str, Any], expected: list[tuple[str, Bounce]]
) -> None:
    assert [(each.about, each.kind) for each in read_json(json.dumps(told)).reports] == expected


def test_a_topic_of_amazon_is_to_be_confirmed() -> None:
    told = read_json(json.dumps({"Type": "SubscriptionConfirmation", "SubscribeURL": "https://sns.example/?Token=1"}))

    assert (told.reports, told.confirm_at) == ((), "https://sns.example/?Token=1")


def test_a_form_is_the_plain_one() -> None:
    assert read_fields({"address": ADA, "kind": "complaint"}).reports == (Report(ADA, Bounce.COMPLAINT),)


@pytest.mark.parametrize(
    "told",
    [
        *(
            "",
            "{",
            "null",
            "7",
            '"text"',
            "[1]",
            "{}",
            "[" * 100_000,
            '{"a":' * 50_000,
            '{"address": ""}',
            '{"address": 7}',
        ),
        *(
            '{"address": "ada@example.org", "kind": "odd"}',
            '{"kind": "hard"}',
            '{"Type": 7}',
            '{"Type": "Notification"}',
        ),
        json.dumps(sns("[" * 50_000)),
        json.dumps(sns("no json")),
        json.dumps(sns(sns(ses("Permanent", ADA)))),
        '{"notificationType": "Bounce", "bounce": {"bounceType": "Permanent", "bouncedRecipients": [{"a": 1}]}}',
        '{"notificationType": "Bounce", "bounce": {"bounceType": [], "bouncedRecipients": "x"}}',
        '{"notificationType": "Bounce", "bounce": []}',
        '{"RecordType": {"a": 1}}',
        '{"RecordType": "Bounce", "Type": 1}',
    ],
)
def test_what_is_no_report_is_refused_with_a_sentence(told: str) -> None:
    with pytest.raises(BadArgument, match=r"^[A-Z][^\n]{5,300}\.$"):
        read_json(told)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Type", "Message", "RecordType", "address", "kind", "bounce", "complaint", "notificationType", "Email"]
            ),
            inner,
            max_size=5,
        )
    ),
)


@given(JSON)
def test_whatever_comes_is_read_or_refused(told: object) -> None:
    try:
        read_json(json.dumps(told))
    except BadArgument:
        return


def delivery_report(*blocks: str, to: str = "bounces@papers.example.org", head: str = "") -> bytes:
    """As mail servers write them (RFC 3464, appendix E)."""
    status = "\n\n".join(
        ("Reporting-MTA: dns; post.example.org\nArrival-Date: Fri, 24 Apr 2026 07:00:00 +0000", *blocks)
    )
    return f"""\
From: MAILER-DAEMON@post.example.org
To: {to}
Subject: Undelivered Mail Returned to Sender
{head}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="=_b"

--=_b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you.

--=_b
Content-Type: message/delivery-status

{status}

--=_b
Content-Type: message/rfc822

From: papers@example.org
To: {ADA}
Subject: Trending papers

--=_b--
""".encode()


def block(action: str = "failed", status: str = "5.1.1", said: str = "", **fields: str) -> str:
    lines = [f"Final-Recipient: rfc822; {fields.pop('to', ADA)}", f"Action: {action}", f"Status: {status}"]
    if said:
        lines.append(f"Diagnostic-Code: smtp; {said}")
    return "\n".join([*lines, *(f"{name.replace('_', '-')}: {value}" for name, value in fields.items())])


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([block()], [(ADA, Bounce.HARD)]),
        ([block(said="550 5.1.1 <ada@example.org>: User unknown")], [(ADA, Bounce.HARD)]),
        ([block(said="550-5.1.1 does not\n exist")], [(ADA, Bounce.HARD)]),
        ([block(status="5.2.2")], [(ADA, Bounce.SOFT)]),
        ([block(status="5.2.2", said="552 5.2.2 Mailbox full")], [(ADA, Bounce.SOFT)]),
        ([block(status="5.2.1", said="550 5.2.1 receiving mail at a rate that is too high")], [(ADA, Bounce.SOFT)]),
        ([block(status="5.7.1", said="550 5.7.1 blocked")], [(ADA, Bounce.SOFT)]),
        ([block(status="4.4.7")], [(ADA, Bounce.SOFT)]),
        ([block(status="nonsense")], [(ADA, Bounce.SOFT)]),
        ([block(action="delayed", status="4.4.1")], []),
        ([block(action="delivered", status="2.0.0")], []),
        ([block(), block(to=BOB, status="5.2.2")], [(ADA, Bounce.HARD), (BOB, Bounce.SOFT)]),
        ([block(to="forwarded@example.net", Original_Recipient=f"rfc822;{ADA}")], [(ADA, Bounce.HARD)]),
        ([block(to=f"<{ADA}>")], [(ADA, Bounce.HARD)]),
    ],
)
def test_a_delivery_report_says_whose_mail_came_back_and_how(
    blocks: list[str], expected: list[tuple[str, Bounce]]
) -> None:
    report = delivery_report(*blocks)

    assert [(each.about, each.kind) for each in read_mail(report)] == expected
    assert [(each.about, each.kind) for each in read_mail(report.replace(b"\n", b"\r\n"))] == expected


@pytest.mark.parametrize("head", ["", "Delivered-To: x@example.net\n"])
def test_the_tag_of_the_address_that_a_report_came_to_tells_whose_it_was(head: str) -> None:
    by_to = read_mail(delivery_report(block(to="forwarded@example.net"), to=f"<{TAGGED.upper()}>", head=head))
    by_header = read_mail(delivery_report(block(), head=f"X-Original-To: {TAGGED}\n"))

    assert by_to == by_header == (Report(TAGGED, Bounce.HARD),)


def test_a_report_of_spam_is_a_complaint() -> None:
    report = delivery_report("").replace(b"message/delivery-status", b"message/feedback-report")
    told = f"Feedback-Type: abuse\nUser-Agent: x\nVersion: 1\nOriginal-Rcpt-To: <{ADA}>\n".encode()

    assert read_mail(report.replace(b"Reporting-MTA: dns; post.example.org\n", told)) == (
        Report(ADA, Bounce.COMPLAINT),
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff" * 100,
        b"Subject: hello\r\n\r\nnothing here",
        delivery_report().replace(b"message/delivery-status", b"text/plain"),
        delivery_report(),
        delivery_report("Action: failed\nStatus: 5.1.1"),
        b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n",
        b"Content-Type: message/delivery-status\n\n",
        b"Content-Type: " + b"multipart/mixed; boundary=" * 500 + b"\n\n",
    ],
)
def test_a_mail_that_is_no_report_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(BadArgument, match=r"^Th(is|at) [^\n]{5,200}\.$"):
        read_mail(content)


@given(st.binary(max_size=400), st.integers(0, 900))
def test_a_damaged_report_is_read_or_refused(noise: bytes, place: int) -> None:
    whole = delivery_report(block())
    for content in (noise, whole[:place] + noise, whole[:place] + noise + whole[place:]):
        try:
            read_mail(content)
        except BadArgument:
            continue


@pytest.mark.parametrize("unit", ["a", "\n", "a@b, ", "(", "<", ";", "Action: failed\n\n", "--=_b\n", "=?utf-8?q?a?= "])
def test_long_reports_take_little_time(unit: str) -> None:
    long = unit * (100_000 // len(unit))
    reports = (long.encode(), delivery_report(block(to=long)), delivery_report(long), delivery_report(block(), to=long))
    for content in reports:
        began = time.process_time()
        with suppress(BadArgument):
            read_mail(content)
        assert time.process_time() - began < 0.3
    for told in (long, json.dumps({"address": long}), json.dumps(postmark("Bounce", Type="HardBounce", Email=long))):
        began = time.process_time()
        with suppress(BadArgument):
            read_json(told)
        assert time.process_time() - began < 0.3
