"""Commands that pages name: found in texts, and left out where the reader cannot send them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from bot.domain.pages import Page, RowKind, Section


def commands_pattern(lines: Iterable[str]) -> re.Pattern[str]:
    """Return the pattern of commands with their arguments ("/pause 1") in a text, the longest one first."""
    longest_first = "|".join(map(re.escape, sorted(lines, key=len, reverse=True)))
    return re.compile(rf"(?<![\w/])(?:{longest_first})(?![\w@/-])")


def without_commands(page: Page, unusable: Callable[[str], bool] = lambda line: True) -> Page:
    """Return a page without the lines and rows that name a command which its reader cannot send.

    `unusable` is asked for each command with its argument ("/pause 1"); by default, that is every one.
    """
    gone = frozenset(filter(unusable, page.commands))
    if not gone:
        return page
    pattern = commands_pattern(gone)

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
