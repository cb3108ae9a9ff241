"""Pages of /help and /privacy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.i18n import Message, Translatable, joined, lines, syntax, tr
from bot.domain.pages import Action, Page, Row, RowKind, Section
from bot.domain.requests import Command
from bot.messages import sources
from bot.sources.registry import DETAILS_FROM


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
        "/papers protein folding",
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


def privacy(*, from_opened: bool = False) -> Page:
    """Return what is stored about chats and people. `from_opened` is whether opened papers count as liked."""
    return Page(
        title=tr("Privacy"),
        intro=tr("Paperboy stores only what it needs to answer you and to send your digests."),
        sections=(Section(rows=_stored(from_opened=from_opened)),),
        footer=lines(
            tr("{command} deletes everything about you.", command="/forget me"),
            tr("{command} deletes everything about this chat.", command="/forget everything"),
        ),
    )


def _stored(*, from_opened: bool) -> tuple[Row, ...]:
    return (
        Row(
            tr("About a chat"),
            tr(
                "its id and name on its platform, its server, its language, when it added me, its subscriptions and "
                "their deliveries, the ids of papers already shown, and for two days the last question"
            ),
        ),
        Row(
            tr("About a mailbox"),
            tr(
                "its address, for two days after somebody enters it and for as long as it gets digests, "
                "and how many mails bounced"
            ),
        ),
        Row(
            tr("About a person"),
            tr(
                "your language, which papers you save and vote on, what you subscribed to and which chats you manage, "
                "under your id on the platform; no names, no messages"
            ),
        ),
        Row(tr("About your taste"), _of_taste(from_opened=from_opened)),
        Row(
            tr("About a button"),
            tr(
                "the id of each press, for two days, so that it counts only once; who pressed it and what for, only "
                "until it is answered"
            ),
        ),
        Row(
            tr("Sent elsewhere"),
            _sent_elsewhere(),
        ),
        Row(tr("In logs"), tr("which command was used, in which chat, and how long the answer took")),
    )


def _sent_elsewhere() -> Translatable:
    return joined(
        "; ",
        tr(
            "if I know few papers on a topic, or if it is about the life sciences, I send its words to {sources}, "
            "but never who asked",
            sources=sources.remote(),
        ),
        tr(
            "if somebody opens a paper, I may send its id to {sources}, but never who opened it",
            sources=sources.names(DETAILS_FROM),
        ),
    )


def _of_taste(*, from_opened: bool) -> Translatable:
    opened = (
        tr("Papers you open count as liked; I store their ids.")
        if from_opened
        else tr("I don't store which papers you open.")
    )
    return joined(
        " ",
        tr("the words you sent with {command} and the papers you pasted, under your id.", command="/taste"),
        tr("I compute what you like from these, your votes and your saved papers. Only you can see it."),
        tr("Votes in a chat also shape that chat's taste. Members can see it, but not who voted for what."),
        opened,
    )
