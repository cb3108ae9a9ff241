"""Commands that pages name, as the options of a slash command. Pure.

A page says "/subscribe agents at 9:00 Europe/Berlin top 5"; on Discord a person chooses the command and fills in
query, at, timezone and count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from adapters.discord.slash_commands import SAVE, SUBSCRIBE, SUBSCRIPTIONS, TO, YES
from bot.commands import COMMANDS
from bot.commands.managed_chats import destination
from bot.domain import schedule
from bot.domain.requests import Command, Completion, Option

#: a word; quotation marks keep several together
_WORD = re.compile(r'(?:[^\s"]|"[^"]*")+|"')
#: most words of a time zone or of days: "on the 1st"
_LONGEST_PHRASE = 3
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_KNOWN: Mapping[str, Command] = {name: command for command in COMMANDS for name in (command.name, *command.aliases)}
_REMEMBERED = 512


@dataclass(frozen=True, slots=True)
class HintOption:
    """An option with its value, and how many words of the argument it stands for."""

    option: str
    value: str
    words: int = 1


def split(line: str) -> tuple[str, str]:
    """Return the command of a line ("/pause 1") and its argument; the command is empty if there is no such one."""
    name, _, argument = line.removeprefix("/").partition(" ")
    known = _KNOWN.get(name)
    return (known.name if known else "", argument.strip())


@lru_cache(_REMEMBERED)
def options(name: str, argument: str) -> Sequence[tuple[str, str]]:
    """Return the options of a command that mean the same as its argument, with their values, in the command's order.

    It is the inverse of `bot.commands.typed.filled`. `argument` is one that a page names. Words that belong to
    no option have an empty name.
    """
    command, given = _KNOWN[name], dict[str, list[str]]()
    if name == SUBSCRIPTIONS and (to := destination(argument)):
        given[TO] = [to]
        argument = argument.removesuffix(to).rstrip().removesuffix(" to")
    words = _WORD.findall(argument)
    while words:
        found = _next(command, words, given)
        given.setdefault(found.option, []).append(found.value)
        words = words[found.words :]
    order = (*(option.name for option in command.options), SAVE, TO, "")
    return tuple((each, " ".join(given[each])) for each in order if each in given)


def _next(command: Command, words: Sequence[str], given: Mapping[str, object]) -> HintOption:
    """Return the option to which the next words belong."""
    free = [option for option in command.options if option.name not in given]
    if command.name == SUBSCRIBE and list(words) == [SAVE]:
        return HintOption(SAVE, YES)
    kinds = (_introduced(free, words), _chosen(free, words), _numbered(free, words), _scheduled(free, words, given))
    found = next((each for kind in kinds for each in kind), None)
    return found or HintOption(_open(command, given), words[0])


def _introduced(free: Sequence[Option], words: Sequence[str]) -> Iterator[HintOption]:
    """Yield the option that words of its own introduce: "at 9:00", "top 5", "top:5", "empty:best", "silent"."""
    for option in free:
        before = option.typed.partition("{}")[0]
        if before.endswith(" ") and len(words) > 1 and words[0] == before.rstrip():
            yield HintOption(option.name, words[1], 2)
        for each in {before, f"{before.rstrip()}:"} if before else ():
            if not each.endswith(" ") and words[0].startswith(each):
                yield HintOption(option.name, words[0].removeprefix(each))
        if words[0] == option.name and option.choices == ("yes", "no"):
            yield HintOption(option.name, YES)


def _chosen(free: Sequence[Option], words: Sequence[str]) -> Iterator[HintOption]:
    """Yield the option whose choices contain the word."""
    yield from (HintOption(option.name, words[0]) for option in free if words[0] in option.choices)


def _numbered(free: Sequence[Option], words: Sequence[str]) -> Iterator[HintOption]:
    """Yield the option that takes the number of a subscription, or a date."""
    for option in free:
        number = option.completion is Completion.SUBSCRIPTION and (words[0].isdecimal() or words[0] == "all")
        if number or (option.name == "day" and _DAY.fullmatch(words[0])):
            yield HintOption(option.name, words[0])


def _scheduled(free: Sequence[Option], words: Sequence[str], given: Mapping[str, object]) -> Iterator[HintOption]:
    """Yield the option for a time zone or for days that the next words are; "in Berlin" is a zone behind the time."""
    names = {option.name for option in free if option.name in ("timezone", "days")}
    for length in range(min(_LONGEST_PHRASE, len(words)), 0, -1) if names else ():
        phrase = " ".join(words[:length])
        if "timezone" in names and _is_zone(phrase, behind_time="at" in given or "days" in given):
            yield HintOption("timezone", phrase.removeprefix("in "), length)
        elif "days" in names and _is_days(phrase):
            yield HintOption("days", phrase, length)


def _is_zone(phrase: str, *, behind_time: bool) -> bool:
    said = schedule.read(f"at 9:00 {phrase}" if behind_time else phrase)
    return said.zone is not None and not said.rest and said.days is None and not said.announced


def _is_days(phrase: str) -> bool:
    said = schedule.read(phrase)
    found = said.days is not None or said.announced or said.month_day is not None
    return found and not said.rest and said.at is None and said.zone is None


def _open(command: Command, given: Mapping[str, object]) -> str:
    """Return the option that takes all other words; empty for a command that takes none."""
    texts = [option for option in command.options if not option.choices and option.typed == "{}"]
    required = [option for option in texts if option.required and option.name not in given]
    queries = [option for option in texts if option.completion is Completion.QUERY]
    words = [option for option in texts if option.completion is not Completion.SUBSCRIPTION]
    return next((option.name for option in (*required, *queries, *words, *texts)), "")
