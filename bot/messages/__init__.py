"""Everything that the bot says: functions from facts to a `Page`, and catalogues by language."""
