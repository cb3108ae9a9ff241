"""Which papers answer a query, in what order, and which papers are like another.

`topic` decides it for papers at hand, and is pure; `finder` asks the index of all stored papers.
"""

from bot.search.alike import like, subject
from bot.search.topic import Relevance, Topic, best, topic_of

__all__ = ["Relevance", "Topic", "best", "like", "subject", "topic_of"]
