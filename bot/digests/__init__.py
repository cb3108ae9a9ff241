"""Digests: which papers a window or a subscription brings, why so few, and what past days would have brought."""
