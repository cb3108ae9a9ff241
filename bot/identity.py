"""Pure: what a paper is called, wherever its name stands."""

from __future__ import annotations

import re

_NEW = re.compile(r"(?<![\d.])(\d{2}(?:0[1-9]|1[0-2]))\.(\d{4,5})(?:v\d+)?(?![\d])")
_OLD = re.compile(r"(?<![\w-])([a-z]+(?:-[a-z]+)?)(?:\.[A-Z]{2})?/(\d{7})(?:v\d+)?(?!\d)")


def paper_id(text: str) -> str | None:
    """The arXiv id without version that stands anywhere in a text: an id, an address, "arXiv:2604.01234v2"."""
    if found := _NEW.search(text):
        return f"{found[1]}.{found[2]}"
    if found := _OLD.search(text):
        return f"{found[1]}/{found[2]}"
    return None
