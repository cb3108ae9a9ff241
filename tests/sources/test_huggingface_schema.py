"""What becomes of one entry, in the shapes that Hugging Face has given it over the years."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.domain.observations import Observation
from bot.domain.papers import Listing
from bot.sources.fields import Unusable
from bot.sources.huggingface_schema import list_item_label, read_item, read_paper
from tests.builders import NOON, TODAY
from tests.sources.bodies import Json, author, item


def without(raw: Json, *names: str) -> Json:
    inner = raw["paper"]
    assert isinstance(inner, dict)
    return {key: value for key, value in raw.items() if key not in names} | {
        "paper": {key: value for key, value in inner.items() if key not in names}
    }


def test_an_entry_becomes_a_paper_a_listing_and_an_observation() -> None:
    raw = item(
        githubRepo="https://github.com/owner/repo",
        githubStars=321,
        projectPage=" https://example.org/project ",
        ai_summary="A made up summary.",
        ai_keywords=["Made Up"],
        organization={"_id": "0", "name": "example-lab", "fullname": "Example Lab"},
        around={"thumbnail": "https://pictures.example.org/papers/2604.00001.png"},
    )

    found = read_item(raw, NOON)

    assert found.paper.id == "2604.00001"
    assert found.paper.title == "A Made Up Title for 2604.00001"
    assert found.paper.abstract == "A made up abstract."
    assert (found.paper.summary, found.paper.summary_by) == ("A made up summary.", "AI summary by Hugging Face")
    assert found.paper.authors == ("Ada Lovelace", "Charles Babbage")
    assert found.paper.organization == "Example Lab"
    assert found.paper.keywords == ("made up",)
    assert found.paper.published_at == datetime(2026, 4, 23, tzinfo=UTC)
    assert found.paper.code_url == "https://github.com/owner/repo"
    assert found.paper.project_url == "https://example.org/project"
    assert found.paper.thumbnail_url == "https://pictures.example.org/papers/2604.00001.png"
    assert found.paper.listed_on == TODAY
    assert found.listings == (Listing(paper_id="2604.00001", source="huggingface", day=TODAY),)
    assert found.observations == (
        Observation(paper_id="2604.00001", source="huggingface", seen_at=NOON, votes=7, comments=2, stars=321),
    )


@pytest.mark.parametrize(
    "damaged",
    [
        "http://pictures.example.org/a.png",
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        "/social-thumbnails/papers/2604.00001.png",
        "https://pictures.example.org:8443/a.png",
        "https://ada:secret@pictures.example.org/a.png",
        "https://127.0.0.1/a.png",
        "https://169.254.169.254/latest",
        "https://printer.local/a.png",
        "https://localhost/a.png",
        "https://pictures.example.org/a.png\n@everyone",
        "https://pictures.example.org/" + "a" * 2_000,
        "",
        None,
        7,
        ["https://pictures.example.org/a.png"],
        {"url": "https://pictures.example.org/a.png"},
    ],
)
def test_a_picture_that_platforms_should_not_load_is_left_out_and_costs_nothing_else(damaged: object) -> None:
    found = read_item(item(around={"thumbnail": damaged}), NOON)

    assert found.paper.thumbnail_url == ""
    assert found.paper.title


def test_an_entry_of_2024_stands_on_the_list_that_was_asked_for() -> None:
    old = without(item(around={"publishedAt": "2024-05-28T02:06:34.388Z"}), "submittedOnDailyAt")

    found = read_item(old, NOON, asked=date(2024, 5, 27))

    assert found.paper.listed_on == date(2024, 5, 27)
    assert found.paper.published_at == datetime(2026, 4, 23, tzinfo=UTC)


def test_the_entrys_own_date_with_its_new_york_offset_is_ignored() -> None:
    found = read_item(item(around={"publishedAt": "2026-04-22T20:00:00.000Z"}), NOON)

    assert found.paper.published_at == datetime(2026, 4, 23, tzinfo=UTC)


def test_the_list_day_is_a_day_in_utc() -> None:
    found = read_item(item(submittedOnDailyAt="2026-04-23T21:30:00-04:00"), NOON)

    assert found.paper.listed_on == TODAY


def test_a_relisted_paper_stands_on_its_newer_list_whichever_was_asked_for() -> None:
    found = read_item(item(submittedOnDailyAt="2026-04-22T00:37:41.094Z"), NOON, asked=date(2026, 4, 16))

    assert [listing.day for listing in found.listings] == [date(2026, 4, 22)]


def test_a_paper_that_was_never_listed_has_no_listing() -> None:
    found = read_item(without(item(), "submittedOnDailyAt"), NOON)

    assert (found.paper.listed_on, found.listings) == (None, ())
    assert found.observations[0].votes == 7


def test_a_bare_paper_is_read_like_one_in_an_entry() -> None:
    found = read_paper(item()["paper"], NOON)

    assert found.paper.title == "A Made Up Title for 2604.00001"
    assert found.observations[0].comments is None


def test_the_title_around_the_paper_is_preferred_as_it_kept_its_mathematics() -> None:
    found = read_item(item(title="Made Up by Neps", around={"title": r"Made Up by $\varepsilon$ps"}), NOON)

    assert found.paper.title == "Made Up by εps"


@pytest.mark.parametrize("missing", [None, "", " \u200b\n"])
def test_the_papers_title_serves_where_the_other_one_is_missing(missing: str | None) -> None:
    found = read_item(item(title="Made Up", around={"title": missing}), NOON)

    assert found.paper.title == "Made Up"


def test_an_abstract_beside_the_paper_serves_where_the_paper_has_none() -> None:
    found = read_item(item(summary="", around={"summary": "A made up abstract beside it."}), NOON)

    assert found.paper.abstract == "A made up abstract beside it."


def test_a_summary_that_nobody_wrote_is_signed_by_nobody() -> None:
    paper = read_item(item(), NOON).paper

    assert (paper.summary, paper.summary_by) == ("", "")


def test_authors_who_hid_themselves_or_have_no_name_are_left_out() -> None:
    authors = [author("Ada Lovelace"), author("Hidden", hidden=True), author("  "), {"_id": "0"}, "nobody", None]

    assert read_item(item(authors=authors), NOON).paper.authors == ("Ada Lovelace",)


def test_three_thousand_three_hundred_and_three_authors_are_all_there() -> None:
    found = read_item(item(authors=[author(f"Author {number}") for number in range(3_303)]), NOON)

    assert len(found.paper.authors) == 3_303


def test_an_organization_without_a_full_name_is_called_by_its_short_one() -> None:
    found = read_item(item(around={"organization": {"name": "example-lab"}}), NOON)

    assert found.paper.organization == "example-lab"


def test_half_a_character_costs_neither_the_text_nor_the_paper() -> None:
    found = read_item(item(ai_summary="A made up rocket \ud83d", title="Half \ud83d a rocket"), NOON)

    assert found.paper.summary.startswith("A made up rocket")
    found.paper.summary.encode()


@pytest.mark.parametrize(
    "odd",
    [
        {"githubStars": "many"},
        {"githubStars": -1},
        {"githubStars": 10**30},
        {"projectPage": {"url": "https://example.org"}},
        {"ai_keywords": "llm"},
        {"ai_keywords": [None, {}, 3]},
        {"organization": "example-lab"},
        {"publishedAt": "yesterday"},
        {"publishedAt": "9999-12-31T23:59:59-05:00"},
        {"authors": None},
        {"authors": {"name": "Ada"}},
        {"summary": None},
        {"submittedOnDailyAt": "yesterday"},
        {"upvotes": None},
        {"something_new": [1, 2, 3]},
    ],
)
def test_a_field_that_changed_its_shape_does_not_cost_the_paper(odd: Json) -> None:
    assert read_item(item(around={}, **odd), NOON).paper.id == "2604.00001"


def test_a_number_written_as_a_string_is_a_number() -> None:
    found = read_item(item(upvotes="7", githubStars="12"), NOON)

    assert (found.observations[0].votes, found.observations[0].stars) == (7, 12)


def test_a_paper_without_votes_is_kept_without_an_observation() -> None:
    assert read_item(without(item(), "upvotes"), NOON).observations == ()


def test_a_date_of_next_year_is_not_believed() -> None:
    found = read_item(item(publishedAt="2027-04-23T00:00:00.000Z"), NOON)

    assert found.paper.published_at is None


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (None, "it is not an object"),
        ([], "it is not an object"),
        ({}, "it has no paper"),
        ({"paper": {}}, "it has no paper.id"),
        (item(None), "paper.id is 'None': "),
        (item("a-blog-post"), "'a-blog-post' is not an arXiv id"),
        (item(title=" ", around={"title": "\n"}), "it has no title"),
        (item(title=None, around={"title": None}), "it has no title"),
        (item(upvotes="many"), "paper.upvotes is 'many': "),
        (item(upvotes=-1), "paper.upvotes is '-1': "),
        (item(upvotes=10**30), "paper.upvotes is '1000000000000000000000000000000': "),
        (item(withdrawnAt="2026-04-24T08:00:00.000Z"), "it was withdrawn on 2026-04-24"),
        (item(submittedOnDailyAt="2027-04-24T00:00:00.000Z"), "its list day 2027-04-24 lies in the future"),
    ],
)
def test_an_entry_that_cannot_be_used_says_why(raw: object, reason: str) -> None:
    with pytest.raises(Unusable) as caught:
        read_item(raw, NOON)

    assert str(caught.value).startswith(reason)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (item("2604.00009v1"), "2604.00009"),
        (item("a\ud83d"), "item 5"),
        (item(" "), "item 5"),
        (item(7), "item 5"),
        (None, "item 5"),
        ([], "item 5"),
    ],
)
def test_what_cannot_be_used_is_called_by_its_id_or_its_place(raw: object, name: str) -> None:
    assert list_item_label(raw, 5) == name
