"""From what is wanted to the index's own query objects. No text of a person ever meets the index's query parser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import tantivy
from tantivy import Occur

from bot.query import Query
from bot.search.concepts import Concept
from bot.search.folding import folded, pieces
from bot.search.schema import NO_DAY, TITLE
from bot.search.thesaurus import Entry

#: what a mention in the title counts for among the papers of a concept
_TITLE_ABOUT = 2.0
Clause = tuple[Occur, tantivy.Query]


class Asking:
    """Makes queries for an index of one schema."""

    def __init__(self, schema: tantivy.Schema, stems: tantivy.TextAnalyzer) -> None:
        self._schema = schema
        self._stems = stems

    def ranked(self, stems: Mapping[str, float], filters: tantivy.Query | None) -> tantivy.Query:
        """Papers with any of the stems, those first that have those of most worth."""
        # one flat list of words is what the engine can skip through; a filter makes it look at every paper that passes
        words = [
            (Occur.Should, tantivy.Query.boost_query(self._term(field, stem), worth * weight))
            for stem, worth in stems.items()
            for field, weight in (("body", 1.0), ("title", TITLE))
        ]
        if filters is None:
            return tantivy.Query.boolean_query(words)
        return tantivy.Query.boolean_query(
            [(Occur.Must, tantivy.Query.boolean_query(words)), (Occur.Must, _silent(filters))]
        )

    def about(self, concepts: Iterable[Concept], filters: tantivy.Query | None) -> tantivy.Query:
        """Papers with a name or a part of each of the concepts, those first that have them in the title and often."""
        each = [(Occur.Must, self._mentioned(concept.entry)) for concept in concepts]
        if filters is not None:
            each.append((Occur.Must, _silent(filters)))
        return tantivy.Query.boolean_query(each)

    def _mentioned(self, entry: Entry) -> tantivy.Query:
        terms = [term.stems for term in (*entry.names, *entry.kinds)]
        # a title has few words, so that one of them is worth as much as many in the body
        return _one_of(
            tantivy.Query.boost_query(self._every(field, stems), weight)
            for stems in terms
            for field, weight in (("body", 1.0), ("title", _TITLE_ABOUT))
        )

    def _every(self, field: str, stems: Sequence[str]) -> tantivy.Query:
        if len(stems) == 1:
            return self._term(field, stems[0])
        return tantivy.Query.boolean_query([(Occur.Must, self._term(field, stem)) for stem in stems])

    def matching(self, each: Iterable[tuple[str, ...]], least: int, filters: tantivy.Query | None) -> tantivy.Query:
        """Papers that have at least so many of the words, in one of the ways to say each."""
        words: list[Clause] = [(Occur.Should, self._any("body", ways)) for ways in each]
        inner = tantivy.Query.boolean_query(words, least) if words else tantivy.Query.all_query()
        return inner if filters is None else inner.and_must_match(filters)

    def filters(self, query: Query) -> tantivy.Query | None:
        """What leaves papers out, whatever the words say; None where nothing does."""
        must = [*self._phrases(query.phrases), *self._wished(query), *self._numbers(query)]
        must_not = [*self._phrases(query.without_phrases), *self._refused(query)]
        if not must and not must_not:
            return None
        clauses = [(Occur.Must, one) for one in must or [tantivy.Query.all_query()]]
        return tantivy.Query.boolean_query([*clauses, *((Occur.MustNot, one) for one in must_not)])

    def _wished(self, query: Query) -> Iterable[tantivy.Query]:
        yield from (self._all("names", pieces(name)) for name in query.authors)
        if query.organizations:
            yield _one_of(self._all("organization", pieces(name)) for name in query.organizations)
        if query.categories:
            yield _one_of(self._term("category", name.casefold()) for name in query.categories)
        yield from (self._term("has", thing.value) for thing in sorted(query.has))

    def _refused(self, query: Query) -> Iterable[tantivy.Query]:
        yield from (self._phrase(word) for word in query.without)
        yield from (self._all("names", pieces(name)) for name in query.without_authors)
        yield from (self._all("organization", pieces(name)) for name in query.without_organizations)
        yield from (self._term("category", name.casefold()) for name in query.without_categories)

    def _numbers(self, query: Query) -> Iterable[tantivy.Query]:
        if query.after or query.before:
            yield self._range(
                "day", _ordinal(query.after, NO_DAY + 1), _ordinal(query.before, date.max.toordinal() + 1) - 1
            )
        if query.min_votes is not None:
            yield self._range("votes", query.min_votes, 2**62)

    def _phrases(self, phrases: Iterable[str]) -> Iterable[tantivy.Query]:
        return (self._phrase(phrase) for phrase in phrases)

    def _phrase(self, text: str) -> tantivy.Query:
        stems = self._stems.analyze(folded(text))
        if len(stems) < 2:
            return self._all("body", stems)
        return tantivy.Query.phrase_query(self._schema, "body", [*stems])

    def _all(self, field: str, words: Iterable[str]) -> tantivy.Query:
        """Every one of the words; no paper where there is no word, as nobody has such a name."""
        terms = [(Occur.Must, self._term(field, word)) for word in words]
        return tantivy.Query.boolean_query(terms) if terms else tantivy.Query.empty_query()

    def _any(self, field: str, words: Iterable[str]) -> tantivy.Query:
        return _one_of(self._term(field, word) for word in words)

    def _term(self, field: str, word: str) -> tantivy.Query:
        option = "freq" if field == "title" else "position" if field == "body" else "basic"
        return tantivy.Query.term_query(self._schema, field, word, option)

    def _range(self, field: str, least: int, most: int) -> tantivy.Query:
        return tantivy.Query.range_query(self._schema, field, tantivy.FieldType.Integer, least, most)


def _one_of(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(Occur.Should, one) for one in queries])


def _silent(filters: tantivy.Query) -> tantivy.Query:
    """A filter leaves papers out and puts none above another."""
    return tantivy.Query.const_score_query(filters, 0.0)


def _ordinal(day: date | None, otherwise: int) -> int:
    return day.toordinal() if day else otherwise
