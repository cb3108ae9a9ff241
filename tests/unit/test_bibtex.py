from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.bibtex import entry
from tests.builders import paper
from tests.shared import PAPERS, needs_shared
from tests.unit.bibtex_reader import lowered, printed, read


def test_an_entry_has_what_a_reference_needs() -> None:
    engines = paper(
        title="The Analytical Engine: 100% of it",
        authors=("Ada Lovelace", "Charles Babbage"),
        categories=("cs.LG", "cs.CL"),
        published_at=datetime(2026, 4, 1, tzinfo=UTC),
    )

    assert entry(engines).splitlines() == [
        "@misc{lovelace2026analytical,",
        "  title = {The Analytical Engine: 100\\% of it},",
        "  author = {Ada Lovelace and Charles Babbage},",
        "  year = {2026},",
        "  eprint = {2604.00001},",
        "  archivePrefix = {arXiv},",
        "  primaryClass = {cs.LG},",
        "  url = {https://arxiv.org/abs/2604.00001}",
        "}",
    ]


@pytest.mark.parametrize(
    ("facts", "lines"),
    [
        (
            {"id": "10.1101/2024.01.02.573456", "server": "biorxiv"},
            ["howpublished = {bioRxiv}", "year = {2024}", "doi = {10.1101/2024.01.02.573456}"],
        ),
        (
            {"id": "10.64898/2025.12.30.25343210", "server": "medrxiv"},
            ["howpublished = {medRxiv}", "url = {https://www.medrxiv.org/content/10.64898/2025.12.30.25343210}"],
        ),
        (
            {"id": "10.1007/978-3-030-58452-8_24", "server": ""},
            ["year = {2026}", "doi = {10.1007/978-3-030-58452-8\\_24}", "url = {https://doi.org/10.1007/978-3-03"],
        ),
    ],
)
def test_a_paper_elsewhere_is_cited_by_its_doi(facts: dict[str, Any], lines: list[str]) -> None:
    written = entry(paper(**facts))

    assert [line for line in lines if line not in written] == []
    assert "arxiv" not in written.lower()


def test_a_year_that_nobody_knows_is_left_out() -> None:
    written = entry(paper("10.1038/nature12373", server="", listed_on=None, title="Engines"))

    assert written.startswith("@misc{lovelaceengines,")
    assert "year" not in read(written).fields


def test_the_year_of_an_undated_paper_is_that_of_its_id() -> None:
    assert "year = {1998}" in entry(paper("cs/9812001"))
    assert "year = {2026}" in entry(paper("2604.00001"))


def test_a_key_has_no_accents() -> None:
    assert entry(paper(authors=("Søren Kierkegård",), title="Été")).startswith("@misc{kierkegard2026ete,")


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("LLMs at Scale: a GPT-4o Study", "{LLMs} at Scale: a {GPT}-4o Study"),
        ("DeepSeek-R1 on iPhones", "{DeepSeek}-{R1} on {iPhones}"),
        ("Q-Learning in C++ and 3D", "{Q}-Learning in {C}++ and {3D}"),
        ("A Survey I Wrote", "A Survey I Wrote"),
        ("{50}% of R&D in $x_1$ ~ y^2 \\LaTeX", None),
    ],
)
def test_capitals_that_styles_would_lower_stand_in_braces(title: str, written: str | None) -> None:
    found = read(entry(paper(title=title))).fields["title"]

    assert printed(found) == title
    assert written is None or found == written


def test_a_name_with_a_comma_or_an_and_stays_one_name() -> None:
    authors = ("Research and Development Team", "John Smith, Jr.", "Ada Lovelace", "others")

    found = read(entry(paper(authors=authors))).fields["author"]

    assert found == "{Research and Development Team} and {John Smith, Jr.} and Ada Lovelace and {others}"


def test_an_entry_without_authors_has_no_empty_field() -> None:
    assert "author" not in read(entry(paper(authors=()))).fields


texts = st.text(
    st.characters(exclude_categories=("C", "Z", "M")) | st.sampled_from(' \\{}$%&#_~^<>|"@,=-'), max_size=60
)


@given(texts, st.lists(texts, max_size=3))
@example("℉", [])
def test_what_stands_in_an_entry_is_what_stands_in_the_paper(title: str, authors: list[str]) -> None:
    found = read(entry(paper(title=title, authors=tuple(authors))))

    assert printed(found.fields.get("title", "")) == " ".join(title.split())
    names = [" ".join(name.split()) for name in authors if name.strip()]
    assert printed(found.fields.get("author", "")) == " and ".join(names)


@given(st.text(st.sampled_from("abAB12 -'{}$"), max_size=40))
def test_a_style_that_lowers_a_title_keeps_acronyms_and_names(title: str) -> None:
    written = read(entry(paper(title=title))).fields.get("title", "")

    kept = printed(lowered(written)).split()
    for before, after in zip(title.split(), kept, strict=True):
        runs = "".join(letter if letter.isalnum() else " " for letter in before).split()
        assert all(run in after for run in runs if any(letter.isupper() for letter in run[1:]))


@needs_shared
def test_every_title_of_the_archive_keeps_its_capitals() -> None:
    with gzip.open(PAPERS / "papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        titles = [json.loads(line)["title"] for line, _ in zip(lines, range(1_500), strict=False)]

    for title in titles:
        assert printed(read(entry(paper(title=title))).fields["title"]) == " ".join(title.split())
