"""The query spec has a whole row for every field of a query."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.query import Query, parse, show
from bot.query.field import Field, no_clauses
from bot.query.spec import FIELDS, FILTERS, READERS, clauses, merged, selects, with_one_less
from tests.builders import TODAY
from tests.queries import VALUES, one_field

_ROWS = {field.name: field for field in FIELDS}
_NOTHING = Query()
#: what `show` leaves out, as it is no part of what is asked for
_NOT_SHOWN = {"asked_limit", "guesses", "ignored"}
_DOCS = Path(__file__).parents[2] / "docs/query.md"

#: a value of each kind
_TYPED_VALUES = ("song", "cs.CL", "biorxiv", "2026-03", "code", "20", "new", "yes")

every_row = pytest.mark.parametrize("row", FIELDS, ids=lambda row: row.name)


def test_every_field_of_a_query_has_one_row_and_values_to_be_tested_with() -> None:
    names = [each.name for each in fields(Query)]

    assert sorted(_ROWS) == sorted(names) == sorted(VALUES)
    assert len(FIELDS) == len(names)


def test_every_name_means_one_field() -> None:
    names = Counter(name for row in FIELDS for typed in row.typed for name in typed.names)

    assert [name for name, count in names.items() if count > 1] == []
    assert len(READERS) == sum(len(row.typed) for row in FIELDS)


@every_row
@settings(max_examples=25)
@given(data=st.data())
def test_a_row_reads_merges_and_unsets_its_own_field(row: Field[Any], data: st.DataObject) -> None:
    query = data.draw(one_field(row.name))

    assert row.get(query) == getattr(query, row.name) != row.get(_NOTHING)
    assert row.unset(query) == _NOTHING
    if row.name != "asked_limit":
        assert merged([query]) == merged([query, _NOTHING]) == merged([_NOTHING, query]) == query


@pytest.mark.parametrize("row", [row for row in FIELDS if row.name not in _NOT_SHOWN], ids=lambda row: row.name)
@settings(max_examples=25)
@given(data=st.data())
def test_what_a_row_shows_is_read_as_the_same(row: Field[Any], data: st.DataObject) -> None:
    query = data.draw(one_field(row.name))

    assert show(query)
    assert parse(show(query), TODAY) == query


@pytest.mark.parametrize(
    ("name", "alias"),
    [(typed.names[0], alias) for row in FIELDS for typed in row.typed for alias in typed.names],
)
def test_every_alias_of_a_name_is_read_like_it(name: str, alias: str) -> None:
    read = [value for value in _TYPED_VALUES if not parse(f"{name}:{value}", TODAY).ignored]

    assert read
    for value in read:
        assert parse(f"{alias}:{value}", TODAY) == parse(f"{name}:{value}", TODAY)
        assert parse(f"{alias.upper()}:{value}", TODAY) == parse(f"{name}:{value}", TODAY)


@every_row
@settings(max_examples=25)
@given(data=st.data())
def test_a_row_with_clauses_is_a_filter_that_can_be_taken_off(row: Field[Any], data: st.DataObject) -> None:
    query = data.draw(one_field(row.name))
    # alone, "cross:no" leaves no paper out
    filters_alone = row in FILTERS and row.clauses_of is no_clauses

    assert bool(clauses(query)) == (filters_alone and row.name != "either")
    assert list(with_one_less(query)) == ([_NOTHING] if row in FILTERS else [])
    assert row.excludes == row.name.startswith("without")
    assert not (row.excludes and selects(query))
    assert bool(query) == (filters_alone or row.name in ("words", "ids"))


@pytest.mark.parametrize("name", READERS)
def test_every_name_is_documented(name: str) -> None:
    assert f"`{name}:" in _DOCS.read_text("utf-8")
