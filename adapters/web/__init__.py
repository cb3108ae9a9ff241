"""The web surface: a small site to read, and a chat in the browser."""
