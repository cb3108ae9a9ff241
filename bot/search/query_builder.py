"""Build index queries from parsed queries. User text never reaches the index's own query parser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import tantivy
from tantivy import Occur

from bot.query import Query
from bot.query.clauses import AnyOf, Clause, Inflected, Not, Range, Term, Text
from bot.query.spec import clauses
from bot.search.concepts import Concept, concepts
from bot.search.filters import WORDS, Keys, looked_up
from bot.search.schema import TITLE
from bot.search.thesaurus import Entry

#: boost of a mention in the title when ranking papers on a concept
_TITLE_ABOUT = 2.0
#: score of a paper that matches a guessed filter, about as much as a rare word
_GUESS_SCORE = 5.0
#: bounds that no stored number exceeds
_LEAST, _MOST = -(2**62), 2**62
Part = tuple[Occur, tantivy.Query]


class QueryBuilder:
    """Builds queries for an index with the given schema."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self._schema = schema

    def ranked(
        self, stems: Mapping[str, float], guesses: Iterable[Query], filters: tantivy.Query | None
    ) -> tantivy.Query:
        """Return a query for papers with any of the stems, ranked by their weights; guesses only add to the score."""
        # the engine can skip within a flat list of terms; a filter makes it visit every paper that passes
        words = [
            (Occur.Should, tantivy.Query.boost_query(self._term(field, stem), worth * weight))
            for stem, worth in stems.items()
            for field, weight in (("body", 1.0), ("title", TITLE))
        ]
        words += [
            (Occur.Should, tantivy.Query.const_score_query(each, _GUESS_SCORE)) for each in self._guessed(guesses)
        ]
        if filters is None:
            return tantivy.Query.boolean_query(words)
        return tantivy.Query.boolean_query(
            [(Occur.Must, tantivy.Query.boolean_query(words)), (Occur.Must, _unscored(filters))]
        )

    def _guessed(self, guesses: Iterable[Query]) -> Iterable[tantivy.Query]:
        return (found for guess in guesses if (found := self.filters(guess)) is not None)

    def about(
        self, wanted: Iterable[Concept], either: Iterable[Sequence[Query]], filters: tantivy.Query | None
    ) -> tantivy.Query:
        """Return a query for papers that mention a name or kind of each concept, ranked by title mentions and
        frequency.
        """
        each = [(Occur.Must, self._mentioned(concept.entry)) for concept in wanted]
        each += [(Occur.Must, self._either(group)) for group in either]
        if filters is not None:
            each.append((Occur.Must, _unscored(filters)))
        return tantivy.Query.boolean_query(each)

    def _either(self, group: Sequence[Query]) -> tantivy.Query:
        """Return a query for papers that match one of several queries."""
        return _one_of(self._answering(each) for each in group)

    def _answering(self, query: Query) -> tantivy.Query:
        words = [self._mentioned(concept.entry) for concept in concepts(query.words, literally=query.strict)]
        filters = self.filters(query)
        every = [*words, *([filters] if filters is not None else [])]
        if not every:
            return tantivy.Query.empty_query() if query.texts else tantivy.Query.all_query()
        return tantivy.Query.boolean_query([(Occur.Must, one) for one in every])

    def _mentioned(self, entry: Entry) -> tantivy.Query:
        terms = [term.stems for term in (*entry.names, *entry.kinds)]
        # titles have few words, so one mention there weighs as much as many in the body
        return _one_of(
            tantivy.Query.boost_query(self._every(field, stems), weight)
            for stems in terms
            for field, weight in (("body", 1.0), ("title", _TITLE_ABOUT))
        )

    def _every(self, field: str, stems: Sequence[str]) -> tantivy.Query:
        if len(stems) == 1:
            return self._term(field, stems[0])
        return tantivy.Query.boolean_query([(Occur.Must, self._term(field, stem)) for stem in stems])

    def among(self, paper_ids: Sequence[str], filters: tantivy.Query | None) -> tantivy.Query:
        """Return a query for those of some papers that pass the filters."""
        chosen = tantivy.Query.term_set_query(self._schema, "id", list(paper_ids))
        return chosen if filters is None else chosen.and_must_match(filters)

    def titled(self, key: str) -> tantivy.Query:
        """Return a query for papers with a title's key."""
        return self._term("named", key)

    def matching(self, each: Iterable[tuple[str, ...]], least: int, filters: tantivy.Query | None) -> tantivy.Query:
        """Return a query for papers that contain at least `least` of the words, each in one of its variants."""
        words: list[Part] = [(Occur.Should, self._any("body", ways)) for ways in each]
        inner = tantivy.Query.boolean_query(words, least) if words else tantivy.Query.all_query()
        return inner if filters is None else inner.and_must_match(filters)

    def filters(self, query: Query) -> tantivy.Query | None:
        """Return the query's filters, or None if it has none."""
        parts = [self._part(clause) for clause in clauses(query)]
        parts += [(Occur.Must, self._either(group)) for group in query.either]
        return _all_of(parts) if parts else None

    def _part(self, clause: Clause) -> Part:
        if isinstance(clause, Not):
            return Occur.MustNot, self._holds(clause.clause)
        return Occur.Must, self._holds(clause)

    def _holds(self, clause: Clause) -> tantivy.Query:
        """Return the query for papers for which a clause holds."""
        match clause:
            case AnyOf(several):
                return _one_of(map(self._holds, several))
            case Not():
                return _all_of([self._part(clause)])
            case Range(field, least, most):
                return self._range(field, _LEAST if least is None else least, _MOST if most is None else most)
            case Term() | Text() | Inflected():
                wanted = looked_up(clause)
                if isinstance(wanted, Keys):
                    return self._all(wanted.field, wanted.keys)
                return self._phrase(wanted.words)

    def _phrase(self, words: Sequence[str]) -> tantivy.Query:
        """Return a phrase query on the words as written."""
        if len(words) < 2:
            return self._all(WORDS, words)
        return tantivy.Query.phrase_query(self._schema, WORDS, [*words])

    def _all(self, field: str, words: Iterable[str]) -> tantivy.Query:
        """Return a query for all of the words; it matches nothing if there are no words."""
        terms = [(Occur.Must, self._term(field, word)) for word in words]
        return tantivy.Query.boolean_query(terms) if terms else tantivy.Query.empty_query()

    def _any(self, field: str, words: Iterable[str]) -> tantivy.Query:
        return _one_of(self._term(field, word) for word in words)

    def _term(self, field: str, word: str) -> tantivy.Query:
        option = "freq" if field in ("title", "body") else "position" if field == WORDS else "basic"
        return tantivy.Query.term_query(self._schema, field, word, option)

    def _range(self, field: str, least: int, most: int) -> tantivy.Query:
        return tantivy.Query.range_query(self._schema, field, tantivy.FieldType.Integer, least, most)


def _all_of(parts: Sequence[Part]) -> tantivy.Query:
    """Return a query for all of the parts; one that only excludes starts from all papers."""
    if all(occur == Occur.MustNot for occur, _ in parts):
        parts = [(Occur.Must, tantivy.Query.all_query()), *parts]
    return tantivy.Query.boolean_query(parts)


def _one_of(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(Occur.Should, one) for one in queries])


def _unscored(filters: tantivy.Query) -> tantivy.Query:
    """Return the filter with a constant score of 0, so that it does not affect ranking."""
    return tantivy.Query.const_score_query(filters, 0.0)
