"""The query spec: one row per field of `Query`, with how it is typed, merged, shown and matched against papers.

The rows are in the order in which fields are shown. Everything that has to know all fields walks this table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from bot.query import merge, values
from bot.query.categories import categories
from bot.query.clauses import AnyOf, Clause, Inflected, Not, Range, Term, Text
from bot.query.field import (
    Escaped,
    Field,
    TypedName,
    after_name,
    hidden,
    no_clauses,
    none_of,
    one_of,
    plain_words,
    shown_as,
    terms,
)
from bot.query.merge import Parts
from bot.query.model import LONGEST_WORD, MOST_NAMES, MOST_PHRASES, MOST_WORDS, Has, Query
from bot.query.tokens import FieldNames
from bot.query.values import Reader

_NOTHING = Query()
#: ordinal of the earliest day that a paper with a date can have; a paper without a date has 0
_FIRST_DAY = 1


def _either(groups: Iterable[Sequence[Query]], escaped: Escaped) -> Iterator[str]:
    for group in groups:
        sides = [(each, [*shown(each, escaped)]) for each in group]
        text = " OR ".join(_side(each, parts) for each, parts in sides)
        # a single field binds to "OR" without parentheses, words do not
        yield text if all(len(parts) == 1 and not each.texts for each, parts in sides) else f"({text})"


def _side(query: Query, parts: Sequence[str]) -> str:
    """Return one of several alternatives, in parentheses if it has several parts that are not all words."""
    text = " ".join(parts)
    return f"({text})" if len(parts) > 1 and query != Query(words=query.words) else text


def _sort_text(query: Query) -> str:
    return f"sort:{query.sort.value}" if query.sort else ""


def _limit_text(query: Query) -> str:
    if query.limit is None:
        return ""
    return f"top:{query.limit if query.asked_limit is None else query.asked_limit}"


def _primary_categories(query: Query) -> Iterator[Clause]:
    """Yield that a wanted category is the paper's primary one, unless cross-lists count or no category is wanted."""
    wanted = () if query.cross else _alternatives(query)
    if wanted:
        yield AnyOf(tuple(Term("primary", name) for name in wanted))


def _alternatives(query: Query) -> tuple[str, ...]:
    """Return the categories of a query, else those of the first group of alternatives that all name some."""
    groups = ([_alternatives(each) for each in group] for group in query.either)
    named = (tuple(name for names in group for name in names) for group in groups if all(group))
    return query.categories or next(named, ())


_names = merge.distinct_texts(MOST_NAMES)
_phrases = merge.distinct_texts(MOST_PHRASES)

