"""Digests: composition for a range or subscription, forecasts, and reasons for empty digests."""
