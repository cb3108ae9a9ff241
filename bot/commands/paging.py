"""Pages of a list: "agents more:8" asks for the papers behind the first eight."""

from __future__ import annotations


def after_page(argument: str) -> tuple[str, int]:
    """Return the argument without "more:8" at its end, and how many papers were shown before."""
    text, found, number = f" {argument}".rpartition(" more:")
    if found and number.isascii() and number.isdecimal() and len(number) < 10:
        return text.strip(), int(number)
    return argument, 0
