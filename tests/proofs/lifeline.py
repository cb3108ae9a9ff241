"""Processes that a test starts end with the test, however the test ends."""

from __future__ import annotations

import os
import threading
import time

#: no proof takes longer, so nothing of a proof lives longer
LONGEST_SECONDS = 600


def end_with_parent(seconds: float = LONGEST_SECONDS) -> None:
    """From now on this process ends at once when its parent has ended, or after some minutes."""
    parent, deadline = os.getppid(), time.monotonic() + seconds

    def watch() -> None:
        while os.getppid() == parent and time.monotonic() < deadline:
            time.sleep(0.5)
        os._exit(3)

    threading.Thread(target=watch, daemon=True).start()
