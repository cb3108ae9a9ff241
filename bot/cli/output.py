"""What commands write: one JSON document for a program, or sentences for a person."""

from __future__ import annotations

import json
import sys
from typing import TextIO

from bot.cli.exported import Json


def write_json(value: Json) -> None:
    """Write one document to standard output; `[]` is the answer of a command that has nothing to list.

    An encoding that lacks characters gets escapes, so that no program reads a replacement character for one of them.
    """
    ascii_only = not (sys.stdout.encoding or "").casefold().replace("-", "").startswith("utf")
    sys.stdout.write(json.dumps(value, ensure_ascii=ascii_only, indent=2) + "\n")


def tolerate_encodings(*streams: TextIO) -> None:
    """Let streams replace what their encoding cannot hold: half a line is worth more than a traceback."""
    for stream in streams:
        # what a test or another program has put in their place may be no file
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="replace")
