from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.bibtex import entry
from tests.builders import paper


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


def test_the_year_of_an_undated_paper_is_that_of_its_id() -> None:
    assert "year = {1998}" in entry(paper("cs/9812001"))
    assert "year = {2026}" in entry(paper("2604.00001"))


def test_a_key_has_no_accents() -> None:
    assert entry(paper(authors=("Søren Kierkegård",), title="Été")).startswith("@misc{kierkegard2026ete,")


@given(st.text(), st.text())
def test_braces_are_balanced_whatever_stands_in_a_title(title: str, author: str) -> None:
    text = entry(paper(title=title, authors=(author,)))

    assert text.count("{") == text.count("}")
    assert text.endswith("}")
