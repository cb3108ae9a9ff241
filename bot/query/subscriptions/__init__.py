"""Standing wishes: a subscription in what a person typed, and in words that read back to the same."""
