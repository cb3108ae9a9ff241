"""What surfaces can do with a message that was sent, so that a setting without effect is refused when it is made."""

from __future__ import annotations

from enum import Enum, auto

from bot.domain.pages import Layout


class Feature(Enum):
    """Something that not every surface can do."""

    #: messages can be edited without notifying anybody: `EditableSurface`
    EDITS = auto()
    #: a message can have a thread: `ThreadedSurface`
    THREADS = auto()
    #: messages can have headings, and summaries to unfold: `Layout.RICH`
    RICH_MESSAGES = auto()


_FEATURES = {
    Feature.EDITS: frozenset({"discord", "telegram"}),
    Feature.THREADS: frozenset({"discord"}),
    Feature.RICH_MESSAGES: frozenset({"telegram"}),
}


def supports(surface: str, feature: Feature) -> bool:
    """Return whether the surface of this name has a feature."""
    return surface in _FEATURES[feature]


def layout_on(surface: str, layout: Layout) -> Layout:
    """Return the layout that the surface of this name shows for a chosen one."""
    if layout is Layout.RICH and not supports(surface, Feature.RICH_MESSAGES):
        return Layout.COMPACT
    return layout
