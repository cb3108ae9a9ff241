"""Which commands are about a chat, so that they can name another one, and pages whose commands name it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from adapters.telegram.callback_data import split_target
from adapters.telegram.markup import QUOTED
from bot.domain.pages import Page, Section
from bot.messages.named_commands import commands_pattern

#: commands that show what a chat gets, beside those that change it
_SHOWING = frozenset({"subscriptions", "list", "status"})
#: commands that are about the person, unless a word of the argument says that they are about the chat; by the words
_IF_SAID: Mapping[str, frozenset[str]] = {
    "taste": frozenset({"chat"}),
    "language": frozenset({"chat", "for:chat"}),
    "forget": frozenset({"everything"}),
}


def accepting_target(managing: Collection[str]) -> frozenset[str]:
    """Return the names of the commands that may name another chat.

    `managing` are those that change what a chat gets.
    """
    return frozenset({*managing, *_SHOWING, *_IF_SAID})


def is_about_chat(command: str, argument: str, accepting: Collection[str]) -> bool:
    """Whether a command is about a chat, and not about the person who sends it.

    `accepting` are the names of the commands that may name another chat.
    """
    if command not in _IF_SAID:
        return command in accepting
    words = argument.casefold().split()
    # /forget alone asks whether everything about the chat is to be deleted
    return not _IF_SAID[command].isdisjoint(words) or (command == "forget" and not words)


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
    if not is_about_chat(name, argument, commands) or split_target(name, argument).target:
        return line
    return f"/{name} {target} {argument}".rstrip()
