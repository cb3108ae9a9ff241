"""The store in processes of their own, as several Paperboys on one database would have it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from textwrap import dedent, indent

from tests.process.forked import Program, run_program, running_program

PROGRAM = """
import asyncio, os, sys
from bot.domain.errors import StoreError
from bot.storage import open_store
from bot.storage.address import parse
from bot.storage.database import open_database
from bot.storage.fetch_results import save_fetch_result
from tests.builders import observation, paper
from tests.storage.harvests import harvest

async def main(url):
{body}

try:
    asyncio.run(main(*sys.argv[1:]))
except StoreError as error:
    print(error)
"""

#: Root may write everywhere, nobody may not. Another database is opened first, which loads every module: nobody may not
#: be allowed to read those.
AS_NOBODY = """
async with open_store(url + ".first"):
    os.geteuid() or os.setuid(65534)
"""


def start(body: str, *arguments: str) -> AbstractContextManager[Program]:
    """Run the body of `async def main(url)`; a `StoreError` is printed."""
    return running_program(_program(body), *arguments)


def _program(body: str) -> str:
    return PROGRAM.format(body=indent(dedent(body), "    "))


def run(body: str, *arguments: str) -> str:
    """What the body printed."""
    ended = run_program(_program(body), *arguments)
    assert ended.code == 0, ended.err
    return ended.out.strip()


@contextmanager
def paused(body: str, *arguments: str) -> Iterator[Program]:
    """A process that has printed a line; it is killed, wherever it stands, when the test is done with it."""
    with start(body, *arguments) as process:
        process.wait_for_line()
        yield process
