"""Pure: what can be asked, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.pages import Action, Page, Row, Section
from bot.domain.requests import Command
from bot.messages import sources


def overview(commands: Sequence[Command]) -> Page:
    """Every command in a line."""
    return Page(
        title="Paperboy brings you the papers that matter",
        intro="Ask for what is trending, or for papers on a topic. A number means the last list that was shown here.",
        sections=(Section(rows=tuple(Row(f"/{command.name}", command.summary) for command in commands)),),
        footer="/help trending tells more of one command.",
        actions=(Action("Trending", "trending"), Action("This week", "trending week")),
    )


def command(command: Command) -> Page:
    """One command with its options and examples."""
    options = tuple(Row(option.name, _option(option.description, option.choices)) for option in command.options)
    sections = (
        Section(heading="Options", rows=options),
        Section(heading="Examples", text="\n".join(command.examples)),
    )
    return Page(
        title=f"/{command.name}",
        intro=f"{command.summary}\n{command.usage}",
        sections=tuple(section for section in sections if section.rows or section.text),
    )


def _option(description: str, choices: Sequence[str]) -> str:
    return f"{description}: {', '.join(choices)}" if choices else description


def privacy() -> Page:
    """What is kept of the people who ask."""
    kept = (
        Row(
            "of a chat",
            "its id on its platform, its subscriptions, what came of them, the ids of papers it was shown, and its "
            "last question, for two days",
        ),
        Row(
            "of a mailbox",
            "its address, while it is asked (two days) and as long as it gets digests; whether mail came back",
        ),
        Row("of a person", "which papers you save and vote on, under your id there; no name, no message, no question"),
        Row("of a press", "its id on its platform, for two days, so that it counts once; not who pressed"),
        Row("elsewhere", f"words of a topic of which little is stored go to {sources.remote()}, never who asked"),
        Row("in logs", "which command was used and how long the answer took"),
    )
    return Page(
        title="Privacy",
        intro="Paperboy keeps what it needs to answer, and no more.",
        sections=(Section(rows=kept),),
        footer="/forget me deletes what is kept of you, /forget everything all that is kept of this chat.",
    )
