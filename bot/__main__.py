"""Entry point: the command line. The only module that reads the system clock."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime

from adapters.console.locales import environment_locale
from adapters.console.surface import Console, show
from bot.app import logs, settings
from bot.app.adapters import open_adapters
from bot.app.cli import answers
from bot.app.cli.app import App, Sources, open_app, open_sources
from bot.app.cli.arguments import parser, shielded
from bot.app.cli.output import tolerate_encodings
from bot.app.cli.progress import status
from bot.app.listeners import Binding, Listener, listening
from bot.app.settings import Settings
from bot.commands import offered
from bot.domain.errors import PaperboyError, SettingsError, UsageError
from bot.domain.log import Log
from bot.domain.private_files import keep_private
from bot.domain.redaction import Redactor
from bot.storage.process_lock import serving

log = Log(__name__)

#: commands that log environment variables that are no settings
_PERMANENT = frozenset({"run", "work"})
#: commands that log warnings, because their output does not mention every problem
_WITH_WARNINGS = frozenset({"collect", "import"})
#: commands that need the search index
_SEARCHING = frozenset({"run", "chat", "papers", "index"})
#: commands that need the adapters
_ADAPTERS_WANTED = frozenset({"run", "work", "deliver", "doctor", "mail"})


def clock() -> datetime:
    """Return the current time; the only place that reads the system clock."""
    return datetime.now(UTC)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Return 0 for success, 1 for a failure, 2 for wrong usage or settings."""
    tolerate_encodings(sys.stdin, sys.stdout, sys.stderr)
    asked = parser().parse_args(shielded(sys.argv[1:] if arguments is None else arguments))
    redact = Redactor()
    keep_private()
    try:
        chosen = settings.load()
        redact = Redactor(chosen.secrets)
        logs.configure(_level(chosen, asked.command), chosen.log_format, chosen.secrets)
        if asked.command in _PERMANENT:
            _report_unknown_settings()
        return asyncio.run(_do(asked, chosen))
    except (SettingsError, UsageError) as error:
        return _failed(redact.text(f"paperboy: {error}"), 2)
    except PaperboyError as error:
        return _failed(redact.text(f"paperboy: {error}"), 1)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # the reader closed the pipe; without this, Python would report it again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        # an internal error; Python's own traceback might contain secrets
        return _failed(redact.exception(error), 1)
    finally:
        # skip the last garbage collection, which takes 0.1 s
        gc.freeze()


def _report_unknown_settings() -> None:
    """Log variables that look like settings and have no effect, as an error: a warning is not shown by default."""
    for name, near in settings.unknown().items():
        log.error("unknown setting", name=name, did_you_mean=near or None)


def _failed(message: str, code: int) -> int:
    sys.stderr.write(f"{message}\n")
    return code


def _level(chosen: Settings, command: str) -> str:
    if chosen.log_level != "auto":
        return chosen.log_level
    return "warning" if command in _WITH_WARNINGS else "error"


async def _do(asked: argparse.Namespace, chosen: Settings) -> int:
    if asked.command == "migrate" and (asked.source or asked.target):
        return await _move(asked)
    async with AsyncExitStack() as stack:
        wanted = asked.command in _ADAPTERS_WANTED
        adapters = await stack.enter_async_context(open_adapters(chosen, clock)) if wanted else []
        if asked.command == "doctor":
            from bot.app.cli.doctor import doctor

            return await doctor(chosen, clock, adapters, live=asked.live, as_json=asked.json)
        now = (lambda: asked.at) if asked.command == "chat" and asked.at else clock
        app = await stack.enter_async_context(open_app(chosen, now, adapters, searching=asked.command in _SEARCHING))
        return await _with_app(asked, app)


async def _with_app(asked: argparse.Namespace, app: App) -> int:
    match asked.command:
        case "trending" | "papers" | "topic":
            return await _ask(asked, app)
        case "collect":
            from bot.app.cli.collecting import collect

            return await collect(app, asked.first, asked.last, as_json=asked.json)
        case "import":
            from bot.app.cli.importing import load

            return await load(app, asked.papers, asked.observations)
        case "index":
            from bot.app.cli.index import index

            return await index(app, asked.what, as_json=asked.json)
        case "migrate":
            sys.stdout.write(f"The database is at schema {app.store.version}.\n")
        case "chat":
            await _chat(app, as_json=asked.json)
        case "work":
            from bot.app.cli.working import work

            await work(app)
        case "deliveries" | "deliver" | "resend" | "mail":
            return await _ledger(asked, app)
        case _:
            await _run(app)
    return 0


