"""Which categories and servers a query asks for."""

from __future__ import annotations

import pytest

from bot.domain.category_listings import CategoryDemand
from bot.domain.papers import Paper
from bot.query import parse, show
from bot.query.demand import demands
from bot.search.filters import passes
from tests.builders import TODAY, paper

BIO = ("biorxiv",)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("sleep", []),
        ("-server:arxiv sleep", []),
        ("cat:hep-th", [CategoryDemand(("hep-th",))]),
        ("cat:neuroscience -cat:genetics", [CategoryDemand(("neuroscience",))]),
        ("server:biorxiv sleep", [CategoryDemand((), BIO)]),
        ("server:biorxiv cat:neuroscience,genetics", [CategoryDemand(("neuroscience", "genetics"), BIO)]),
        ("-server:biorxiv cat:pathology", [CategoryDemand(("pathology",), ("arxiv", "medrxiv"))]),
        ("cat:neuroscience or cat:hep-th", [CategoryDemand(("neuroscience",)), CategoryDemand(("hep-th",))]),
        # the alternatives alone say what of the server is wanted
        (
            "server:biorxiv (cat:neuroscience or cat:genetics)",
            [CategoryDemand(("neuroscience",), BIO), CategoryDemand(("genetics",), BIO)],
        ),
        (
            "server:biorxiv (cat:neuroscience or sleep)",
            [CategoryDemand(("neuroscience",), BIO), CategoryDemand((), BIO)],
        ),
        ("server:biorxiv (sleep or dreams)", [CategoryDemand((), BIO)]),
        *(
            (typed, [CategoryDemand(("q-bio.NC",)), CategoryDemand(("neuroscience",), BIO)])
            for typed in (
                "cat:q-bio.NC or server:biorxiv cat:neuroscience",
                "cat:q-bio.NC | server:biorxiv cat:neuroscience",
                "spikes cat:q-bio.NC or server:biorxiv cat:neuroscience -review",
                "cat:q-bio.NC or (server:biorxiv cat:neuroscience)",
                "cat:q-bio.NC or bioRxiv neuroscience",
            )
        ),
        (
            "cat:neuroscience server:biorxiv or cat:q-bio.NC",
            [CategoryDemand(("neuroscience",), BIO), CategoryDemand(("q-bio.NC",))],
        ),
        (
            "cat:hep-th or server:biorxiv cat:neuroscience or cat:math.AG",
            [CategoryDemand(("hep-th",)), CategoryDemand(("neuroscience",), BIO), CategoryDemand(("math.AG",))],
        ),
        # one category of two servers, and two categories of one server
        (
            "server:biorxiv or server:medrxiv cat:pathology",
            [CategoryDemand(("pathology",), BIO), CategoryDemand(("pathology",), ("medrxiv",))],
        ),
        (
            "cat:neuroscience or cat:genetics server:biorxiv",
            [CategoryDemand(("neuroscience",), BIO), CategoryDemand(("genetics",), BIO)],
        ),
    ],
)
def test_what_a_query_asks_for(typed: str, asked: list[CategoryDemand]) -> None:
    query = parse(typed, TODAY)

    assert list(demands(query)) == asked
    assert list(demands(parse(show(query), TODAY))) == asked


@pytest.mark.parametrize(
    ("found", "matches"),
    [
        (paper("2604.00001", categories=("q-bio.NC",)), True),
        (paper("10.1101/2026.04.01.500001", server="biorxiv", categories=("neuroscience",)), True),
        (paper("10.1101/2026.04.01.500002", server="biorxiv", categories=("genetics",)), False),
        (paper("2604.00002", categories=("cs.LG",)), False),
    ],
)
def test_alternatives_of_different_servers_match_the_papers_of_each(found: Paper, matches: bool) -> None:
    query = parse("cat:q-bio.NC or server:biorxiv cat:neuroscience", TODAY)

    assert passes(found, query) is matches
