"""A process that has imported the program and forks a child for each command, and for each process of the proofs.

Importing costs most of the time of a short command, and the tests run more than a hundred. A child starts from the
imports alone: settings, logging and connections are made after the fork, as in a process that was just started.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from typing import Literal, NoReturn, TextIO

#: what nearly every command needs, and the workers and the platform of the proofs; nothing that is run by its name
_IMPORTED = (
    "bot.app.cli.app",
    "bot.app.cli.working",
    "bot.app.workers",
    "bot.search.finder",
    "bot.sources.arxiv",
    "bot.sources.huggingface",
    "stamina.instrumentation",
    "aiosqlite",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "tests.local_http",
    "tests.proofs.surface",
)
#: both outputs may go to one file
_WRITE = os.O_WRONLY | os.O_APPEND
#: seconds between two looks whether the tests are still there
_LOOK = 1.0


def serve(path: str) -> NoReturn:
    """Run commands that are asked for at a Unix socket, until this process is ended."""
    for module in _IMPORTED:
        # psycopg is an extra
        with suppress(ModuleNotFoundError):
            importlib.import_module(module)
    gc.collect()
    gc.freeze()
    parent = os.getppid()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        listener.settimeout(_LOOK)
        while os.getppid() == parent:
            try:
                asked, _ = listener.accept()
            except TimeoutError:
                continue
            if os.fork() == 0:
                listener.close()
                _handle(asked)
            asked.close()
    sys.exit()


def _handle(asked: socket.socket) -> NoReturn:
    """Fork the command, tell its process id and at its end its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with asked.makefile("rw") as lines:
        job = json.loads(lines.readline())
        child = os.fork()
        if child == 0:
            os.close(asked.fileno())
            os.chdir(job["directory"])
            _run(job["module"], job["arguments"], job["environment"], job["files"])
        lines.write(f"{child}\n")
        lines.flush()
        _, status = os.waitpid(child, 0)
        lines.write(f"{os.waitstatus_to_exitcode(status)}\n")
        lines.flush()
    os._exit(0)


def _run(module: str, arguments: Sequence[str], environment: dict[str, str], files: Sequence[str]) -> NoReturn:
    """Be the command: its streams, its environment, its arguments."""
    # the first terminal that the leader of a session opens is its own, as a shell's
    os.setsid()
    for number, (path, mode) in enumerate(zip(files, (os.O_RDONLY, _WRITE, _WRITE), strict=True)):
        opened = os.open(path, mode)
        os.dup2(opened, number)
        os.close(opened)
    encoding = environment.get("PYTHONIOENCODING", "")
    sys.stdin, sys.stdout = _stream(0, "r", sys.stdin, encoding), _stream(1, "w", sys.stdout, encoding)
    sys.stderr = _stream(2, "w", sys.stderr, encoding, buffering=1)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["paperboy", *arguments]
    code = 1
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as ended:
        code = _code(ended.code)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _stream(number: int, mode: Literal["r", "w"], like: TextIO, encoding: str, buffering: int = -1) -> TextIO:
    """Return a standard stream as the interpreter makes it, with the encoding that the environment asks for, if any."""
    errors = "strict" if encoding and number != 2 else like.errors
    return open(number, mode, buffering, encoding=encoding or like.encoding, errors=errors, closefd=False)


def _code(given: str | int | None) -> int:
    """Return the exit code as the interpreter makes it; it prints what is no number."""
    if isinstance(given, str):
        print(given, file=sys.stderr)
    return 0 if given is None else given if isinstance(given, int) else 1


if __name__ == "__main__":
    serve(sys.argv[1])
