"""Every id survives what it is written into: URLs, buttons, deep links, citations."""

from __future__ import annotations

from urllib.parse import quote, unquote

from hypothesis import assume, given
from hypothesis import strategies as st

from adapters.discord.custom_ids import CustomId, parse_custom_id
from adapters.telegram.callback_data import CommandLine, decode, decode_payload, encode, encode_payload
from adapters.web import urls
from bot.domain.bibtex import entry
from bot.domain.identifiers import LONGEST_DOI, handle, is_doi, is_handle, paper_id
from bot.domain.pages import Action
from bot.domain.papers import Paper
from bot.domain.references import references
from bot.domain.servers import SERVERS, permanent_url
from bot.messages import cards, keeping, papers, why
from tests.builders import paper

_MONTHS = st.integers(1, 12).map("{:02}".format)
_DAYS = st.builds("20{}.{}.{}".format, st.integers(19, 29), _MONTHS, st.integers(10, 28))
IDS = st.one_of(
    st.builds("{}{}.{:05}".format, st.integers(10, 30), _MONTHS, st.integers(0, 99_999)),
    st.builds("{}/{}{}001".format, st.sampled_from(("cs", "hep-th", "q-bio")), st.integers(92, 99), _MONTHS),
    st.builds("10.1101/{}.{}".format, _DAYS, st.integers(100_000, 999_999)),
    st.builds("10.64898/{}.{}".format, _DAYS, st.integers(10_000_000, 99_999_999)),
    st.builds("10.1101/{:06}".format, st.integers(1, 999_999)),
    st.builds("10.{}/{}".format, st.integers(1000, 999_999), st.text("abcxyz0189-._()/:+", min_size=1, max_size=90)),
    st.builds(
        "10.1002/(sici)1097-0258({})17:15<{}::aid-sim{}>3.0.co;2-{}".format,
        st.integers(19900101, 19991231),
        st.integers(1, 9999),
        st.integers(1, 9999),
        st.sampled_from("0129abcx#"),
    ),
)  # fmt: skip


@st.composite
def known_ids(draw: st.DrawFn) -> str:
    """An id as it is stored."""
    known = paper_id(draw(IDS))
    assume(known)
    return str(known)


PAPERS = st.builds(paper, known_ids(), server=st.sampled_from([server.name for server in SERVERS]), title=st.just("A"))


def actions(told: Paper) -> list[Action]:
    pages = (papers.paper(told, None), why.unranked(told.id, told.title), keeping.ask_save(told))
    own = [*cards.listed(told, 1).actions, *cards.alone(told).actions]
    return [*own, *(action for page in pages for action in page.actions)]


@given(known_ids())
def test_a_stored_id_is_its_own_form(id: str) -> None:
    assert paper_id(id) == paper_id(id.upper()) == paper_id(f" ({id}). ") == id
    assert not is_doi(id) or paper_id(f"https://doi.org/{quote(id, safe='')}") == id
    assert len(id) <= LONGEST_DOI


@given(PAPERS)
def test_urls_lead_back_to_the_paper(told: Paper) -> None:
    written = [told.url, told.pdf_url or told.url, permanent_url(told.id), *(link.url for link in cards.links(told))]

    assert {paper_id(url) for url in written} == {told.id}
    assert all(url.isascii() and not set('<>" ') & set(url) for url in written)
    assert ("arxiv.org" in told.url) == (not told.id.startswith("10."))


@given(PAPERS)
def test_citations_lead_back_to_the_paper(told: Paper) -> None:
    assert [each.id for each in references(entry(told))] == [told.id]


@given(PAPERS)
def test_pages_of_the_site_lead_back_to_the_paper(told: Paper) -> None:
    for command in ("paper", "why", "similar", "bibtex"):
        path = urls.address(f"{command} {told.id}")

        assert paper_id(unquote(path.removeprefix("/papers/").removesuffix(f"/{command}"))) == told.id
        assert path.isascii()


@given(PAPERS)
def test_buttons_lead_back_to_the_paper(told: Paper) -> None:
    lines = [decode(action.command) for action in actions(told)]
    assert len(lines) > 10
    for line in (each for each in lines if each.argument):
        assert paper_id(line.argument) == handle(told.id)
        assert decode(encode(CommandLine(line.command, line.argument, "-1001234567890"))).argument == line.argument
        assert decode_payload(encode_payload(line)) == line
        custom = CustomId(command=str(line), channel="1234567890123456789")
        assert custom.fits
        assert parse_custom_id(custom.id) == custom


@given(known_ids(), known_ids())
def test_a_handle_stands_for_one_id(one: str, other: str) -> None:
    assert (handle(one) == handle(other)) == (one == other)
    assert handle(handle(one)) == handle(one)
    assert is_handle(handle(one)) == (handle(one) != one)
