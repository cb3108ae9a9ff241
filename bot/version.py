"""The version, in one place for the command line, the user agent and `/status`."""

from __future__ import annotations

VERSION = "0.1.0"


def extra(name: str) -> str:
    """Return how an optional part is installed; the name `paperboy` in the registry belongs to somebody else."""
    return f"install Paperboy with its extra {name!r}: pip install '.[{name}]' in the checkout"
