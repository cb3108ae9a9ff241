"""The shipped command, run as a child as a person would run it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.process.forked import Ended, Job, preloaded

#: of the whole child; far above what any of them needs
WITHIN_SECONDS = 60
_ROOT = Path(__file__).parents[2]


class Paperboy:
    """Runs `paperboy` with a data directory of its own and without a network, unless told otherwise."""

    def __init__(self, home: Path, **settings: str) -> None:
        self._home = home
        self._settings = settings

    async def __call__(self, *arguments: str, typed: str | None = None, **settings: str) -> Ended:
        """Run one command to its end, in a child of the preloaded process.

        Where the environment has more than settings of ours, the interpreter is started for it.
        """
        given = typed.encode(errors="surrogateescape") if typed is not None else b""
        environment = self.environment(settings)
        if any(not name.startswith("PAPERBOY_") for name in (*self._settings, *settings)):
            return await _started(arguments, environment, given if typed is not None else None)
        return await _forked(arguments, environment, given)

    async def fresh(self, *arguments: str) -> Ended:
        """Run one command in an interpreter that is started for it, as a person does."""
        return await _started(arguments, self.environment({}), None)

    def environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        """The child's environment: this one's, with our settings and no language in place of what the machine has."""
        of_machine = ("PAPERBOY_", "LC_", "LANG")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(of_machine)}
        ours = {"PAPERBOY_DATA_DIR": str(self._home), "PAPERBOY_OFFLINE": "1"}
        # a test that is not offline names the sources that it serves
        ours |= {"PAPERBOY_GITHUB_STARS": "off", "PAPERBOY_HACKER_NEWS": "off"}
        ours |= {"PAPERBOY_BIORXIV_URL": "", "PAPERBOY_EUROPEPMC_URL": ""}
        return {**inherited, **ours, "PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8", **self._settings, **settings}


async def _started(arguments: tuple[str, ...], environment: Mapping[str, str], given: bytes | None) -> Ended:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        stdin=asyncio.subprocess.PIPE if given is not None else asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )
    async with asyncio.timeout(WITHIN_SECONDS):
        out, err = await child.communicate(given)
    assert child.returncode is not None
    return Ended(child.returncode, out.decode(errors="replace"), err.decode(errors="replace"))


async def _forked(arguments: tuple[str, ...], environment: Mapping[str, str], given: bytes) -> Ended:
    with tempfile.TemporaryDirectory(prefix="paperboy-") as place:
        files = [Path(place) / name for name in ("in", "out", "err")]
        files[0].write_bytes(given)
        for file in files[1:]:
            file.touch()
        job = Job("bot", arguments, environment, Path.cwd(), (files[0], files[1], files[2]))
        reader, writer = await asyncio.open_unix_connection(preloaded())
        try:
            writer.write(job.line())
            child = int(await reader.readline())
            try:
                async with asyncio.timeout(WITHIN_SECONDS):
                    code = int(await reader.readline())
            except BaseException:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
                raise
        finally:
            writer.close()
        out, err = (file.read_bytes().decode(errors="replace") for file in files[1:])
        return Ended(code, out, err)
