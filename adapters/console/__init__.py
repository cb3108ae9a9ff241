"""The console adapter: an interactive prompt in a terminal, or plain text over a pipe."""
