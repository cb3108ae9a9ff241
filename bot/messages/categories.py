"""Notes on arXiv categories that no stored paper has."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.i18n import Translatable, joined, listing, tr


def note(names: Sequence[str], known: Sequence[str]) -> Translatable:
    """Return a note that no paper has these categories; `known` are the most frequent ones."""
    wanted = listing(names, alternatives=True)
    if not known:
        return tr("I don't know the categories of any paper yet, so I can't find {categories}.", categories=wanted)
    return joined(
        " ",
        tr("No paper here is in {categories} so far.", categories=wanted),
        tr("Most papers here are in {categories}.", categories=listing(known)),
    )


def unread(names: Sequence[str]) -> Translatable:
    """Return a note that the lists of these categories were not read yet, and when they will be."""
    return tr(
        "I haven't read the new papers in {categories} yet. I'll start once somebody subscribes.",
        categories=listing(names, alternatives=True),
    )


def not_on_server(names: Sequence[str], servers: Sequence[str], known: Sequence[str]) -> Translatable:
    """Return a note that servers do not have these categories, but others; without names, that they are not read."""
    if not names:
        return tr("I don't read {servers} here, so no new papers come from there.", servers=listing(servers))
    wanted, there = listing(names, alternatives=True), listing(servers)
    lacking = tr("There is no category {categories} on {servers}.", categories=wanted, servers=there)
    if not known:
        return lacking
    return joined(" ", lacking, tr("Categories there include {categories}.", categories=listing(known)))


def anyway(field: str = "cat:") -> Translatable:
    """Return how to save a subscription anyway that asks for such categories in a field of its query."""
    return tr(
        "Choose another category, or leave out {field}. To save it anyway, send it with {command}, "
        "then press “{button}”.",
        field=field,
        command="/subscribe",
        button=tr("Save it"),
    )
