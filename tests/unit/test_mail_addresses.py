"""An address is only ever lower-cased: it never becomes the address of somebody else."""

from __future__ import annotations

import time

import idna
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.errors import BadArgument
from bot.domain.i18n import Message
from bot.services.mailboxes.mail_addresses import mailbox

KELVIN, DOTLESS_I, LONG_S, FULL_WIDTH_AT, LIGATURE = "\u212a", "\u0131", "\u017f", "\uff20", "\ufb00"


def template(error: BadArgument) -> str:
    assert isinstance(error.message, Message)
    return error.message.template


@pytest.mark.parametrize(
    ("typed", "sent_to"),
    [
        ("Ada.Lovelace@Example.ORG", "ada.lovelace@example.org"),
        (" ada+papers@example.org\n", "ada+papers@example.org"),
        ("a@example.org.", "a@example.org"),
        ("a@straße.de", "a@xn--strae-oqa.de"),
        ("a@faß.de", "a@xn--fa-hia.de"),
        ("a@STRASSE.de", "a@strasse.de"),
        ("a@bücher.example", "a@xn--bcher-kva.example"),
        ("a@BÜCHER.example", "a@xn--bcher-kva.example"),
        ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
        ("a@例え.テスト", "a@xn--r8jz45g.xn--zckzah"),
        (f"a@{DOTLESS_I}.example", "a@xn--cfa.example"),
        ("a@r3--x.example", "a@r3--x.example"),
    ],
)
def test_an_address_is_lower_cased_and_its_domain_is_as_the_dns_has_it(typed: str, sent_to: str) -> None:
    assert mailbox(typed) == sent_to


@pytest.mark.parametrize(
    "local",
    ["groß", f"{LONG_S}am", f"{KELVIN}elvin", f"{DOTLESS_I}da", "\u0130da", LIGATURE, "ａda", "é", "ада", "a\u200d"],
)
def test_letters_beyond_ascii_before_the_at_are_refused_with_a_sentence_of_their_own(local: str) -> None:
    with pytest.raises(BadArgument) as wrong:
        mailbox(f"{local}@example.org")
    with pytest.raises(BadArgument) as other:
        mailbox("example.org")

    assert template(wrong.value) != template(other.value)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "@example.org",
        f"ada{FULL_WIDTH_AT}example.org",
        f"ada@b{FULL_WIDTH_AT}example.org",
        "ada@b@example.org",
        "ada@example",
        "ada@exa mple.org",
        "ada@ex_ample.org",
        "ada@-example.org",
        "ada@example..org",
        "ada@example.org..",
        "ada@xn--.example",
        "ada@xn--a-ecp.example\u200d",
        "ada@\u2603.example",
        "ada@[192.0.2.1]",
        "ada@192.0.2.1",
        '"ada b"@example.org',
        "ada@example.org\r\nbcc",
        "a" * 65 + "@example.org",
        "a@" + "b" * 64 + ".org",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadArgument):
        mailbox(typed)


@given(
    st.text(alphabet=st.characters(), max_size=30)
    | st.text(alphabet=f"aAß.{KELVIN}{DOTLESS_I}{LONG_S}+", min_size=1, max_size=9)
)
@example(f"{KELVIN}elvin")
@example("STRASSE")
def test_the_part_before_the_at_is_the_typed_one_in_lower_case_or_is_refused(local: str) -> None:
    try:
        found = mailbox(f"{local}@example.org")
    except BadArgument:
        return
    typed = local.strip()
    assert typed.isascii()
    assert found == f"{typed.lower()}@example.org"


@given(st.text(alphabet=st.characters(categories=["Ll", "Lu", "Lo", "Nd"]), min_size=1, max_size=12))
def test_a_domain_is_that_of_idna_2008_or_is_refused(label: str) -> None:
    try:
        found = mailbox(f"a@{label}.example")
    except BadArgument:
        return
    domain = found.removeprefix("a@")
    mapped = idna.uts46_remap(f"{label}.example", std3_rules=True, transitional=False)
    assert domain.isascii()
    assert idna.decode(domain) == mapped
    assert mailbox(found) == found


@pytest.mark.parametrize("unit", ["a", "ß", "a@", ".", "xn--", "\u200d", "\u0301", "a."])
def test_a_long_address_is_refused_in_little_time(unit: str) -> None:
    long = unit * (100_000 // len(unit))
    began = time.process_time()
    for typed in (long, f"{long}@example.org", f"a@{long}.org"):
        with pytest.raises(BadArgument):
            mailbox(typed)
    assert time.process_time() - began < 0.3
