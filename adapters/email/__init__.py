"""The e-mail surface: the same digests in a mailbox, and one press to end them."""
