"""The version, in one place for the command line, the user agent and `/status`."""

from __future__ import annotations

VERSION = "0.1.0"
