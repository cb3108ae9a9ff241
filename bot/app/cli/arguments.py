"""Arguments and help of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import TypeAlias

from bot.domain.deliveries import DeliveryState
from bot.domain.requests import Chat
from bot.version import VERSION

#: the highest number that both databases can store
_HIGHEST = 2**63 - 1
#: accepted years
_YEARS = range(2000, 2101)
_EPILOG = "Settings come from the environment (PAPERBOY_...), .env or /run/secrets; docs/settings.md lists them."
#: commands whose arguments are a query
_WORDY = frozenset({"papers", "trending", "topic"})
#: prefix of a word that looks like an option; process arguments cannot contain it
_SHIELD = "\0"


#: where commands are added; argparse has no public name for its type
_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = argparse.ArgumentParser(
        prog="paperboy", description="Delivers digests of trending research papers to chats.", epilog=_EPILOG
    )
    top.add_argument("--version", action="version", version=f"paperboy {VERSION}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _answering(commands)
    _collecting(commands)
    _delivering(commands)
    _maintaining(commands)
    return top


def _answering(commands: _Commands) -> None:
    """Add the commands that answer people."""
    _command(commands, "run", "collect papers on a schedule and serve every configured platform, or this terminal")
    chat = _command(commands, "chat", "talk to the bot in this terminal, or pipe lines into it")
    chat.add_argument("--json", action="store_true", help="answer each line of a pipe with a JSON object")
    chat.add_argument("--at", type=_moment, metavar="MOMENT", help="pretend it is this time, such as 2026-04-24T09:00Z")
    _ask(
        _command(commands, "trending", "print trending papers"),
        "day|week|month, trending|votes|new|rising, words",
        "*",
    )
    _ask(_command(commands, "papers", "print papers on a topic"), "words to search for, or a query", "+")
    topic = _command(commands, "topic", "try a topic: list the papers that a subscription would send")
    _ask(topic, "the query of a subscription", "+")
    topic.add_argument("--from", type=_day, metavar="DAY", dest="first", help="the first day of the lists")
    topic.add_argument("--to", type=_day, metavar="DAY", dest="last", help="the last day; default: the newest list")


def _collecting(commands: _Commands) -> None:
    """Add the commands that fetch, import and index papers."""
    collect = _command(commands, "collect", "fetch new papers and votes once")
    collect.add_argument("--from", type=_day, metavar="DAY", dest="first", help="fetch the lists from this day on")
    collect.add_argument("--to", type=_day, metavar="DAY", dest="last", help="the last day; default: the day of --from")
    _json(collect)
    _import(_command(commands, "import", "import an archive of papers and votes"))
    index = _command(commands, "index", "show or rebuild the search index; it updates itself")
    index.add_argument(
        "what", choices=("status", "rebuild", "encode"), help="show its state, rebuild it, or compute missing vectors"
    )
    _json(index)


def _delivering(commands: _Commands) -> None:
    """Add the commands about deliveries and mail."""
    _command(commands, "work", "deliver digests; run as many as you like on one PostgreSQL")
    _deliveries(_command(commands, "deliveries", "list deliveries and their outcomes"))
    deliver = _command(commands, "deliver", "send what is due now, once")
    deliver.add_argument(
        "--at", type=_moment, metavar="MOMENT", help="pretend it is this time, such as 2026-04-24T09:00Z"
    )
    resend = _command(commands, "resend", "resend an uncertain or failed delivery")
    resend.add_argument("id", type=_number, metavar="ID", help="its number in paperboy deliveries")
    _mail(_command(commands, "mail", "manage e-mail subscriptions and report bounces"))


def _maintaining(commands: _Commands) -> None:
    """Add the commands about the database and the installation."""
    _migrate(_command(commands, "migrate", "upgrade the database, or copy it to another one"))
    doctor = _command(commands, "doctor", "check settings, database, network and platforms")
    doctor.add_argument(
        "--live", action="store_true", help="check only whether digests are being delivered, for monitoring"
    )
    _json(doctor)


def _command(commands: _Commands, name: str, help: str) -> argparse.ArgumentParser:
    """Add a command; its own help begins with the line that the list of commands has."""
    return commands.add_parser(name, help=help, description=f"{help[0].upper()}{help[1:]}.")


def _deliveries(command: argparse.ArgumentParser) -> None:
    command.add_argument("--state", type=DeliveryState, choices=list(DeliveryState), help="only those in this state")
    command.add_argument("--chat", type=_chat, metavar="SURFACE:ID[:THREAD]", help="only those of this chat")
    command.add_argument("--day", type=_day, metavar="DAY", help="only those of this local date")
    command.add_argument(
        "--limit", type=_number, default=100, metavar="N", help="at most N, newest first (default: 100)"
    )
    _json(command)


def _mail(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, help, words in (
        ("subscribe", "send a confirmation mail; digests start when it is confirmed", "ADDRESS agents at 9:00 Berlin"),
        ("unsubscribe", "end the subscription named in the subject of a mail to PAPERBOY_MAIL_UNSUBSCRIBE", "TOKEN"),
        ("release", "allow sending to the address again", "ADDRESS"),
    ):
        _command(actions, name, help).add_argument("words", nargs="+", metavar="WORD", help=words)
    bounce = _command(actions, "bounce", "record a bounce or spam complaint and stop sending there")
    bounce.add_argument("words", nargs="*", metavar="WORD", help="ADDRESS [hard|soft|complaint]")
    bounce.add_argument("--stdin", action="store_true", help="read a delivery report (RFC 3464) from standard input")


def _migrate(command: argparse.ArgumentParser) -> None:
    command.add_argument("--from", metavar="URL", dest="source", help="the database to copy")
    command.add_argument("--to", metavar="URL", dest="target", help="the empty database to copy it to")


def _ask(command: argparse.ArgumentParser, help: str, many: str) -> None:
    command.add_argument("words", nargs=many, default=[], type=_word, help=help)
    _json(command)


def shielded(arguments: Sequence[str]) -> list[str]:
    """Return the arguments so that `-survey` is a word of a query; only `-h` and `--long` are options."""
    if not arguments or arguments[0] not in _WORDY:
        return [*arguments]
    return [_SHIELD + each if _is_word(each) else each for each in arguments]


def _is_word(argument: str) -> bool:
    return argument.startswith("-") and not argument.startswith("--") and argument != "-h"


def _word(text: str) -> str:
    return text.removeprefix(_SHIELD)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write it like 2026-04-24") from None


def _number(text: str) -> int:
    if text.isascii() and text.isdecimal() and 0 < int(text[:20]) <= _HIGHEST:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")


def _moment(text: str) -> datetime:
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None and moment.year in _YEARS:
            return moment
    raise argparse.ArgumentTypeError(f"{text!r} is not a date and time with a zone; write it like 2026-04-24T09:00Z")


def _chat(text: str) -> Chat:
    surface, separator, rest = text.partition(":")
    id, _, thread = rest.partition(":")
    if not (surface and separator and id):
        raise argparse.ArgumentTypeError(f"{text!r} is not a chat; write it like telegram:-1001 or discord:42:7")
    return Chat(surface, id, thread)


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print one JSON document")


def _import(command: argparse.ArgumentParser) -> None:
    command.add_argument("papers", type=Path, metavar="FILE.jsonl[.gz]", help="one paper per line")
    command.add_argument("--observations", type=Path, metavar="FILE.csv[.gz]", help="votes over time")
