"""Pages of /help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.i18n import Message, joined, syntax, tr
from bot.domain.pages import Action, Page, Row, RowKind, Section
from bot.domain.requests import Command


@dataclass(frozen=True, slots=True)
class Task:
    """What people want to do, with the commands for it."""

    name: Message
    example: str
    #: names; commands that no task names belong to the last one
    commands: frozenset[str] = frozenset()


_TASKS = (
    Task(
        tr("Get a digest"),
        "/subscribe agents -survey at 9:00 Europe/Berlin",
        frozenset({"subscribe", "email", "preview", "subscriptions"}),
    ),
    Task(
        tr("Find papers"),
        "/papers natural gradient since March with code",
        frozenset({"trending", "papers", "paper", "similar", "why", "digest", "recommended"}),
    ),
    Task(
        tr("Keep and vote"),
        "/save 1",
        frozenset({"save", "unsave", "saved", "bibtex", "vote", "taste"}),
    ),
    Task(tr("Manage"), "/status"),
)


def overview(commands: Sequence[Command]) -> Page:
    """Return all commands by what they are for, one per row, with an example of each task."""
    return Page(
        title=tr("Paperboy finds the papers that matter"),
        intro=tr("Ask what's trending, or for papers on a topic. Numbers refer to the last list shown here."),
        sections=tuple(_task(task, commands) for task in _TASKS),
        footer=tr("More about a command: {command}", command="/help trending"),
        actions=(Action(tr("Trending"), "trending"), Action(tr("This week"), "trending week")),
    )


def _task(task: Task, commands: Sequence[Command]) -> Section:
    return Section(
        heading=task.name,
        text=tr("For example: {command}", command=task.example),
        rows=tuple(
            Row(f"/{each.name}", each.summary, RowKind.COMMAND) for each in commands if _task_of(each.name) is task
        ),
    )


def _task_of(command: str) -> Task:
    return next((task for task in _TASKS if command in task.commands), _TASKS[-1])


def command(command: Command) -> Page:
    """Return one command with its options and examples."""
    options = tuple(Row(option.name, _option(option.description, option.choices)) for option in command.options)
    typed = Row(tr("Syntax"), syntax(command.usage), RowKind.SYNTAX)
    sections = (
        Section(rows=(typed,)),
        Section(heading=tr("Options"), rows=options),
        Section(heading=tr("Examples"), text="\n".join(command.examples)),
    )
    return Page(
        title=f"/{command.name}",
        intro=command.summary,
        sections=tuple(section for section in sections if section.rows or section.text),
    )


def _option(description: str, choices: Sequence[str]) -> str:
    if not choices:
        return description
    return tr("{description}: {choices}", description=description, choices=joined(", ", *choices))
