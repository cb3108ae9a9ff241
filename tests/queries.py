"""Random values for every field of the query spec, few enough that random papers and random queries meet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from bot.query import MOST_PAPERS, Has, Order, Query
from bot.query.tokens import phrase
from tests.builders import TODAY

WORDS = ("natural", "gradient", "gradients", "fine-tuning", "objective", "objectivity", "3d", "kv", "survey", "über")
NAME_PARTS = ("Song", "Han", "Yi", "Wu", "J.", "Jean-Baptiste", "Jürgen", "van", "der", "Maaten", "E.")
names = st.lists(st.sampled_from(NAME_PARTS), min_size=1, max_size=3).map(" ".join)
texts = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
categories = st.sampled_from(("cs.CL", "cs.LG", "stat.ML", "cs", "math-ph", "neuroscience", "cell biology"))
servers = st.sampled_from(("arxiv", "biorxiv", "medrxiv"))
days = st.integers(0, 40).map(lambda back: TODAY - timedelta(days=back))


def several(values: st.SearchStrategy[str], most: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(values, min_size=1, max_size=most, unique=True).map(tuple)


#: as queries have them: normalized, without the marks around a word
_names = several(names.map(phrase).filter(bool), 1)
_texts = several(texts.filter(bool), 1)
_organizations = several(st.sampled_from(("meta", "google deepmind", "openai", "ai")))
#: a value other than the default for every field of a query; a field that is missing here fails the tests
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "ids": several(
        st.sampled_from(("2604.01234", "math/0309136", "10.1101/2024.01.02.573456", "10.1016/s0140-6(20)3"))
    ),
    "words": several(st.sampled_from(WORDS)),
    "phrases": _texts,
    "either": st.lists(_organizations, min_size=2, max_size=2, unique=True).map(
        lambda two: (tuple(Query(organizations=each) for each in two),)
    ),
    "authors": _names,
    "organizations": _organizations,
    "categories": several(categories),
    "servers": several(servers),
    "after": days,
    "before": days,
    "has": st.frozensets(st.sampled_from(Has), min_size=1, max_size=1),
    "min_votes": st.integers(0, 9),
    "without": several(st.sampled_from(WORDS), 1),
    "without_phrases": _texts,
    "without_authors": _names,
    "without_organizations": _organizations,
    "without_categories": several(categories),
    "without_servers": several(servers),
    "cross": st.just(False),
    "strict": st.just(True),
    "sort": st.sampled_from(Order),
    "limit": st.integers(1, MOST_PAPERS),
    "asked_limit": st.integers(MOST_PAPERS + 1, 99),
    "guesses": st.just((Query(authors=("song han",)),)),
    "ignored": several(st.sampled_from(("cat:nonsense", "votes:many"))),
}


def one_field(name: str) -> st.SearchStrategy[Query]:
    """Queries with this field alone."""
    return VALUES[name].map(lambda value: Query(**{name: value}))


@st.composite
def queries(draw: st.DrawFn, names: tuple[str, ...]) -> Query:
    """Queries with up to three of these fields."""
    chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
    values: dict[str, Any] = {name: draw(VALUES[name]) for name in chosen}
    return Query(**values)
