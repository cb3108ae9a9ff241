"""Pure: what the bot says, each answer as a `Page`. The whole voice lives here."""