async def _ledger(asked: argparse.Namespace, app: App) -> int:
    from bot.app.cli.deliveries import Filter, deliveries
    from bot.app.cli.delivering import deliver, resend
    from bot.app.cli.mailing import mail

    match asked.command:
        case "mail":
            return await mail(app, asked.action, asked.words, stdin=getattr(asked, "stdin", False))
        case "deliver":
            return await deliver(app, asked.at)
        case "resend":
            return await resend(app, asked.id)
        case _:
            wanted = Filter(state=asked.state, chat=asked.chat, day=asked.day, limit=asked.limit)
            return await deliveries(app, wanted, as_json=asked.json)


async def _move(asked: argparse.Namespace) -> int:
    from bot.app.cli.delivering import migrate

    if not (asked.source and asked.target):
        raise UsageError("paperboy migrate needs both --from and --to, or neither.")
    return await migrate(asked.source, asked.target, clock())


async def _ask(asked: argparse.Namespace, app: App) -> int:
    if asked.command == "topic":
        from bot.app.cli.topics import topic

        await topic(app, asked.words, asked.first, asked.last, as_json=asked.json)
    elif asked.json:
        await answers.facts(app, asked.command, asked.words)
    else:
        show(await answers.page(app, asked.command, asked.words), sys.stdout)
    return 0


async def _chat(app: App, *, as_json: bool) -> None:
    async with open_sources(app.settings, app.store.turns) as sources:
        with status("Reading the sources …"):
            await app.refresh(sources)
        if app.finder and (as_json or not sys.stdin.isatty()):
            # in a pipe, complete answers matter more than fast ones
            await app.finder.caught_up()
        if not as_json:
            await _console(app, sources).serve()
            return
        from bot.app.cli.json_chat import converse

        await converse(app.service(sources), app.clock().date(), sys.stdin, sys.stdout)


async def _run(app: App) -> None:
    """Serve all configured surfaces; in a terminal without any, open the console."""
    here = sys.stdin.isatty() and sys.stdout.isatty()
    if app.surfaces or (app.listeners and not here):
        from bot.app.cli.working import run

        await run(app)
        return
    if not here:
        await app.refresh()
        await _console(app, Sources()).greet()
        return
    with serving(app.settings.database):
        await _serve_console(app)


async def _serve_console(app: App) -> None:
    from bot.app.scheduler import ticking  # APScheduler costs 0.1 s, and only a process that stays needs it

    bound, notes = _bound(app.listeners)
    async with open_sources(app.settings, app.store.turns) as sources:
        with status("Reading the sources …"):
            await app.refresh(sources)
        if app.finder:
            app.finder.start()
        collector = app.collector(sources)
        console = _console(app, sources)
        await console.greet()
        sys.stdout.writelines(f"\n{line}\n" for line in notes)
        async with (
            ticking(lambda: collector.tick(clock(), app.collect_interval)),
            listening(bound, app.service(sources)),
        ):
            await console.serve()


def _bound(listeners: Sequence[Listener]) -> tuple[list[Listener], list[str]]:
    """Bind the addresses of listeners before they are announced. Return the listeners that run, and lines to print.

    A listener without its address is left out; the console works without it.
    """
    reached: list[Listener] = []
    notes: list[str] = []
    for listener in listeners:
        try:
            if isinstance(listener, Binding):
                notes.append(f"Also in your browser: {listener.bind()}")
            reached.append(listener)
        except SettingsError as error:
            notes.append(f"{error} The web site stays off until you choose another address or free this one.")
    return reached, notes


def _console(app: App, sources: Sources) -> Console:
    known, history = offered(mail=app.mailing is not None), app.settings.data_dir / "history"
    return Console(app.service(sources), known, history, locale=environment_locale(os.environ))


if __name__ == "__main__":
    sys.exit(main())
