"""Crash points: named places at which tests end the process, as `kill -9` would."""

from __future__ import annotations

import os

#: exit status, as after kill -9
CODE = 137


class CrashPoint:
    """Ends the process, without any clean-up, at a named place: `send.after`, or `send.after:3` for the third time."""

    def __init__(self, place: str = "") -> None:
        self._place, _, times = place.partition(":")
        self._left = int(times or 1)

    def __call__(self, place: str) -> None:
        if place == self._place:
            self._left -= 1
            if self._left == 0:
                os._exit(CODE)
