"""Name the target chat in the commands of a page's texts, as its buttons do. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from bot.domain.pages import Page, Section


def with_target(page: Page, target: str, commands: Collection[str]) -> Page:
    """Return a page about another chat whose commands name that chat: "/pause 1" becomes "/pause -1001234567890 1".

    `commands` are the names of the commands that accept a target. Code blocks stay as they are: they are copied whole.
    """
    names = "|".join(sorted(map(re.escape, commands), key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w/])/(?:{names})(?![\w/@])(?!\s+{re.escape(target)}(?!\S))")

    def named(text: str) -> str:
        return pattern.sub(lambda found: f"{found[0]} {target}", text)

    def section(each: Section) -> Section:
        rows = tuple(replace(row, label=named(row.label), text=named(row.text)) for row in each.rows)
        return replace(each, text=named(each.text), rows=rows)

    sections = tuple(section(each) for each in page.sections)
    return replace(page, intro=named(page.intro), footer=named(page.footer), sections=sections)
