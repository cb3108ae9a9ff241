"""Name the target chat in the commands of a page's texts, as its buttons do. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from adapters.telegram.callback_data import split_target
from adapters.telegram.markup import QUOTED
from bot.domain.pages import Page, Section
from bot.messages.named_commands import commands_pattern


def with_target(page: Page, target: str, commands: Collection[str]) -> Page:
    """Return a page about another chat whose commands name that chat: "/pause 1" becomes "/pause -1001234567890 1".

    `commands` are the names of the commands that accept a target. What the page quotes stays as it is, and so do code
    blocks: they are copied whole.
    """
    lines = {line: _about(line, target, commands) for line in page.commands}
    if not lines:
        return page
    pattern = commands_pattern(lines)

    def named(text: str) -> str:
        return "\n".join(map(line_named, text.split("\n")))

    def line_named(text: str) -> str:
        quoted = QUOTED.search(text)
        if quoted is None:
            return pattern.sub(lambda found: lines[found[0]], text)
        return f"{line_named(text[: quoted.start()])}{quoted[0]}{line_named(text[quoted.end() :])}"

    def section(each: Section) -> Section:
        rows = tuple(replace(row, label=named(row.label), text=named(row.text)) for row in each.rows)
        return replace(each, text=named(each.text), rows=rows)

    sections = tuple(section(each) for each in page.sections)
    return replace(
        page,
        intro=named(page.intro),
        footer=named(page.footer),
        sections=sections,
        commands=tuple(dict.fromkeys(lines.values())),
    )


def _about(line: str, target: str, commands: Collection[str]) -> str:
    """Return a command that names the target, if it accepts one and names none yet."""
    name, _, argument = line.removeprefix("/").partition(" ")
    if name not in commands or split_target(name, argument).target:
        return line
    return f"/{name} {target} {argument}".rstrip()
