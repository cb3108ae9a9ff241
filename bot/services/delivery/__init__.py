"""Delivery: plan due digests, claim them with a lease, compose, send within rate limits, and record outcomes."""
