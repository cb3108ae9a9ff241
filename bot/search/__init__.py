"""Which papers answer a query, in what order, and which papers are like another.

`topic` decides it for papers at hand, and is pure; `finder` asks the index of all stored papers.
"""

from bot.search.alike import like, subject
from bot.search.tiers import Chosen, chosen
from bot.search.topic import Relevance, Topic, matches, topic_of

__all__ = ["Chosen", "Relevance", "Topic", "chosen", "like", "matches", "subject", "topic_of"]
