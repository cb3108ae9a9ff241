"""What surfaces can do with a message that was sent, so that a setting without effect is refused when it is made."""

from __future__ import annotations

from enum import Enum, auto


class Feature(Enum):
    """Something that not every surface can do."""

    #: messages can be edited without notifying anybody: `EditableSurface`
    EDITS = auto()
    #: a message can have a thread: `ThreadedSurface`
    THREADS = auto()


_FEATURES = {Feature.EDITS: frozenset({"discord", "telegram"}), Feature.THREADS: frozenset({"discord"})}


def supports(surface: str, feature: Feature) -> bool:
    """Return whether the surface of this name has a feature."""
    return surface in _FEATURES[feature]
