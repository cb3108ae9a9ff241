"""What may be typed behind `paperboy`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from bot.models import Chat, DeliveryState
from bot.version import VERSION

_EPILOG = "Settings come from the environment (PAPERBOY_...), from .env or from secret files; the README lists them."
#: commands behind which a query stands
_WORDY = frozenset({"papers", "trending", "topic"})
#: stands before a word that looks like an option; no argument of a process has it
_SHIELD = "\0"


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    top = argparse.ArgumentParser(
        prog="paperboy", description="Digests of trending research papers, where people talk.", epilog=_EPILOG
    )
    top.add_argument("--version", action="version", version=f"paperboy {VERSION}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("run", help="collect on a schedule and serve every configured surface; none: the console")
    chat = commands.add_parser("chat", help="talk to the bot in this terminal, or pipe lines into it")
    chat.add_argument("--json", action="store_true", help="read lines from a pipe and answer each with a JSON object")
    chat.add_argument("--at", type=_moment, metavar="MOMENT", help="as of another moment: 2026-04-24T09:00Z")
    _ask(
        commands.add_parser("trending", help="what is trending"),
        "day|week|month, trending|votes|new|rising, words",
        "*",
    )
    _ask(commands.add_parser("papers", help="papers on a topic"), "words that a paper must have", "+")
    topic = commands.add_parser("topic", help="try out a topic: what a subscription to it would let through")
    _ask(topic, "the query of a subscription", "+")
    topic.add_argument("--from", type=_day, metavar="DAY", dest="first", help="the first day of the lists")
    topic.add_argument("--to", type=_day, metavar="DAY", dest="last", help="the last one; without it, the newest")
    collect = commands.add_parser("collect", help="one round: read every source that is due, and keep what it brings")
    collect.add_argument("--from", type=_day, metavar="DAY", dest="first", help="read the lists from this day on")
    collect.add_argument(
        "--to", type=_day, metavar="DAY", dest="last", help="up to this one; without it, the day of --from"
    )
    _json(collect)
    _import(commands.add_parser("import", help="load an archive of papers and of their votes over time"))
    index = commands.add_parser("index", help="the index that papers are found with; it follows the database by itself")
    index.add_argument("what", choices=("status", "rebuild"), help="how it is, or make it anew")
    _json(index)
    commands.add_parser("work", help="deliver, beside any number of others on the same PostgreSQL")
    _deliveries(commands.add_parser("deliveries", help="what came, what did not, and why"))
    deliver = commands.add_parser("deliver", help="one round: send what is due")
    deliver.add_argument("--at", type=_moment, metavar="MOMENT", help="as of another moment: 2026-04-24T09:00Z")
    resend = commands.add_parser("resend", help="send a delivery again that is uncertain or has failed")
    resend.add_argument("id", type=int, metavar="ID", help="its number in paperboy deliveries")
    _mail(commands.add_parser("mail", help="papers by mail: ask a mailbox, and tell of mail that came back"))
    _migrate(commands.add_parser("migrate", help="bring the database up to this version, or into another database"))
    doctor = commands.add_parser("doctor", help="check settings, database, network and sources, and say what to do")
    doctor.add_argument("--live", action="store_true", help="only whether digests go out right now, for a monitor")
    _json(doctor)
    return top


def _deliveries(command: argparse.ArgumentParser) -> None:
    command.add_argument("--state", type=DeliveryState, choices=list(DeliveryState), help="only those in this state")
    command.add_argument("--chat", type=_chat, metavar="SURFACE:ID[:THREAD]", help="only those of this chat")
    command.add_argument("--day", type=_day, metavar="DAY", help="only those of this local date")
    command.add_argument("--limit", type=int, default=100, metavar="N", help="at most so many, the newest (100)")
    _json(command)


def _mail(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, help, words in (
        ("subscribe", "send a mail that asks whether its owner wants a digest", "ADDRESS agents at 9:00 Berlin"),
        ("unsubscribe", "end the subscription that a mail to PAPERBOY_MAIL_UNSUBSCRIBE has in its subject", "TOKEN"),
        ("release", "mail may be sent there again", "ADDRESS"),
    ):
        actions.add_parser(name, help=help).add_argument("words", nargs="+", metavar="WORD", help=words)
    bounce = actions.add_parser("bounce", help="mail came back, or was reported as spam: send no more there")
    bounce.add_argument("words", nargs="*", metavar="WORD", help="ADDRESS [hard|soft|complaint]")
    bounce.add_argument(
        "--stdin", action="store_true", help="read a delivery report (RFC 3464), as a mail server sends it"
    )


def _migrate(command: argparse.ArgumentParser) -> None:
    command.add_argument("--from", metavar="URL", dest="source", help="the database that has everything")
    command.add_argument("--to", metavar="URL", dest="target", help="the empty one where it shall be")


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
        raise argparse.ArgumentTypeError(f"{text!r} is no day; it looks like 2026-04-24") from None


def _moment(text: str) -> datetime:
    with suppress(ValueError):
        if (moment := datetime.fromisoformat(text)).tzinfo is not None:
            return moment
    raise argparse.ArgumentTypeError(f"{text!r} is no moment; it looks like 2026-04-24T09:00Z")


def _chat(text: str) -> Chat:
    surface, separator, rest = text.partition(":")
    id, _, thread = rest.partition(":")
    if not (surface and separator and id):
        raise argparse.ArgumentTypeError(f"{text!r} is no chat; it looks like telegram:-1001 or discord:42:7")
    return Chat(surface, id, thread)


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="for a program to read")


def _import(command: argparse.ArgumentParser) -> None:
    command.add_argument("papers", type=Path, metavar="FILE.jsonl[.gz]", help="a paper in each line")
    command.add_argument("--observations", type=Path, metavar="FILE.csv[.gz]", help="votes over time")
