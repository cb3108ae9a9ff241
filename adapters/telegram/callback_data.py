"""Callback data of buttons and payloads of deep links: encode and decode command lines. Pure.

A line is a command with its argument, preceded by its target if that is not the current chat: "@-1001234567890 pause
id:3", and with a forum topic "@-1001234567890/7 pause id:3".
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from adapters.telegram import targets
from bot.commands.managed_chats import destination
from bot.domain.pages import ACTION_BYTES

#: maximum characters of a `start=` payload
_PAYLOAD = 64
#: aliases that take the place of a command where a line would be too long for a button
_SHORT = {"subscriptions": "list"}
_LONG = {alias: command for command, alias in _SHORT.items()}
#: the command that moves subscriptions, and its alias
_MOVING = frozenset({"subscriptions", "list"})
_TARGET = re.compile(r"@(-\d{1,20})(?:/(\d{1,12}))?(?=\s|$)", re.ASCII)


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A command, its argument, and its target chat."""

    command: str
    argument: str = ""
    #: "-1001234567890", with "/7" for a topic; "@name" if a person typed it; empty for the current chat
    target: str = ""

    def __str__(self) -> str:
        text = f"{self.command} {self.argument}".rstrip()
        return f"@{self.target.lstrip('@')} {text}" if self.target else text


def decode(text: str) -> CommandLine:
    """Decode the data of a button or link."""
    target = ""
    if found := _TARGET.match(text):
        target, text = found[0][1:], text[found.end() :].lstrip()
    command, _, argument = text.partition(" ")
    return CommandLine(_LONG.get(command, command), argument, target)


def split_target(command: str, argument: str) -> CommandLine:
    """Split a typed command into the line and the chat it names as target.

    "/subscribe @channel agents" and "/subscribe -1001234567890 agents" name one; a t.me link does too, also at the
    end: "/subscribe https://t.me/channel agents".
    """
    first, _, rest = argument.partition(" ")
    if command in _MOVING and destination(argument):
        # a link at the end is where to move something, not what the command is about
        return CommandLine(command, argument)
    if place := targets.target(first):
        return CommandLine(command, rest.strip(), place)
    before, _, last = argument.rpartition(" ")
    if place := targets.address(last):
        return CommandLine(command, before.strip(), place)
    return CommandLine(command, argument)


def encode(line: CommandLine) -> str:
    """Encode a line as callback data, with the alias of a command if need be; empty if it is too long."""
    short = CommandLine(_SHORT.get(line.command, line.command), line.argument, line.target)
    return next((text for text in (str(line), str(short)) if len(text.encode()) <= ACTION_BYTES), "")


def encode_payload(line: CommandLine) -> str:
    """Encode a line as a `start=` payload; empty if it is too long."""
    if line.command in _LETTERS and not line.target and _is_plain(line.argument):
        return f"{_LETTERS[line.command]}-{line.argument.replace('.', '_').replace('/', '--')}"
    coded = base64.urlsafe_b64encode(str(line).encode()).decode().rstrip("=")
    return f"c-{coded}" if len(coded) + 2 <= _PAYLOAD else ""


def decode_payload(payload: str) -> CommandLine:
    """Decode a deep link's payload: a paper (`p-`), why it is listed (`w-`), a topic (`s-`), any line (`c-`).

    Anything else is a plain start. Anybody can create links, so permissions are checked when the line is executed.
    """
    if len(payload) > _PAYLOAD:
        return CommandLine("start")
    letter, dash, rest = payload.partition("-")
    if dash and letter in _COMMANDS:
        words = rest.replace("--", "/").replace("_", "." if letter in "pw" else " ")
        return CommandLine(_COMMANDS[letter], words)
    return _decoded(rest) if dash and letter == "c" else CommandLine("start")


def _decoded(coded: str) -> CommandLine:
    try:
        line = decode(base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode())
    except (binascii.Error, ValueError):
        return CommandLine("start")
    return line if line.command else CommandLine("start")


_COMMANDS = {"p": "paper", "w": "why", "s": "subscribe"}
_LETTERS = {"paper": "p", "why": "w"}
_ID = re.compile(r"\d{4}\.\d{4,5}|[a-z]+(?:-[a-z]+)*/\d{7}", re.ASCII)


def _is_plain(argument: str) -> bool:
    """Whether it is a paper id that a payload can contain unencoded."""
    return bool(_ID.fullmatch(argument))
