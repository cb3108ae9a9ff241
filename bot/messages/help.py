"""Pages of /help."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.i18n import joined, lines, tr
from bot.domain.pages import Action, Page, Row, RowKind, Section
from bot.domain.requests import Command


def overview(commands: Sequence[Command]) -> Page:
    """Return all commands, one per row."""
    return Page(
        title=tr("Paperboy finds the papers that matter"),
        intro=tr("Ask what's trending, or for papers on a topic. Numbers refer to the last list shown here."),
        sections=(
            Section(rows=tuple(Row(f"/{command.name}", command.summary, RowKind.COMMAND) for command in commands)),
        ),
        footer=tr("More about a command: {command}", command="/help trending"),
        actions=(Action(tr("Trending"), "trending"), Action(tr("This week"), "trending week")),
    )


def command(command: Command) -> Page:
    """Return one command with its options and examples."""
    options = tuple(Row(option.name, _option(option.description, option.choices)) for option in command.options)
    sections = (
        Section(heading=tr("Options"), rows=options),
        Section(heading=tr("Examples"), text="\n".join(command.examples)),
    )
    return Page(
        title=f"/{command.name}",
        intro=lines(command.summary, command.usage),
        sections=tuple(section for section in sections if section.rows or section.text),
    )


def _option(description: str, choices: Sequence[str]) -> str:
    if not choices:
        return description
    return tr("{description}: {choices}", description=description, choices=joined(", ", *choices))
