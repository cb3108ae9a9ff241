"""Hybrid ranking: lexical hits and semantically near papers by one fused score. Requires the extra `semantic`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from bot.domain.papers import Paper
from bot.query import Query
from bot.query.spec import clauses
from bot.search.fusion import best_first, blended
from bot.search.index import Hit, Index, checked
from bot.search.semantic import Comparison, Nearby, SemanticSearch

#: lexical hits that are ranked, and nearest papers that are added
_DEPTH, _NEAREST = 300, 200
#: weights of the cosine with the question and with what the best results have in common; the best score is 1
_COSINE, _COMMON = 1.0, 0.4
#: results whose common meaning counts
_BEST = 5
#: papers up to which all that pass a filter are compared
_NARROW = 2_000
#: papers with a vector that the index may lack, because it is behind the store
_LACKING = 20
#: longest name of a person in words
_NAME = 3


class HybridRanking:
    """Ranks the results of a question by words and by meaning."""

    #: number of lexical hits that are needed
    depth = _DEPTH

    def __init__(self, index: Index, semantic: SemanticSearch) -> None:
        self._index = index
        self._semantic = semantic

    async def rank(self, query: Query, text: str, hits: Sequence[Hit], limit: int) -> Sequence[Hit]:
        """Return at most `limit` of the lexical hits and of the papers nearest to a text, by fused scores, best first.

        Quoted text, names and literal queries stay in the order of the words.
        """
        if query.strict or not query.words:
            return hits[:limit]
        found = await self._semantic.compared(
            lambda vectors: checked(lambda: self._ranked(vectors, query, text, hits, limit))
        )
        return hits[:limit] if found is None else found

    async def like(self, paper: Paper, hits: Sequence[Hit], limit: int) -> Sequence[Hit]:
        """Return at most `limit` papers like one paper, of the lexical hits and of the nearest papers, best first."""

        def ranked(vectors: Comparison) -> Sequence[Hit]:
            near = vectors.like(paper, [hit.id for hit in hits], _NEAREST)
            return self._fused(vectors, hits, near, {}, near.nearest, limit)

        found = await self._semantic.compared(lambda vectors: checked(lambda: ranked(vectors)))
        return hits[:limit] if found is None else found

    def _ranked(self, vectors: Comparison, query: Query, text: str, hits: Sequence[Hit], limit: int) -> Sequence[Hit]:
        if self._names_an_author(query):
            return hits[:limit]
        ids = [hit.id for hit in hits]
        allowed = self._index.filtered(query, _NARROW)
        if allowed is not None:
            near = vectors.near(text, [*ids, *(hit.id for hit in allowed)], 0)
            nearest = {paper_id for paper_id, _ in best_first(near.cosines)[:_NEAREST]}
            found = {hit.id: hit for hit in allowed if hit.id in nearest}
            return self._fused(vectors, hits, near, found, found.keys(), limit)
        near = vectors.near(text, ids, _NEAREST)
        if not clauses(query) and not query.either:
            return self._fused(vectors, hits, near, {}, near.nearest, limit)
        found = {hit.id: hit for hit in self._index.passing(query, near.nearest)}
        return self._fused(vectors, hits, near, found, found.keys(), limit)

    def _fused(
        self,
        vectors: Comparison,
        hits: Sequence[Hit],
        near: Nearby,
        found: Mapping[str, Hit],
        passing: Iterable[str],
        limit: int,
    ) -> Sequence[Hit]:
        """Return at most `limit` of the lexical hits and of the `passing` near papers, by their fused scores.

        `found` are those of the near papers that were read from the index already.
        """
        if not near.cosines:
            return hits[:limit]
        lexical = {hit.id: hit for hit in hits}
        cosines = {each: near.cosines[each] for each in (*lexical, *passing) if each in near.cosines}
        scores, calibrated = {hit.id: hit.score for hit in hits}, vectors.calibrated
        first = blended(scores, cosines, _COSINE, calibrated=calibrated)
        best = [paper_id for paper_id, _ in best_first(first)[:_BEST]]
        common = vectors.toward(best, first)
        fused = best_first(_added(first, blended({}, common, _COMMON, calibrated=calibrated)))
        return self._known(fused, {**found, **lexical}, limit)

    def _known(self, fused: Sequence[tuple[str, float]], known: Mapping[str, Hit], limit: int) -> Sequence[Hit]:
        """Return the first `limit` papers with their fused scores, without those that the index lacks."""
        strangers = [paper_id for paper_id, _ in fused[: limit + _LACKING] if paper_id not in known]
        known = {**known, **{hit.id: hit for hit in self._index.passing(Query(), strangers)}}
        scored = ((known[paper_id], score) for paper_id, score in fused if paper_id in known)
        return [hit.scored(score) for hit, score in islice(scored, limit)]

    def _names_an_author(self, query: Query) -> bool:
        return 1 < len(query.words) <= _NAME and not query.phrases and self._index.is_author(query.words)


def _added(scores: Mapping[str, float], more: Mapping[str, float]) -> dict[str, float]:
    """Return the sums; an id that is only in `scores` gets the lowest of `more`."""
    least = min(more.values(), default=0.0)
    return {each: score + more.get(each, least) for each, score in scores.items()}
