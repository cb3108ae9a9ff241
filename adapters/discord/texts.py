"""Texts of pages as Markdown: escaped, with times in the reader's time zone and commands that can be clicked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache

from adapters.discord.command_names import COMMAND_NAMES, OPTION_NAMES
from adapters.discord.context import RenderContext
from adapters.discord.localizations import names
from adapters.discord.markup import escaped
from adapters.discord.slash_commands import CHANNEL, SAVE, SUBSCRIBE, YES, choice_label, of_a_place
from bot.commands import COMMANDS
from bot.domain.pages import Moment, Page
from bot.domain.requests import Completion

#: opening and closing quotation marks: titles and what people typed stand between them, and stay as they are
_QUOTATION_MARKS = "“”„«»‹›「」『』"
#: what a page quotes, in one line from the first mark to the last
_QUOTED = re.compile(rf"[{_QUOTATION_MARKS}].*[{_QUOTATION_MARKS}]")
#: a command as pages print it, with the word and the number behind it, such as "/subscriptions edit 1"
_HINT = re.compile(
    rf"(?<![\w/])/({'|'.join(sorted(COMMAND_NAMES, key=len, reverse=True))})(?![\w/@-])"
    r"(?: (\w+)(?!\w|[.:=/-]\w))?(?: (\d+)(?!\w|\.\w))?"
)
_OF_A_PLACE = frozenset(command.name for command in COMMANDS if of_a_place(command))
#: by command and value, the option whose choices contain the value
_CHOICES = {
    (command.name, value): option.name for command in COMMANDS for option in command.options for value in option.choices
}
#: by command, the option that takes the number of a paper or a subscription
_NUMBERED = {
    command.name: option.name
    for command in COMMANDS
    for option in reversed(command.options)
    if option.completion in (Completion.PAPER, Completion.SUBSCRIPTION) or option.name in ("number", "of")
}
#: ids as long as any, to measure pages whatever is known
LONGEST_IDS: Mapping[str, str] = dict.fromkeys(COMMAND_NAMES, "0" * 20)


def markdown(text: str, page: Page, context: RenderContext) -> str:
    """Return a text of a page's own, which may name moments and commands.

    A moment becomes a timestamp, which Discord shows in the reader's time zone. A command becomes a mention, which
    opens it when it is clicked, followed by what to choose ("action:edit number:1"); as long as its id is unknown, its
    name in the page's language.
    """
    if not page.moments and "/" not in text:
        return escaped(text)
    stamped = _with_timestamps(page.moments)

    def shown(own: str) -> str:
        return _HINT.sub(lambda found: _hint(found, page.language, context), stamped(own))

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


def _hint(found: re.Match[str], language: str, context: RenderContext) -> str:
    name, *words = found.groups(default="")
    id = context.commands.get(name, "")
    mention = f"</{name}:{id}>" if id else f"/{_localized('command', language).get(name, name)}"
    about = context.channel if name in _OF_A_PLACE else ""
    place = _option(CHANNEL, f"<#{about}>", language) if about else ""
    return " ".join(filter(None, (mention, place, *(_chosen(name, word, language) for word in words))))


def _chosen(command: str, word: str, language: str) -> str:
    """Return a word of a hint as it is chosen in Discord: the option with its value, if it is clear which one."""
    if option := _CHOICES.get((command, word)):
        return _option(option, choice_label(option, word, language), language)
    if (command, word) == (SUBSCRIBE, SAVE):
        return _option(SAVE, choice_label(SAVE, YES, language), language)
    if word.isdecimal() and (option := _NUMBERED.get(command)):
        return _option(option, word, language)
    return word


def _option(name: str, value: str, language: str) -> str:
    return f"{_localized('option', language).get(name, name)}:{value}"


@cache
def _localized(kind: str, language: str) -> Mapping[str, str]:
    """Return the names of commands or options in a language, as its readers see them in Discord's menus."""
    localized = names(COMMAND_NAMES if kind == "command" else OPTION_NAMES)
    return {base: known[language] for base, known in localized.items() if language in known}
