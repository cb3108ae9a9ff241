"""Topic matching by meaning: reads the stored vectors of papers and topics for digests and forecasts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.query import Query
from bot.search.closeness import TopicCloseness
from bot.search.decision import decided_key
from bot.search.topic import topic_of
from bot.storage import Store

if TYPE_CHECKING:
    # imports numpy, which only the extra `semantic` installs
    from bot.search.semantic import SemanticSearch


@dataclass(frozen=True, slots=True)
class TopicMeaning:
    """What an installation knows of the meaning of papers and topics.

    Every process reads the same vectors, whether or not it can load the model, so that forecasts and deliveries agree.
    """

    store: Store
    #: makes the vectors of topics that have none; None where there is no model
    semantic: SemanticSearch | None = None

    async def papers(self, paper_ids: Sequence[str]) -> Mapping[str, bytes]:
        """Return the vectors of papers, by id; empty without an encoder."""
        key = await decided_key(self.store)
        return await self.store.vectors.of(key, paper_ids) if key else {}

    async def between(self, queries: Collection[Query], paper_ids: Sequence[str]) -> TopicCloseness:
        """Return how close papers are to the topics of some queries."""
        return await self.closeness(queries, await self.papers(paper_ids))

    async def closeness(self, queries: Collection[Query], papers: Mapping[str, bytes]) -> TopicCloseness:
        """Return how close papers, given with their vectors, are to the topics of some queries."""
        texts = {topic.text for topic in map(topic_of, queries) if topic.by_meaning}
        if not papers or not texts:
            return TopicCloseness({}, {})
        known = await self.store.topic_vectors.of(await decided_key(self.store), texts)
        if self.semantic:
            made = {text: await self.semantic.topic(text) for text in texts - known.keys()}
            known |= {text: vector for text, vector in made.items() if vector}
        return TopicCloseness(known, papers)

    async def keep(self, query: Query, now: datetime) -> None:
        """Store the vector of a topic, so that deliveries by other processes match papers as its forecast did."""
        topic, key = topic_of(query), await decided_key(self.store)
        if self.semantic and key and topic.by_meaning and (made := await self.semantic.topic(topic.text)):
            await self.store.topic_vectors.put(key, topic.text, made, now)
