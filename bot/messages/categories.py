"""Notes on arXiv categories that no stored paper has."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.i18n import Translatable, joined, listing, tr


def note(names: Sequence[str], known: Sequence[str]) -> Translatable:
    """Return a note that no paper has these categories; `known` are the most frequent ones."""
    wanted = listing(names, alternatives=True)
    if not known:
        return tr("I don't know any paper's arXiv categories yet, so I can't find {categories}.", categories=wanted)
    return joined(
        " ",
        tr("No paper here is in {categories} so far.", categories=wanted),
        tr("Most papers here are in {categories}.", categories=listing(known)),
    )


def anyway() -> Translatable:
    """Return how to save a subscription to such categories anyway."""
    return tr(
        "Choose another category, or leave out {field}. To save it anyway, send it with {command}, "
        "then press “{button}”.",
        field="cat:",
        command="/subscribe",
        button=tr("Save it"),
    )
