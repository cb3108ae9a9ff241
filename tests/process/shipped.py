"""The shipped command, run as a child as a person would run it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: of the whole child; far above what any of them needs
WITHIN_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended, and what it said."""

    code: int
    out: str
    err: str


class Paperboy:
    """Runs `paperboy` with a data directory of its own and without a network, unless told otherwise."""

    def __init__(self, home: Path, **settings: str) -> None:
        self._home = home
        self._settings = settings

    async def __call__(self, *arguments: str, typed: str | None = None, **settings: str) -> Ended:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            stdin=asyncio.subprocess.PIPE if typed is not None else asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self.environment(settings),
        )
        async with asyncio.timeout(WITHIN_SECONDS):
            out, err = await child.communicate(None if typed is None else typed.encode(errors="surrogateescape"))
        assert child.returncode is not None
        return Ended(child.returncode, out.decode(errors="replace"), err.decode(errors="replace"))

    def environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        """The child's environment: this one's, with our settings in place of whatever the machine has."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PAPERBOY_")}
        ours = {"PAPERBOY_DATA_DIR": str(self._home), "PAPERBOY_OFFLINE": "1"}
        return {**inherited, **ours, "PYTHONPATH": str(Path(__file__).parents[2]), **self._settings, **settings}
