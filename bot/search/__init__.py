"""Which papers answer a query, in what order, and which papers are like another.

`matching` decides it for papers at hand, and is pure; `finder` asks the index of all stored papers.
"""

from bot.search.matching import best, like, matches, subject, tokens

__all__ = ["best", "like", "matches", "subject", "tokens"]
