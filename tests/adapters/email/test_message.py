"""A mail as bytes, before any server has seen it: whatever stands in a title, its head is what it should be."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import dkim
import pytest
from cryptography.hazmat.primitives.serialization import PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.email.message import message
from adapters.email.render import MOST_BYTES, html, parts, text
from adapters.email.signing import signed
from adapters.email.surface import Mail
from bot.domain.errors import SettingsError
from bot.domain.i18n import tr
from bot.domain.mail import ActionLinks
from bot.domain.pages import Card, Link, Page, Row, Section
from bot.domain.requests import Chat
from bot.messages.localization import heading, text_in
from bot.services.mailboxes.mail_options import Dkim
from tests.adapters.email.keys import key, published
from tests.adapters.email.letters import ACTION_LINKS, card, letter, options, page
from tests.builders import NOON
from tests.tables.catalogues import template

HEADS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Language",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "MIME-Version",
    "Content-Type",
}
NASTY = [
    "=?utf-8?q?x=0D=0ABcc:_eve@example.org?=",
    "=?utf-8?b?eA0KQmNjOiBldmVAZXhhbXBsZS5vcmc=?=",
    "one\r\nBcc: eve@example.org",
    "one\nBcc: eve@example.org\n\n<html>",
    "one\rBcc: eve@example.org",
    "a\0b\x0b\x0c\x1b[31m\u2028Bcc: eve@example.org\u2029\x85Bcc: eve",
    "\u202egnp.exe\u200b\ufeff",
    "=?utf-8?q?=0A?= " * 40,
    "x" * 5_000,
    "日本語の論文 " * 60,
    "🧪" * 300,
    "\ud800",
    "",
    " ",
]


def names(content: bytes) -> list[str]:
    head = content.partition(b"\r\n\r\n")[0].decode("ascii")
    return [line.partition(":")[0] for line in head.split("\r\n") if line[:1] not in " \t"]


def one_head(title: str) -> None:
    content = message(letter(of=page(title)), options(name=title or "Paperboy"), NOON)

    found = names(content)
    parsed = message_from_bytes(content, policy=default)
    assert sorted(found) == sorted(HEADS)
    assert parsed["to"] == "ada@example.org"
    assert "\n" not in str(parsed["subject"])
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize("title", NASTY)
def test_a_title_is_never_a_second_header(title: str) -> None:
    one_head(title)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_whatever_a_title_is_the_head_is_what_it_should_be(title: str) -> None:
    one_head(title)


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="=?utf-8qbQB_=0DA\r\n Bcc:xX@", max_size=120))
def test_encoded_words_stay_words(title: str) -> None:
    one_head(title)


@pytest.mark.parametrize("address", ["a@example.org\r\nBcc: eve@example.org", "a@example.org\n", "a b@example.org>"])
def test_an_address_that_is_none_makes_no_mail(address: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        message(letter(Chat("email", address)), options(), NOON)


def test_a_subject_can_be_read_again_in_every_script() -> None:
    title = "Trending papers · Fri 24 Apr 2026 · 日本語 Ünïcödé"

    parsed = message_from_bytes(message(letter(of=page(title)), options(), NOON), policy=default)

    assert parsed["subject"] == title


def test_markup_in_a_paper_is_text_in_both_forms() -> None:
    nasty = '<script>alert(1)</script><img src=x onerror=a()>"\'&amp;</td></table><a href="javascript:a()">'
    link = Link(nasty, "javascript:alert(1)")
    hostile = Card(key="1", number=1, title=nasty, url="javascript:alert(1)", byline=nasty, reason=nasty, links=(link,))
    section = Section(heading=nasty, text=nasty, verbatim=nasty, rows=(Row(nasty, nasty),), cards=(hostile,))
    shown = html(Page(title=nasty, intro=nasty, sections=(section,), footer=nasty), ACTION_LINKS)

    tags = set(re.findall(r"<\s*/?\s*([a-z0-9!]+)", shown, re.IGNORECASE))
    assert not tags & {"script", "img", "iframe", "form", "object", "link", "svg"}
    assert set(re.findall(r'href="([^"]*)"', shown)) == {ACTION_LINKS.unsubscribe, ACTION_LINKS.change}
    assert "onerror=a()&gt;" in shown


@pytest.mark.parametrize(("lines", "cut"), [(2, False), (2_000, False), (2_001, True)])
def test_a_text_of_thousands_of_lines_is_cut_and_says_so(lines: int, cut: bool) -> None:
    words = "\n".join(f"line {number}." for number in range(lines))

    shown = html(Page(title="T", intro=words), ACTION_LINKS)

    assert "line 1." in shown
    assert (f"line {lines - 1}." in shown) != cut
    assert ("<br>…" in shown) == cut


def test_nothing_is_fetched_when_a_mail_is_read() -> None:
    shown = html(page(), ACTION_LINKS)

    assert not re.search(r"<(img|link|script|iframe|video|audio|source|object|embed)|url\(|@import|src=", shown)


def test_a_mail_of_the_longest_papers_is_not_cut_off() -> None:
    longest = tuple(
        card(number, title="Very long " * 30, byline="Somebody " * 40, reason="votes " * 40, body="日本語 " * 420)
        for number in range(1, 26)
    )
    made = parts(Page(title="Trending papers", sections=(Section(cards=longest),), footer="f"))

    assert sum(len(each.cards) for each in made) == 25
    assert all(len(html(each, ACTION_LINKS).encode()) < MOST_BYTES for each in made)


def test_an_ordinary_digest_is_one_mail() -> None:
    ordinary = Page(
        title="Trending papers", sections=(Section(cards=tuple(card(n, body="b" * 420) for n in range(25))),)
    )

    assert len(parts(ordinary)) == 1


def test_the_text_alone_is_enough() -> None:
    told = text(page(), ACTION_LINKS)

    assert all(word in told for word in ("Paper 1", "https://arxiv.org/abs/2604.00001", "▲ 41 votes", ACTION_LINKS.why))
    assert told.index(ACTION_LINKS.unsubscribe) < told.index("Paper 1")
    assert told.rindex(ACTION_LINKS.unsubscribe) > told.index("Paper 2")
    assert max(len(line) for line in told.splitlines() if "https://" not in line) <= 72


def test_an_invitation_has_a_button_and_a_way_to_say_no() -> None:
    action_links = ActionLinks(
        confirm="https://papers.example.org/confirm/abc", unsubscribe="https://papers.example.org/u/abc"
    )

    shown, told = html(page(cards=0), action_links), text(page(cards=0), action_links)

    for form in (shown, told):
        assert action_links.confirm in form
        assert action_links.unsubscribe in form


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_mail_is_in_the_language_of_its_page(language: str) -> None:
    of = replace(page(), language=language, continues=True)
    action_links = replace(
        ACTION_LINKS, why=tr("You get this because of {reason}.", reason="x"), read="https://papers.example.org/d"
    )

    content = message(letter(of=of, action_links=action_links), options(), NOON)

    parsed = message_from_bytes(content, policy=default)
    assert parsed["content-language"] == language
    assert parsed["subject"] == heading(of)
    assert f'<html lang="{language}">' in html(of, action_links)
    for label in (tr("Unsubscribe"), tr("Change"), tr("Read on the web"), action_links.why):
        assert text_in(label, language) in html(of, action_links)
    for line in (tr("Unsubscribe: {link}", link=action_links.unsubscribe), action_links.why):
        assert text_in(line, language) in text(of, action_links).replace("\n", " ")


def test_every_label_of_the_template_is_in_the_catalogue() -> None:
    found = {message.id for message in template(["adapters/email"])}

    assert {"Read on the web", "Change", "Unsubscribe", "No, thanks", "Change time, topic or size"} <= found
    assert "If the button doesn't work, open {link}" in found


def verified(mail: bytes) -> bool:
    def dns(name: bytes, timeout: int = 5) -> bytes:
        assert name in (b"mail._domainkey.example.org.", "mail._domainkey.example.org.")
        return published()

    return bool(dkim.verify(mail, dnsfunc=dns))


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_a_signature_holds_and_covers_the_way_out(form: PrivateFormat) -> None:
    made = message(letter(), options(), NOON)

    mail = signed(made, key(form))

    tag = re.search(rb"h=([^;]+);", mail.replace(b"\r\n ", b""))
    assert tag
    covered = [name.strip().lower() for name in tag[1].split(b":")]
    assert verified(mail)
    assert {b"list-unsubscribe", b"list-unsubscribe-post", b"from", b"to", b"subject"} <= set(covered)
    assert mail.endswith(made)


@pytest.mark.parametrize(
    "spoiled",
    [
        (b"\r\nList-Unsubscribe: <https://papers", b"\r\nList-Unsubscribe: <https://evil"),
        (b"\r\nList-Unsubscribe: <", b"\r\nList-Unsubscribe: <https://evil.example/>\r\nList-Unsubscribe: <"),
        (b"\r\nSubject: Trending", b"\r\nSubject: Sinking"),
        (b"Paper 1", b"Paper 9"),
    ],
)
def test_a_mail_that_was_tampered_with_has_no_valid_signature(spoiled: tuple[bytes, bytes]) -> None:
    mail = signed(message(letter(), options(), NOON), key())

    assert spoiled[0] in mail
    assert not verified(mail.replace(*spoiled))


#: what must not be added to a signed mail, as a mail reader may show the one that was added
ALONE = ("From", "To", "Date", "Subject", "Reply-To", "Content-Type", "Message-ID", "List-Unsubscribe", "Cc")


@pytest.mark.parametrize("name", [*ALONE, *(name.lower() for name in ALONE), *(name.upper() for name in ALONE)])
@pytest.mark.parametrize("place", ["front", "back"])
def test_a_header_that_is_added_breaks_the_signature(name: str, place: str) -> None:
    mail = signed(message(letter(), options(), NOON), key())
    head, _, body = mail.partition(b"\r\n\r\n")
    added = f"{name}: eve@example.org".encode()

    spoiled = added + b"\r\n" + head if place == "front" else head + b"\r\n" + added

    assert verified(mail)
    assert not verified(spoiled + b"\r\n\r\n" + body)


@pytest.mark.parametrize("read", ["", "https://papers.example.org/digests/2026-04-24-abc"])
@pytest.mark.parametrize("change", ["", "https://papers.example.org/change/c7-abc"])
def test_the_text_names_the_ways_that_there_are_and_no_others(read: str, change: str) -> None:
    told = text(page(), ActionLinks(read=read, change=change))

    assert told.count("https://papers.example.org") == bool(read) + bool(change)
    assert all(told.count(link) == 1 for link in (read, change) if link)


def test_a_key_that_is_none_is_said_to_be() -> None:
    with pytest.raises(SettingsError, match="PAPERBOY_DKIM_KEY_FILE"):
        signed(message(letter(), options(), NOON), Dkim(key=b"no key", selector="mail", domain="example.org"))


async def test_a_key_that_cannot_sign_is_found_at_the_start() -> None:
    broken = b"-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"

    with pytest.raises(SettingsError, match="PAPERBOY_DKIM_KEY_FILE"):
        async with Mail(options(dkim=Dkim(key=broken, selector="mail", domain="example.org")), lambda: NOON):
            pass
