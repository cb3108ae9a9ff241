"""From what is wanted to the index's own query objects. No text of a person ever meets the index's query parser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import tantivy
from tantivy import Occur

from bot.query import Query
from bot.search.concepts import Concept, concepts
from bot.search.filters import KEYS, RANGES, WORDS
from bot.search.folding import pieces
from bot.search.schema import TITLE
from bot.search.thesaurus import Entry

#: what a mention in the title counts for among the papers of a concept
_TITLE_ABOUT = 2.0
#: what a paper gains that has what was guessed; a rare word gives about as much
_GUESS = 5.0
#: numbers beyond all that a paper has
_LEAST, _MOST = -(2**62), 2**62
Clause = tuple[Occur, tantivy.Query]


class Asking:
    """Makes queries for an index of one schema."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self._schema = schema

    def ranked(
        self, stems: Mapping[str, float], guesses: Iterable[Query], filters: tantivy.Query | None
    ) -> tantivy.Query:
        """Papers with any of the stems, those first that have those of most worth and what was guessed."""
        # one flat list of words is what the engine can skip through; a filter makes it look at every paper that passes
        words = [
            (Occur.Should, tantivy.Query.boost_query(self._term(field, stem), worth * weight))
            for stem, worth in stems.items()
            for field, weight in (("body", 1.0), ("title", TITLE))
        ]
        words += [(Occur.Should, tantivy.Query.const_score_query(each, _GUESS)) for each in self._guessed(guesses)]
        if filters is None:
            return tantivy.Query.boolean_query(words)
        return tantivy.Query.boolean_query(
            [(Occur.Must, tantivy.Query.boolean_query(words)), (Occur.Must, _silent(filters))]
        )

    def _guessed(self, guesses: Iterable[Query]) -> Iterable[tantivy.Query]:
        return (found for guess in guesses if (found := self.filters(guess)) is not None)

    def about(
        self, wanted: Iterable[Concept], either: Iterable[Sequence[Query]], filters: tantivy.Query | None
    ) -> tantivy.Query:
        """Papers with a name or a part of each of the concepts, those first that have them in the title and often."""
        each = [(Occur.Must, self._mentioned(concept.entry)) for concept in wanted]
        each += [(Occur.Must, self._either(group)) for group in either]
        if filters is not None:
            each.append((Occur.Must, _silent(filters)))
        return tantivy.Query.boolean_query(each)

    def _either(self, group: Sequence[Query]) -> tantivy.Query:
        """Papers that answer one of several queries."""
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
        must = [*self._wished(query), *self._numbers(query), *map(self._either, query.either)]
        must_not = [*self._refused(query)]
        if not must and not must_not:
            return None
        clauses = [(Occur.Must, one) for one in must or [tantivy.Query.all_query()]]
        return tantivy.Query.boolean_query([*clauses, *((Occur.MustNot, one) for one in must_not)])

    def _wished(self, query: Query) -> Iterable[tantivy.Query]:
        for row in KEYS:
            each = [self._all(row.field, row.wants(value)) for value in row.wished(query)]
            yield from (_one_of(each),) if row.any_of and each else each
        yield from (self._standing(text) for text in WORDS.wished(query))

    def _refused(self, query: Query) -> Iterable[tantivy.Query]:
        yield from (self._all(row.field, row.wants(value)) for row in KEYS for value in row.refused(query))
        yield from (self._standing(text) for text in WORDS.refused(query))

    def _numbers(self, query: Query) -> Iterable[tantivy.Query]:
        for row in RANGES:
            least, most = row.least(query), row.most(query)
            if least is not None or most is not None:
                yield self._range(row.field, _LEAST if least is None else least, _MOST if most is None else most)

    def _standing(self, text: str) -> tantivy.Query:
        """Papers in which these words stand side by side as they are written."""
        words = pieces(text)
        if len(words) < 2:
            return self._all(WORDS.field, words)
        return tantivy.Query.phrase_query(self._schema, WORDS.field, [*words])

    def _all(self, field: str, words: Iterable[str]) -> tantivy.Query:
        """Every one of the words; no paper where there is no word, as nobody has such a name."""
        terms = [(Occur.Must, self._term(field, word)) for word in words]
        return tantivy.Query.boolean_query(terms) if terms else tantivy.Query.empty_query()

    def _any(self, field: str, words: Iterable[str]) -> tantivy.Query:
        return _one_of(self._term(field, word) for word in words)

    def _term(self, field: str, word: str) -> tantivy.Query:
        option = "freq" if field in ("title", "body") else "position" if field == WORDS.field else "basic"
        return tantivy.Query.term_query(self._schema, field, word, option)

    def _range(self, field: str, least: int, most: int) -> tantivy.Query:
        return tantivy.Query.range_query(self._schema, field, tantivy.FieldType.Integer, least, most)


def _one_of(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(Occur.Should, one) for one in queries])


def _silent(filters: tantivy.Query) -> tantivy.Query:
    """A filter leaves papers out and puts none above another."""
    return tantivy.Query.const_score_query(filters, 0.0)
