"""Texts of pages as Markdown: escaped, with times in the reader's time zone and commands that can be clicked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache

from adapters.discord.command_names import COMMAND_NAMES, OPTION_NAMES
from adapters.discord.context import RenderContext
from adapters.discord.hints import options, split
from adapters.discord.localizations import names
from adapters.discord.markup import escaped
from adapters.discord.slash_commands import CHANNEL, choice_label, of_a_place
from bot.commands import COMMANDS
from bot.domain.pages import Moment, Page
from bot.messages.named_commands import commands_pattern

#: opening and closing quotation marks: titles and what people typed stand between them, and stay as they are
_QUOTATION_MARKS = "“”„«»‹›「」『』"
#: what a page quotes, in one line from the first mark to the last
_QUOTED = re.compile(rf"[{_QUOTATION_MARKS}].*[{_QUOTATION_MARKS}]")
_OF_A_PLACE = frozenset(command.name for command in COMMANDS if of_a_place(command))
#: ids as long as any, to measure pages whatever is known
LONGEST_IDS: Mapping[str, str] = dict.fromkeys(COMMAND_NAMES, "0" * 20)


def markdown(text: str, page: Page, context: RenderContext) -> str:
    """Return a text of a page's own, which may name moments and commands.

    A moment becomes a timestamp, which Discord shows in the reader's time zone. A command becomes a mention, which
    opens it when it is clicked, followed by the options to choose ("action:edit number:1"); as long as its id is
    unknown, its name in the page's language.
    """
    if not page.moments and "/" not in text:
        return escaped(text)
    stamped, hinted = _with_timestamps(page.moments), _with_mentions(page.commands)

    def shown(own: str) -> str:
        return hinted(stamped(own), lambda line: hint(line, page.language, context))

    return "\n".join(_outside_quotations(line, shown) for line in escaped(text).split("\n"))


def _outside_quotations(line: str, change: Callable[[str], str]) -> str:
    quoted = _QUOTED.search(line)
    if quoted is None:
        return change(line)
    return f"{change(line[: quoted.start()])}{quoted[0]}{change(line[quoted.end() :])}"


# a page is rendered in several forms, and each of its texts needs the same pattern
@lru_cache(64)
def _with_timestamps(moments: tuple[Moment, ...]) -> Callable[[str], str]:
    """Return what replaces the words of each moment in escaped text."""
    stamps = {
        written: f"<t:{int(moment.at.timestamp())}:{'R' if moment.relative else 'f'}>"
        for moment in moments
        # a marker is escaped at the start of a line only
        for written in (escaped(moment.text), escaped(f"x{moment.text}")[1:])
        if written
    }
    if not stamps:
        return str
    longest_first = "|".join(map(re.escape, sorted(stamps, key=len, reverse=True)))
    pattern = re.compile(rf"(?<!\w)(?:{longest_first})(?!\w)")
    return lambda text: pattern.sub(lambda found: stamps[found[0]], text)


@lru_cache(64)
def _with_mentions(commands: tuple[str, ...]) -> Callable[[str, Callable[[str], str]], str]:
    """Return what replaces each of the commands that a page names in escaped text."""
    lines = {escaped(line): line for line in commands if split(line)[0]}
    if not lines:
        return lambda text, write: text
    pattern = commands_pattern(lines)
    return lambda text, write: pattern.sub(lambda found: write(lines[found[0]]), text)


def hint(line: str, language: str, context: RenderContext) -> str:
    """Return a command that a page names ("/pause 1") as it is chosen in Discord: its mention and its options."""
    name, argument = split(line)
    id = context.commands.get(name, "")
    mention = f"</{name}:{id}>" if id else f"/{_localized('command', language).get(name, name)}"
    about = context.channel if name in _OF_A_PLACE else ""
    place = _option(CHANNEL, f"<#{about}>", language) if about else ""
    chosen = ((each, escaped(choice_label(each, value, language))) for each, value in options(name, argument))
    given = (_option(each, value, language) if each else value for each, value in chosen)
    return " ".join(filter(None, (mention, place, *given)))


def _option(name: str, value: str, language: str) -> str:
    return f"{_localized('option', language).get(name, name)}:{value}"


@cache
def _localized(kind: str, language: str) -> Mapping[str, str]:
    """Return the names of commands or options in a language, as its readers see them in Discord's menus."""
    localized = names(COMMAND_NAMES if kind == "command" else OPTION_NAMES)
    return {base: known[language] for base, known in localized.items() if language in known}
