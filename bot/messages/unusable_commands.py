"""Commands that a page names where its reader cannot send them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.domain.pages import Page, RowKind, Section


def without_commands(page: Page, unusable: Callable[[str], bool] = lambda line: True) -> Page:
    """Return a page without the lines and rows that name a command which its reader cannot send.

    `unusable` is asked for each command with its argument ("/pause 1"); by default, that is every one.
    """
    gone = sorted(filter(unusable, page.commands), key=len, reverse=True)
    if not gone:
        return page
    pattern = re.compile(rf"(?<![\w/])(?:{'|'.join(map(re.escape, gone))})(?![\w@/-])")

    def kept(text: str) -> str:
        return "\n".join(line for line in text.split("\n") if not pattern.search(line))

    def section(each: Section) -> Section:
        rows = (row for row in each.rows if not (row.kind is RowKind.COMMAND and pattern.fullmatch(row.label)))
        return replace(each, text=kept(each.text), rows=tuple(replace(row, text=kept(row.text)) for row in rows))

    return replace(
        page,
        intro=kept(page.intro),
        footer=kept(page.footer),
        sections=tuple(map(section, page.sections)),
        commands=tuple(line for line in page.commands if line not in gone),
    )
