"""The console: Paperboy in a terminal, or at the end of a pipe."""