FIELDS: tuple[Field[Any], ...] = (
    Field("ids", lambda query: query.ids, _names, lambda ids, escaped: ids),
    Field(
        "words",
        lambda query: query.words,
        merge.all_words,
        plain_words,
        (TypedName(("word", "words"), values.plain_words, in_prose=True),),
    ),
    Field(
        "phrases",
        lambda query: query.phrases,
        _phrases,
        lambda texts, escaped: (f'"{text}"' for text in texts),
        clauses=lambda texts: map(Text, texts),
    ),
    # alternatives are queries of their own, with clauses of their own
    Field("either", lambda query: query.either, merge.distinct(MOST_NAMES), _either),
    Field(
        "authors",
        lambda query: query.authors,
        _names,
        shown_as("author"),
        (TypedName(("author", "authors", "au", "by"), values.author, example="author:name"),),
        terms("author"),
    ),
    Field(
        "organizations",
        lambda query: query.organizations,
        _names,
        shown_as("org"),
        (TypedName(("org", "organization", "organisation", "affiliation"), values.organization, example="org:name"),),
        one_of("organization"),
    ),
    Field(
        "categories",
        lambda query: query.categories,
        _names,
        shown_as("cat"),
        (TypedName(("cat", "category", "categories"), categories, example="cat:cs.CL", in_prose=True),),
        one_of("category"),
    ),
    Field(
        "servers",
        lambda query: query.servers,
        _names,
        shown_as("server"),
        (TypedName(("server", "servers"), values.servers, example="server:biorxiv", in_prose=True),),
        one_of("server"),
    ),
    Field(
        "after",
        lambda query: query.after,
        merge.largest,
        after_name("after:"),
        (
            TypedName(("after", "since", "from"), values.after, example="since March"),
            TypedName(("date", "year", "month", "day", "during"), values.during),
        ),
        lambda day: (Range("day", least=day.toordinal()),) if day else (),
    ),
    Field(
        "before",
        lambda query: query.before,
        merge.smallest,
        after_name("before:"),
        (TypedName(("before",), values.before), TypedName(("until", "till"), values.until)),
        # a paper without a date is not before any day
        lambda day: (Range("day", _FIRST_DAY, day.toordinal() - 1),) if day else (),
    ),
    Field(
        "has",
        lambda query: query.has,
        merge.union,
        lambda things, escaped: (f"has:{thing.value}" for thing in Has if thing in things),
        (TypedName(("has", "with"), values.simple(values.has), example="has:code", in_prose=True),),
        lambda things: (Term("has", thing) for thing in sorted(things)),
    ),
    Field(
        "min_votes",
        lambda query: query.min_votes,
        merge.largest,
        after_name("votes:>="),
        (
            TypedName(
                ("votes", "upvotes", "likes", "min_votes"),
                values.simple(values.votes),
                numeric=True,
                example="votes:>=20",
                in_prose=True,
            ),
        ),
        lambda least: () if least is None else (Range("votes", least=least),),
    ),
    Field(
        "without",
        lambda query: query.without,
        merge.distinct_texts(MOST_WORDS, LONGEST_WORD),
        lambda words, escaped: (f'-word:"{word}"' if escaped else f"-{word}" for word in words),
        clauses=lambda words: (Not(Inflected(word)) for word in words),
        excludes=True,
    ),
    Field(
        "without_phrases",
        lambda query: query.without_phrases,
        _phrases,
        lambda texts, escaped: (f'-"{text}"' for text in texts),
        clauses=lambda texts: (Not(Text(text)) for text in texts),
        excludes=True,
    ),
    Field(
        "without_authors",
        lambda query: query.without_authors,
        _names,
        shown_as("author", "-"),
        clauses=none_of("author"),
        excludes=True,
    ),
    Field(
        "without_organizations",
        lambda query: query.without_organizations,
        _names,
        shown_as("org", "-"),
        clauses=none_of("organization"),
        excludes=True,
    ),
    Field(
        "without_categories",
        lambda query: query.without_categories,
        _names,
        shown_as("cat", "-"),
        clauses=none_of("category"),
        excludes=True,
    ),
    Field(
        "without_servers",
        lambda query: query.without_servers,
        _names,
        shown_as("server", "-"),
        clauses=none_of("server"),
        excludes=True,
    ),
    Field(
        "cross",
        lambda query: query.cross,
        merge.all_true,
        lambda cross, escaped: () if cross else ("cross:no",),
        (
            TypedName(
                ("cross", "crosslists", "cross-lists"),
                values.simple(values.cross),
                example="cross:no",
                in_prose=True,
            ),
        ),
        clauses_of=_primary_categories,
    ),
    Field(
        "strict",
        lambda query: query.strict,
        merge.any_true,
        lambda strict, escaped: ("strict:yes",) if strict else (),
        (TypedName(("strict", "exact"), values.simple(values.strict), in_prose=True),),
    ),
    Field(
        "sort",
        lambda query: query.sort,
        merge.first_of(_sort_text),
        lambda sort, escaped: (f"sort:{sort.value}",) if sort else (),
        (
            TypedName(
                ("sort", "order", "sortby"),
                values.simple(values.sort),
                example="sort:new|votes|trending",
                in_prose=True,
            ),
        ),
    ),
    Field(
        "limit",
        lambda query: query.limit,
        merge.first_of(_limit_text),
        after_name("top:"),
        (
            TypedName(
                ("top", "limit", "count"), values.simple(values.top), numeric=True, example="top 5", in_prose=True
            ),
        ),
    ),
    Field("asked_limit", lambda query: query.asked_limit, merge.beside_first(_limit_text), hidden),
    Field("guesses", lambda query: query.guesses, merge.distinct(MOST_NAMES), hidden),
    # last, as the other rows report here what they drop
    Field("ignored", lambda query: query.ignored, merge.unused_text, hidden),
)

#: the fields that leave papers out
FILTERS = tuple(
    field
    for field in FIELDS
    if field.clauses is not no_clauses or field.clauses_of is not no_clauses or field.name == "either"
)
_TYPED = tuple(typed for field in FIELDS for typed in field.typed)
#: first name of each field as typed -> how it is read
READERS: Mapping[str, Reader] = {typed.names[0]: typed.read for typed in _TYPED}
NAMES = FieldNames(
    {name: typed.names[0] for typed in _TYPED for name in typed.names},
    [name for typed in _TYPED if typed.numeric for name in typed.names],
)
#: the fields as the usage of a command shows them
USAGE = " ".join(f"[{typed.example}]" for typed in _TYPED if typed.example)
IN_PROSE = frozenset(typed.names[0] for typed in _TYPED if typed.in_prose)


def merged(parts: Iterable[Query], *, cut: bool = False) -> Query:
    """Merge the parts of a line into one query. `cut` means that the text was truncated."""
    every = Parts([*parts], cut)
    return Query(**{field.name: field.merge(every, field.get) for field in FIELDS})


def shown(query: Query, escaped: Escaped) -> Iterator[str]:
    """Yield the fields of a query as text, with these words escaped."""
    return (text for field in FIELDS for text in field.show(field.get(query), escaped))


@lru_cache(maxsize=512)
def clauses(query: Query) -> tuple[Clause, ...]:
    """Return what the filters of a query require of a paper, all of it, without those of its alternatives."""
    return tuple(clause for field in FIELDS for clause in (*field.clauses(field.get(query)), *field.clauses_of(query)))


def selects(query: Query) -> bool:
    """Return whether a query says what is wanted, and not only what is unwanted."""
    for field in FIELDS:
        if field.excludes:
            query = field.unset(query)
    return bool(query)


def with_one_less(query: Query) -> Iterator[Query]:
    """Yield the query without one of its filters, or without its alternatives."""
    return (field.unset(query) for field in FILTERS if field.get(query) != field.get(_NOTHING))
