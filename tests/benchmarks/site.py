"""How many pages a second the site serves, and how late the latest of a hundred is.

    python -m tests.benchmarks.site --data DIR [--times N] [--seconds S]

The archive in DIR is imported N times under other ids (10: some 108,000 papers). The site runs in a process of its own;
this one asks over 16 connections that stay open, with a client that does next to nothing. One JSON line for each page.
Every address is asked for again and again, as a crowd does, and once with a new question each time, which no answer
that was kept can serve.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

from tests.benchmarks.importing import load

CONNECTIONS = 16
WORDS = "agents diffusion reasoning video policy language robot memory protein audio graph attention".split()


def main() -> None:
    """Import, serve, ask."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=10)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(load(arguments.data, arguments.times, Path(directory) / "paperboy.db"))
        asyncio.run(_measured(Path(directory), arguments.seconds))


async def _measured(directory: Path, seconds: float) -> None:
    port = 18_080
    environment = os.environ | {
        "PAPERBOY_DATA_DIR": str(directory),
        "PAPERBOY_OFFLINE": "1",
        "PAPERBOY_LOG_LEVEL": "error",
        "PAPERBOY_WEB_ADDRESS": f"127.0.0.1:{port}",
        "PAPERBOY_WEB_PAGES_PER_SECOND": "0",
    }
    nothing = asyncio.subprocess.DEVNULL
    served = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", stdin=nothing, env=environment)
    try:
        await _up(port)
        pairs = (" ".join(pair) for pair in itertools.cycle(itertools.permutations(WORDS, 2)))
        numbers = itertools.count()
        pages: dict[str, Callable[[], str]] = {
            "the day's list, as a crowd reads it": lambda: "/",
            "a search, as a crowd asks it": lambda: "/search?q=diffusion+policy",
            "a search, each time another": lambda: (
                f"/search?q={next(pairs).replace(' ', '+')}+top+{next(numbers) % 8 + 2}"
            ),
        }
        for name, path in pages.items():
            print(json.dumps(await _asked(port, name, path, seconds)))
    finally:
        served.terminate()
        await served.wait()


async def _asked(port: int, name: str, path: Callable[[], str], seconds: float) -> dict[str, object]:
    end = perf_counter() + seconds
    found = await asyncio.gather(*(_reader(port, path, end) for _ in range(CONNECTIONS)))
    times = sorted(itertools.chain.from_iterable(each for each, _ in found))
    return {
        "page": name,
        "pages_per_second": round(len(times) / seconds),
        "p50_ms": round(times[len(times) // 2] * 1000, 1),
        "p99_ms": round(times[len(times) * 99 // 100] * 1000, 1),
        "bytes": max(size for _, size in found),
    }


async def _reader(port: int, path: Callable[[], str], end: float) -> tuple[list[float], int]:
    times, size = list[float](), 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while perf_counter() < end:
        started = perf_counter()
        writer.write(f"GET {path()} HTTP/1.1\r\nhost: here\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        size = next(_lengths(head))
        await reader.readexactly(size)
        times.append(perf_counter() - started)
    writer.close()
    await writer.wait_closed()
    return times, size


def _lengths(head: bytes) -> Iterator[int]:
    for line in head.lower().split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name == b"content-length":
            yield int(value)


async def _up(port: int) -> None:
    for _ in range(600):
        try:
            await _reader(port, lambda: "/robots.txt", perf_counter() + 0.001)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            return
    raise TimeoutError("the site did not come up")


if __name__ == "__main__":
    main()
