"""Discord: digests in channels, threads and forums, and answers to whoever asks."""
