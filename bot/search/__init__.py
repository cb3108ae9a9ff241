"""Search: relevance model, full-text index, query expansion, ranking, similar papers and remote search.

`topic` decides which of the given papers match a query and is pure; `finder` queries the index of all stored papers.
"""

from bot.search.alike import like, subject
from bot.search.tiers import Chosen, chosen
from bot.search.topic import Relevance, Topic, matches, relevance_of, topic_of

__all__ = ["Chosen", "Relevance", "Topic", "chosen", "like", "matches", "relevance_of", "subject", "topic_of"]
