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

from tests.process.forked import Ended, Forked, Job, preloaded

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

        Where the environment has more than settings of ours and an encoding, the interpreter is started for it.
        """
        given = typed.encode(errors="surrogateescape") if typed is not None else b""
        environment = self.environment(settings)
        if any(not name.startswith(("PAPERBOY_", "PYTHONIOENCODING")) for name in (*self._settings, *settings)):
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


class Running:
    """A process that goes on while the test does; as much of `asyncio.subprocess.Process` as the tests need."""

    def __init__(self, child: Forked, out: Path, err: Path) -> None:
        self.pid = child.pid
        self._child, self._out, self._err = child, out, err

    @property
    def returncode(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._child.poll()

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal, if it is still there."""
        self._child.send_signal(number)

    def kill(self) -> None:
        """End it with no word of warning."""
        self._child.kill()

    async def wait(self) -> int:
        """Return the exit code. Raise `TimeoutError`."""
        async with asyncio.timeout(WITHIN_SECONDS):
            while (code := self.returncode) is None:  # noqa: ASYNC110 - another process ends
                await asyncio.sleep(0.02)
        return code

    async def communicate(self) -> tuple[bytes, bytes]:
        """Wait for its end. Return what it printed."""
        await self.wait()
        return self._out.read_bytes(), self._err.read_bytes()

    async def until_printed(self, line: bytes) -> None:
        """Wait for a line on its standard output. Raise `TimeoutError`."""
        async with asyncio.timeout(WITHIN_SECONDS):
            while line not in self._out.read_bytes().splitlines():  # noqa: ASYNC110 - another process prints
                await asyncio.sleep(0.01)


async def run_module(module: str, *arguments: str, environment: Mapping[str, str], home: Path) -> Running:
    """Run a module in a child of the preloaded process; what it prints goes into files in a directory."""
    place = Path(tempfile.mkdtemp(dir=home))
    out, err = place / "out", place / "err"
    for file in (out, err):
        file.touch()
    job = Job(module, arguments, environment, Path.cwd(), (Path(os.devnull), out, err))
    return Running(await asyncio.to_thread(Forked, job), out, err)


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
