"""Predicate and index leave out the same papers, whatever is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.papers import Paper
from bot.query import Order, Query, parse, show
from bot.query.clauses import AnyOf, Clause, Not, Range, Term
from bot.query.spec import FILTERS, clauses
from bot.search.filters import KEY_FIELDS, NUMBER_FIELDS, passes
from bot.search.index import Index
from tests.builders import NOON, TODAY, paper
from tests.queries import VALUES, categories, days, names, one_field, queries, texts


@st.composite
def papers(draw: st.DrawFn) -> list[tuple[Paper, int]]:
    found = []
    for number in range(draw(st.integers(1, 6))):
        day: date | None = draw(st.none() | days)
        moment = datetime.combine(day, NOON.timetz()) if day and draw(st.booleans()) else None
        made = paper(
            f"2604.{number:05}",
            title=draw(texts) or "Untitled",
            abstract=draw(texts),
            summary=draw(texts),
            keywords=tuple(draw(st.lists(texts.filter(bool), max_size=2))),
            authors=tuple(draw(st.lists(names, max_size=3))),
            organization=draw(st.sampled_from(("", "Meta AI", "Google DeepMind"))),
            categories=tuple(draw(st.lists(categories, max_size=2))),
            code_url=draw(st.sampled_from(("", "https://example.org"))),
            listed_on=day,
            published_at=moment,
        )
        found.append((made, draw(st.integers(0, 9))))
    return found


_FILTERS = tuple(field.name for field in FILTERS)


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path)


def in_index(index: Index, told: Sequence[tuple[Paper, int]], query: Query) -> set[str]:
    index.clear()
    index.write(told, "moment id")
    return {hit.id for hit in index.sorted(query, index.expanded(Query()), 0, Order.NEW, 100)}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    told=papers(),
    alone=st.tuples(*map(one_field, _FILTERS)),
    together=st.lists(queries(_FILTERS), min_size=8, max_size=8),
)
def test_predicate_and_index_agree_for_every_filter(
    index: Index, told: list[tuple[Paper, int]], alone: tuple[Query, ...], together: list[Query]
) -> None:
    index.clear()
    index.write(told, "moment id")

    for query in (*alone, *together):
        held = {each.id for each, votes in told if passes(each, query, votes)}
        assert {hit.id for hit in index.sorted(query, index.expanded(Query()), 0, Order.NEW, 100)} == held


@pytest.mark.parametrize("name", sorted(VALUES))
@settings(max_examples=10)
@given(data=st.data())
def test_every_clause_is_about_a_field_of_the_index(name: str, data: st.DataObject) -> None:
    for clause in clauses(data.draw(one_field(name))):
        for each in _atoms(clause):
            assert not isinstance(each, Range) or each.field in NUMBER_FIELDS
            assert not isinstance(each, Term) or each.field in KEY_FIELDS


def _atoms(clause: Clause) -> Iterator[Clause]:
    match clause:
        case AnyOf(several):
            for each in several:
                yield from _atoms(each)
        case Not(other):
            yield from _atoms(other)
        case _:
            yield clause


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


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("cat:hep-th", {"new", "cross", "other"}),
        ("cat:hep-th cross:yes", {"new", "cross", "other"}),
        ("cat:hep-th cross:no", {"new"}),
        ("cat:gr-qc cross:no", {"cross"}),
        ("cat:hep-th,gr-qc cross:no", {"new", "cross"}),
        ("(cat:hep-th OR cat:gr-qc) cross:no", {"new", "cross"}),
        ("(cat:hep-th cross:no) OR cat:math", {"new", "other"}),
        ("cat:math cross:no", {"other"}),
        ("-cat:math cat:hep-th cross:no", {"new"}),
        ("cross:no", {"new", "cross", "other"}),
    ],
)
def test_without_cross_lists_a_wanted_category_is_the_primary_one(index: Index, typed: str, found: set[str]) -> None:
    named = {
        "new": paper("2604.00001", categories=("hep-th",)),
        "cross": paper("2604.00002", categories=("gr-qc", "hep-th")),
        "other": paper("2604.00003", categories=("math.AG", "hep-th")),
    }
    query = parse(typed, TODAY)

    assert in_index(index, [(each, 0) for each in named.values()], query) == {named[name].id for name in found}
    assert {name for name, each in named.items() if passes(each, query, 0)} == found
    assert parse(show(query), TODAY) == query
