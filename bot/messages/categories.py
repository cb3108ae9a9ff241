"""Pure: what is said of categories that no source serves."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.i18n import Translatable, joined, listing, tr


def note(names: Sequence[str], known: Sequence[str]) -> Translatable:
    """Return that no paper has these categories, and which ones there are."""
    wanted = listing(names, alternatives=True)
    if not known:
        return tr("No stored paper has arXiv categories yet, so none is in {categories}.", categories=wanted)
    return joined(
        " ",
        tr("No paper here is in {categories} so far.", categories=wanted),
        tr("Most papers here are in {categories}.", categories=listing(known)),
    )


def anyway() -> Translatable:
    """Return how to save a subscription to them all the same."""
    return tr("Choose another category, or leave cat: out. To save it anyway, send /subscribe with it and press Save.")
