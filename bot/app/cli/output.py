"""Output of commands: JSON for programs, text for people."""

from __future__ import annotations

import json
import sys
from typing import TextIO

from bot.app.cli.exported import Json


def write_json(value: Json) -> None:
    """Write one document to standard output; `[]` is the answer of a command that has nothing to list."""
    sys.stdout.write(encoded(value, sys.stdout, indent=2) + "\n")


def encoded(value: Json, out: TextIO, *, indent: int | None = None) -> str:
    """Return a value as JSON, with escapes where the encoding of `out` may lack characters.

    Otherwise programs would read replacement characters as if they were the text.
    """
    encoding = getattr(out, "encoding", None) or "utf-8"
    return json.dumps(value, ensure_ascii=not encoding.casefold().startswith("utf"), indent=indent)


def tolerate_encodings(*streams: TextIO) -> None:
    """Make streams replace characters that their encoding lacks instead of raising an error."""
    for stream in streams:
        # a test or another program may have replaced them by objects that are no files
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="replace")


def counted(number: int, noun: str) -> str:
    """ "1 paper", "1,234 papers"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
