from __future__ import annotations

from datetime import date

import pytest

from bot.query import MOST_NAMES, MOST_PAPERS, MOST_PHRASES, MOST_WORDS, Has, Order, Query, parse, show
from tests.builders import TODAY

EVERYTHING = (
    'natural gradient "exact phrase" author:"a gu" org:meta cat:cs.CL after:2026-03-01 before:2026-06-01 has:code '
    "votes:>=20 -survey sort:new top:5"
)


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("agents", Query(words=("agents",))),
        ("  Natural   Gradient ", Query(words=("natural", "gradient"))),
        ("knowledge in knowledge graphs", Query(words=("knowledge", "in", "knowledge", "graphs"))),
        ("agents agents agents", Query(words=("agents",))),
        ("agents -survey top 5", Query(words=("agents",), without=("survey",), limit=5)),
        ("top:3 agents", Query(words=("agents",), limit=3)),
        ("top 500", Query(limit=MOST_PAPERS)),
        ("top 0", Query(limit=1)),
        ("top 999 papers", Query(limit=MOST_PAPERS)),
        ("C++ top-k GPT 4 R1 2.5 3D", Query(words=("c++", "top-k", "gpt", "4", "r1", "2.5", "3d"))),
        ("top 1 accuracy", Query(words=("top", "1", "accuracy"))),
        ("foo:bar https://example.org/x", Query(words=("foo:bar", "https://example.org/x"))),
        ("", Query()),
    ],
)
def test_words_become_a_query(typed: str, understood: Query) -> None:
    assert parse(typed, TODAY) == understood


def test_every_field_is_read_and_shown() -> None:
    understood = parse(EVERYTHING, TODAY)

    assert understood == Query(
        words=("natural", "gradient"),
        phrases=("exact phrase",),
        authors=("a gu",),
        organizations=("meta",),
        categories=("cs.CL",),
        without=("survey",),
        after=date(2026, 3, 1),
        before=date(2026, 6, 1),
        has=frozenset({Has.CODE}),
        min_votes=20,
        sort=Order.NEW,
        limit=5,
    )
    assert show(understood) == EVERYTHING


@pytest.mark.parametrize(
    "typed",
    [
        '"world models"',
        "“world models”",
        "«World  models»",
        "„world models“",
        "``world models''",
        "'world models'",
        "「world models」",
    ],
)
def test_quotes_of_every_kind_make_a_phrase(typed: str) -> None:
    assert parse(typed, TODAY) == Query(phrases=("world models",))


@pytest.mark.parametrize(
    "typed", ['"world models', 'world models"', "“world models", '""world models', "world' models"]
)
def test_a_quote_without_its_other_half_is_nothing(typed: str) -> None:
    assert parse(typed, TODAY) == Query(words=("world", "models"))


def test_quotes_around_one_word_take_it_as_it_stands() -> None:
    assert parse('"since" "2024" -"papers"', TODAY) == Query(phrases=("since", "2024"), without_phrases=("papers",))


