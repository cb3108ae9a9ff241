"""A process that has imported the command line and forks a child for each command.

Importing costs most of the time of a short command, and the tests run more than a hundred. A child starts from the
imports alone: settings, logging and connections are made after the fork, as in a process that was just started.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

#: what nearly every command needs
_IMPORTED = (
    "bot.__main__",
    "bot.app.cli.app",
    "bot.search.finder",
    "bot.sources.arxiv",
    "bot.sources.huggingface",
    "stamina.instrumentation",
)


def serve(path: str) -> NoReturn:
    """Run commands that are asked for at a Unix socket, until this process is ended."""
    for module in _IMPORTED:
        importlib.import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            asked, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _handle(asked)
            asked.close()


def _handle(asked: socket.socket) -> NoReturn:
    """Fork the command, tell its process id and at its end its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with asked.makefile("rw") as lines:
        job = json.loads(lines.readline())
        child = os.fork()
        if child == 0:
            _run(job["arguments"], job["environment"], job["files"])
        lines.write(f"{child}\n")
        lines.flush()
        _, status = os.waitpid(child, 0)
        lines.write(f"{os.waitstatus_to_exitcode(status)}\n")
        lines.flush()
    os._exit(0)


def _run(arguments: Sequence[str], environment: dict[str, str], files: Sequence[str]) -> NoReturn:
    """Be the command: its streams, its environment, its arguments."""
    for number, (path, mode) in enumerate(zip(files, (os.O_RDONLY, os.O_WRONLY, os.O_WRONLY), strict=True)):
        opened = os.open(path, mode)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = open(0, encoding=sys.stdin.encoding, errors=sys.stdin.errors, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding=sys.stdout.encoding, errors=sys.stdout.errors, closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["paperboy", *arguments]
    code = 1
    try:
        from bot.__main__ import main

        code = main(arguments)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1])
