"""Predicate and index leave out the same papers, whatever is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.papers import Paper
from bot.query import Has, Order, Query, parse
from bot.search.filters import KEYS, RANGES, WORDS, passes
from bot.search.index import Index
from tests.builders import NOON, TODAY, paper

#: few enough that random papers and random queries meet
_PARTS = ("Song", "Han", "Yi", "Wu", "J.", "Jean-Baptiste", "Jürgen", "van", "der", "Maaten", "E.")
_WORDS = ("natural", "gradient", "gradients", "Fine-tuning", "objective", "objectivity", "3D", "KV", "survey", "Über")
_names = st.lists(st.sampled_from(_PARTS), min_size=1, max_size=3).map(" ".join)
_texts = st.lists(st.sampled_from(_WORDS), max_size=6).map(" ".join)
_categories = st.sampled_from(("cs.CL", "cs.LG", "stat.ML", "cs", "math-ph"))
_days = st.integers(0, 40).map(lambda back: TODAY - timedelta(days=back))


@st.composite
def papers(draw: st.DrawFn) -> list[tuple[Paper, int]]:
    found = []
    for number in range(draw(st.integers(1, 6))):
        day: date | None = draw(st.none() | _days)
        moment = datetime.combine(day, NOON.timetz()) if day and draw(st.booleans()) else None
        made = paper(
            f"2604.{number:05}",
            title=draw(_texts) or "Untitled",
            abstract=draw(_texts),
            summary=draw(_texts),
            keywords=tuple(draw(st.lists(_texts.filter(bool), max_size=2))),
            authors=tuple(draw(st.lists(_names, max_size=3))),
            organization=draw(st.sampled_from(("", "Meta AI", "Google DeepMind"))),
            categories=tuple(draw(st.lists(_categories, max_size=2))),
            code_url=draw(st.sampled_from(("", "https://example.org"))),
            listed_on=day,
            published_at=moment,
        )
        found.append((made, draw(st.integers(0, 9))))
    return found


_few_names = st.lists(_names.map(str.casefold), max_size=1).map(tuple)
_few_texts = st.lists(_texts.filter(bool).map(str.casefold), max_size=1).map(tuple)
_orgs = st.lists(st.sampled_from(("meta", "google deepmind", "openai", "ai")), max_size=2).map(tuple)
_few_categories = st.lists(_categories, max_size=2).map(tuple)
_filters: dict[str, st.SearchStrategy[Any]] = {
    "phrases": _few_texts,
    "authors": _few_names,
    "organizations": _orgs,
    "categories": _few_categories,
    "without": st.lists(st.sampled_from([word.casefold() for word in _WORDS]), max_size=1).map(tuple),
    "without_phrases": _few_texts,
    "without_authors": _few_names,
    "without_organizations": _orgs,
    "without_categories": _few_categories,
    "after": st.none() | _days,
    "before": st.none() | _days,
    "has": st.frozensets(st.sampled_from(Has), max_size=1),
    "min_votes": st.none() | st.integers(0, 9),
}
#: the fields of a query that leave no paper out
_OTHERS = {"words", "either", "guesses", "strict", "ids", "sort", "limit", "asked_limit", "ignored"}


@st.composite
def queries(draw: st.DrawFn) -> Query:
    chosen = draw(st.lists(st.sampled_from(sorted(_filters)), min_size=1, max_size=3, unique=True))
    values: dict[str, Any] = {name: draw(_filters[name]) for name in chosen}
    return Query(**values)


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path)


def in_index(index: Index, told: Sequence[tuple[Paper, int]], query: Query) -> set[str]:
    index.clear()
    index.write(told, "moment id")
    return {hit.id for hit in index.sorted(query, index.wanted(Query()), 0, Order.NEW, 100)}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=papers(), asked=st.lists(queries(), min_size=8, max_size=8))
def test_predicate_and_index_agree(index: Index, told: list[tuple[Paper, int]], asked: list[Query]) -> None:
    index.clear()
    index.write(told, "moment id")

    for query in asked:
        held = {each.id for each, votes in told if passes(each, query, votes)}
        assert {hit.id for hit in index.sorted(query, index.wanted(Query()), 0, Order.NEW, 100)} == held


def test_every_filter_of_a_query_is_tried_here() -> None:
    assert set(_filters) | _OTHERS == {field.name for field in fields(Query)}


def test_every_row_has_a_field_of_its_own() -> None:
    names = [*(row.field for row in KEYS), *(row.field for row in RANGES), WORDS.field]

    assert len(names) == len(set(names))


def test_two_authors_who_share_the_parts_of_a_name_are_two(index: Index) -> None:
    mixed = paper("2604.00001", authors=("Song Wang", "Lei Han"))
    right = paper("2604.00002", authors=("Lei Wang", "Song Han"))
    told = [(mixed, 0), (right, 0)]

    for typed in ('author:"song han"', "author:s.han", 'author:"han, song"', "papers by Song Han"):
        query = parse(typed, TODAY)
        assert in_index(index, told, query) == {right.id}, typed
        assert [each.id for each, votes in told if passes(each, query, votes)] == [right.id], typed


def test_quotes_are_exact_for_one_word_too(index: Index) -> None:
    noun, adjective = paper("2604.00001", title="On objectivity"), paper("2604.00002", title="The objective")
    told = [(noun, 0), (adjective, 0)]

    assert in_index(index, told, parse('"objectivity"', TODAY)) == {noun.id}
    assert in_index(index, told, parse('"objective"', TODAY)) == {adjective.id}