def test_a_word_can_be_marked_as_one() -> None:
    assert parse('word:since word:"2024" -word:papers', TODAY) == Query(words=("since", "2024"), without=("papers",))


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ('-"world models"', Query(without_phrases=("world models",))),
        ("-cat:cs.CV", Query(without_categories=("cs.CV",))),
        ("-cs.CV", Query(without_categories=("cs.CV",))),
        ('-author:"Jürgen Müller"', Query(without_authors=("jürgen müller",))),
        ("-org:meta", Query(without_organizations=("meta",))),
        ("E2f-1, -2, -3", Query(words=("e2f-1", "2", "3"))),
    ],
)
def test_a_minus_refuses(typed: str, understood: Query) -> None:
    assert parse(typed, TODAY) == understood


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("AUTHOR: Yann LeCun", Query(authors=("yann lecun",))),
        ("Author:O’Brien", Query(authors=("o'brien",))),
        ("cat:cs.cl,math.oc", Query(categories=("cs.CL", "math.OC"))),
        ("cat:NLP", Query(categories=("cs.CL",))),
        ("cat:cs cat:hep-th", Query(categories=("cs", "hep-th"))),
        ("has:code,project", Query(has=frozenset({Has.CODE, Has.PROJECT}))),
        ("votes>20", Query(min_votes=21)),
        ("votes: >= 20", Query(min_votes=20)),
        ("Votes ≥ 20", Query(min_votes=20)),
        ("sort:newest", Query(sort=Order.NEW)),
        ("order:hot", Query(sort=Order.TRENDING)),
        ("limit: 7", Query(limit=7)),
    ],
)
def test_fields_are_forgiving(typed: str, understood: Query) -> None:
    assert parse(typed, TODAY) == understood


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("https://arxiv.org/abs/2604.01234v2", ("2604.01234",)),
        ("arXiv:2604.01234 and (2301.00001)", ("2604.01234", "2301.00001")),
        ("2604.01234,2301.00001", ("2604.01234", "2301.00001")),
        ("papers similar to math.GT/0309136", ("math/0309136",)),
        ("https://huggingface.co/papers/2604.01234?x=1", ("2604.01234",)),
    ],
)
def test_ids_are_found_wherever_they_stand(typed: str, ids: tuple[str, ...]) -> None:
    assert parse(typed, TODAY) == Query(ids=ids)


def test_the_address_of_something_else_is_no_id() -> None:
    assert parse("github.com/issues/1234567", TODAY).ids == ()


@pytest.mark.parametrize(
    ("typed", "ignored"),
    [
        ("top:-5 agents votes:>=x", ("top:-5", "votes:>=x")),
        ("agents after:0 before:9999 since:0000-00-00", ("after:0", "before:9999", "since:0000-00-00")),
        ("agents cat:cs.XX sort:sideways has:soul", ("cat:cs.XX", "sort:sideways", "has:soul")),
        ("cat:cs.CL,nonsense agents", ("nonsense",)),
        ("() agents >>", ("()", ">>")),
        ("agents top:3 top:4 sort:new sort:votes", ("top:4", "sort:votes")),
        ("agents -2604.01234", ("-2604.01234",)),
    ],
)
def test_what_cannot_be_used_is_said_in_the_order_typed(typed: str, ignored: tuple[str, ...]) -> None:
    understood = parse(typed, TODAY)

    assert understood.ignored == ignored
    assert understood.words == ("agents",)


def test_marks_that_mean_nothing_are_not_spoken_of() -> None:
    assert parse("agents — planning ?", TODAY) == Query(words=("agents", "planning"))


def test_a_field_name_before_a_colon_and_no_value_is_a_word() -> None:
    assert parse("Limit: less is more", TODAY).words == ("limit", "less", "is", "more")
    assert parse("the era of organization: learning to plan", TODAY).organizations == ()


def test_of_two_bounds_the_narrower_one_holds() -> None:
    understood = parse("after:2025 since:march votes:>=5 votes:>=9", TODAY)

    assert understood == Query(after=date(2026, 3, 1), min_votes=9)


def test_an_order_or_a_number_alone_leaves_no_paper_out() -> None:
    assert not parse("newest top 5", TODAY)
    assert parse("-survey", TODAY)
    assert parse("since 2024", TODAY)
    assert parse("2604.01234", TODAY)


def test_more_than_a_query_can_hold_is_left_out_and_said() -> None:
    words = " ".join(f"w{number}" for number in range(100))
    phrases = " ".join(f'"a p{number}"' for number in range(20))
    names = " ".join(f"author:n{number}" for number in range(20))

    understood = parse(f"{words} {'x' * 61}", TODAY)
    filters = parse(f"{phrases} {names} -{'y' * 61}", TODAY)

    assert (len(understood.words), len(filters.phrases)) == (MOST_WORDS, MOST_PHRASES)
    assert len(filters.authors) == MOST_NAMES
    assert filters.without == ()
    assert understood.ignored[0] == f"w{MOST_WORDS}"
    assert understood.ignored[-1] == "…"
    assert len(understood.ignored) < 20
