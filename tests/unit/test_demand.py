"""Which categories and servers a query asks for."""

from __future__ import annotations

import pytest

from bot.domain.category_listings import CategoryDemand
from bot.query import parse
from bot.query.demand import demands
from tests.builders import TODAY

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
    ],
)
def test_what_a_query_asks_for(typed: str, asked: list[CategoryDemand]) -> None:
    assert list(demands(parse(typed, TODAY))) == asked
