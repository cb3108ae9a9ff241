"""The Discord adapter: digests in channels, threads and forums, and answers to slash commands, buttons and forms."""
