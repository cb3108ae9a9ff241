"""Licenses under which a source may be quoted.

An abstract is kept only if its license lets everybody pass it on unchanged: all Creative Commons licenses, and the
public domain. Anything else, such as bioRxiv's "cc_no" (no reuse), is treated as closed, and so is a license that is
unknown or missing. Title, authors, day and link are facts and kept of every paper.

The text of a closed abstract is not stored at all, not even to match topics with it: what is stored shows up in search
results, feeds, exports and backups, and one forgotten filter would publish it.
"""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[\s_-]+")
_OPEN = re.compile(r"cc0|cc zero|cc by(?: nc)?(?: nd| sa)?|public domain")
_VERSION = re.compile(r"(?: (?:[1-4](?:\.[05])?|international|igo|unported))*$")


def is_open(license: str) -> bool:
    """Return whether a license lets everybody show the abstract: "cc_by", "cc by-nc-nd", "CC0 1.0", but not "cc_no"."""
    words = _SEPARATORS.sub(" ", license.casefold()).strip()
    return _OPEN.fullmatch(_VERSION.sub("", words)) is not None
