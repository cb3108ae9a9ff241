"""Text form of subscriptions: parsing what a person typed, and formatting it so that it parses back."""
