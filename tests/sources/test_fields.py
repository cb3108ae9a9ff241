from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.query.arxiv import LISTED
from bot.sources import fields
from bot.sources.fields import Unusable
from tests.builders import NOON


@pytest.mark.parametrize(
    ("raw", "id"),
    [
        ("2604.01234", "2604.01234"),
        ("2604.01234v2", "2604.01234"),
        ("arXiv:2604.01234v2", "2604.01234"),
        (" 2406.105 ", "2406.00105"),
        ("arXiv:2406.1050", "2406.01050"),
        ("0704.001", "0704.0001"),
        ("1404.1234", "1404.1234"),
        ("http://arxiv.org/abs/1605.08386v1", "1605.08386"),
        ("http://arxiv.org/abs/cs/0112017v1", "cs/0112017"),
        ("math.GT/0309136", "math/0309136"),
        ("cond-mat.str-el/0501001v2", "cond-mat/0501001"),
        ("https://arxiv.org/abs/hep-th%2F9901001", "hep-th/9901001"),
        ("https%3A%2F%2Farxiv.org%2Fabs%2Fhep-th%2F9901001v3", "hep-th/9901001"),
    ],
)
def test_an_id_has_one_form(raw: str, id: str) -> None:
    assert fields.arxiv_id(raw) == id


@pytest.mark.parametrize("raw", ["", "a blog post", "2413.00001", "2604", "0000.0000", "\x00", "9" * 10_000])
def test_something_else_is_no_id(raw: str) -> None:
    with pytest.raises(Unusable, match="is not an arXiv id"):
        fields.arxiv_id(raw)


@pytest.mark.parametrize(
    "raw",
    [
        "https://example.org",
        "http://example.org:8080/a?b=c#d",
        " https://example.org/@person ",
        "HTTPS://Example.org/",
        "https://müller.example/",
    ],
)
def test_an_address_is_taken_as_it_is(raw: str) -> None:
    assert fields.address(raw) == raw.strip()


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "example.org",
        "javascript:alert(1)",
        "ftp://example.org/",
        "https://example.org/ and more",
        "https://example.org/\x00",
        "https://example.org/\u202egpj.exe",
        'https://example.org/"onclick="',
        "https://example.org@elsewhere.example/",
        "https://localhost/",
        "https://example.org/" + "a" * 2_000,
    ],
)
def test_what_cannot_be_followed_safely_is_no_address(raw: str) -> None:
    assert fields.address(raw) == ""


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("Code: https://github.com/owner/some.repo.", "https://github.com/owner/some.repo"),
        ("(github.com/owner/repo.git), see github.com/Owner/Repo/tree/main", "https://github.com/owner/repo"),
        ("github.com/owner/one and github.com/owner/two", ""),
        ("github.com/topics/papers", ""),
        ("github.com/owner", ""),
        ("", ""),
    ],
)
def test_the_one_repository_that_a_text_names_is_the_code(text: str, url: str) -> None:
    assert fields.repository_in(text) == url


@pytest.mark.parametrize(
    ("repository", "project", "expected"),
    [
        ("https://github.com/a/b", "https://example.org", ("https://github.com/a/b", "https://example.org")),
        ("", "https://github.com/a/b", ("https://github.com/a/b", "")),
        ("https://github.com/a/b", "https://www.github.com/a/b", ("https://github.com/a/b", "")),
        ("ftp://example.org/code", "https://example.org", ("https://github.com/in/abstract", "https://example.org")),
    ],
)
def test_code_given_as_the_page_is_code(repository: str, project: str, expected: tuple[str, str]) -> None:
    assert fields.addresses(repository, project, "It is at https://github.com/in/abstract.") == expected


def test_topics_are_in_lower_case_and_stand_once() -> None:
    assert fields.keywords(["LLM Agents", "llm  agents", " ", "RAG"]) == ("llm agents", "rag")


def test_a_moment_is_in_utc_whatever_it_was_written_in() -> None:
    there = timezone(timedelta(hours=2))

    assert fields.moment(datetime(2026, 4, 24, 14, tzinfo=there)) == NOON
    assert fields.moment(datetime(2026, 4, 24, 12)) == NOON  # noqa: DTZ001


def test_a_moment_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="beyond the calendar"):
        fields.moment(datetime.max.replace(tzinfo=timezone(-timedelta(hours=5))))


def test_a_paper_may_be_a_little_ahead_of_greenwich_but_not_a_year() -> None:
    assert fields.published(NOON + timedelta(days=1), NOON) == NOON + timedelta(days=1)
    assert fields.published(NOON + timedelta(days=365), NOON) is None
    assert fields.published(datetime(1991, 8, 14, tzinfo=UTC), NOON) is not None


def test_classes_of_other_schemes_are_no_categories() -> None:
    classes = ["14J28 (Primary) 14D20", "I.2.7", "<b>", "", "a" * 1_000]
    raw = ["math.AG", *classes, "cond-mat.str-el", "hep-th", "physics.ins-det", "math.AG"]

    assert fields.arxiv_categories(raw) == ("math.AG", "cond-mat.str-el", "hep-th", "physics.ins-det")
    assert len(fields.arxiv_categories(f"cs.{a}{b}" for a in "ABCDEFGHIJ" for b in "ABCDEFGHIJ")) == 30


@pytest.mark.parametrize("name", LISTED)
def test_every_category_of_arxiv_is_one(name: str) -> None:
    assert fields.arxiv_categories([name]) == (name,)
