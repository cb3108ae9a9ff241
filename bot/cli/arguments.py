"""What may be typed behind `paperboy`."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from bot.version import VERSION

_EPILOG = "Settings come from the environment (PAPERBOY_...), from .env or from secret files; the README lists them."


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    top = argparse.ArgumentParser(
        prog="paperboy", description="Digests of trending research papers, where people talk.", epilog=_EPILOG
    )
    top.add_argument("--version", action="version", version=f"paperboy {VERSION}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("run", help="collect on a schedule and serve every configured surface; none: the console")
    commands.add_parser("chat", help="talk to the bot in this terminal, or pipe lines into it")
    _ask(
        commands.add_parser("trending", help="what is trending"),
        "day|week|month, trending|votes|new|rising, words",
        "*",
    )
    _ask(commands.add_parser("papers", help="papers on a topic"), "words that a paper must have", "+")
    collect = commands.add_parser("collect", help="one round: read every source that is due, and keep what it brings")
    collect.add_argument("--from", type=_day, metavar="DAY", dest="first", help="read the lists from this day on")
    collect.add_argument(
        "--to", type=_day, metavar="DAY", dest="last", help="up to this one; without it, the day of --from"
    )
    _json(collect)
    _import(commands.add_parser("import", help="load an archive of papers and of their votes over time"))
    commands.add_parser("migrate", help="bring the database up to this version")
    index = commands.add_parser("index", help="the index that papers are found with; it follows the database by itself")
    index.add_argument("what", choices=("status", "rebuild"), help="how it is, or make it anew")
    _json(index)
    _json(commands.add_parser("doctor", help="check settings, database, network and sources, and say what to do"))
    return top


def _ask(command: argparse.ArgumentParser, help: str, many: str) -> None:
    command.add_argument("words", nargs=many, default=[], help=help)
    _json(command)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; it looks like 2026-04-24") from None


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="for a program to read")


def _import(command: argparse.ArgumentParser) -> None:
    command.add_argument("papers", type=Path, metavar="FILE.jsonl[.gz]", help="a paper in each line")
    command.add_argument("--observations", type=Path, metavar="FILE.csv[.gz]", help="votes over time")
