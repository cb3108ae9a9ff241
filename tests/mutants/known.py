"""Changes that change nothing that anybody could notice, each with its reason."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: characters of a line that may well stand at several places
_SHORT = 24
_FILE = Path(__file__).with_name("equivalent.tsv")


@dataclass(frozen=True, slots=True)
class Change:
    """A change as the lines that it takes out and puts in, so that it is found again wherever they stand."""

    file: str
    before: str
    after: str


def change_of(file: Path, before: str, after: str) -> Change:
    """Return what differs between two texts of a file; of a short change with the line before it."""
    lines = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[:1] in " +-"]
    removed, added = (" ".join(line[2:].strip() for line in lines if line.startswith(sign)) for sign in ("- ", "+ "))
    if len(removed) < _SHORT:
        place = next(number for number, line in enumerate(lines) if line[0] in "+-")
        context = next((text for line in reversed(lines[:place]) if (text := line[2:].strip())), "")
        removed, added = f"{context} {removed}", f"{context} {added}"
    return Change(file.as_posix(), removed, added)


def equivalent() -> Mapping[Change, str]:
    """The reasons by change."""
    rows = (line.split("\t") for line in _FILE.read_text(encoding="utf-8").splitlines() if line and line[0] != "#")
    return {Change(file, before, after): reason for file, before, after, reason in rows}
