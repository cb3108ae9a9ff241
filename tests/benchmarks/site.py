"""How many pages a second the site serves, and how late the latest of a hundred is.

    python -m tests.benchmarks.site --data DIR [--times N] [--seconds S]

The archive in DIR is imported N times under other ids (10: some 108,000 papers). The site runs in a process of its own;
this one asks over 16 connections that stay open, with a client that does next to nothing. One JSON line for each page.
Every address is asked for again and again, as a crowd does. Then sixteen new questions at once, words that stand side
by side in titles, which no answer that was kept can serve; meanwhile the smallest page shows how late the loop is.
With --home, the store and index of a directory are used instead, and with --model an encoder.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import itertools
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from urllib.parse import quote_plus

from tests.benchmarks.importing import load
from tests.benchmarks.search_speed import side_by_side

CONNECTIONS = 16
#: more than are answered within the time
_QUESTIONS = 20_000


def main() -> None:
    """Import, serve, ask."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--model", default="off")
    arguments = parser.parse_args()
    asked = _questions(arguments.data)
    with tempfile.TemporaryDirectory() as directory:
        home = arguments.home or Path(directory)
        if arguments.home is None:
            asyncio.run(load(arguments.data, arguments.times, home / "paperboy.db"))
        asyncio.run(_measured(home, arguments.seconds, asked, arguments.model))


def _questions(data: Path) -> list[str]:
    """One to eight words that stand side by side in a title."""
    with gzip.open(data / "papers.jsonl.gz", "rt") as lines:
        titles = [json.loads(line)["title"] for line in lines]
    return list(dict.fromkeys(side_by_side(titles, _QUESTIONS)))


async def _measured(directory: Path, seconds: float, asked: Sequence[str], model: str) -> None:
    port = 18_080
    environment = os.environ | {
        "PAPERBOY_DATA_DIR": str(directory),
        "PAPERBOY_OFFLINE": "1",
        "PAPERBOY_LOG_LEVEL": "error",
        "PAPERBOY_WEB_ADDRESS": f"127.0.0.1:{port}",
        "PAPERBOY_WEB_PAGES_PER_SECOND": "0",
        "PAPERBOY_ENCODER": model,
    }
    nothing = asyncio.subprocess.DEVNULL
    served = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", stdin=nothing, env=environment)
    try:
        await _up(port)
        fresh = (f"/search?q={quote_plus(text)}" for text in asked)
        pages: dict[str, Callable[[], str]] = {
            "the day's list, as a crowd reads it": lambda: "/",
            "a search, as a crowd asks it": lambda: "/search?q=diffusion+policy",
            "a search, each time another": lambda: next(fresh),
        }
        for name, path in pages.items():
            late, before = asyncio.create_task(_late(port, perf_counter() + seconds)), _used(served.pid)
            told = await _asked(port, name, path, seconds) | await late
            used = (_used(served.pid) - before) / (int(str(told["pages_per_second"])) * seconds)
            print(json.dumps(told | {"cpu_ms": round(used * 1000, 2)}), flush=True)
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


def _used(process: int) -> float:
    """Seconds of CPU that a process has used, on Linux."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _late(port: int, end: float) -> dict[str, object]:
    """How long the smallest page takes meanwhile, which is as late as the event loop."""
    times = sorted((await _reader(port, lambda: "/robots.txt", end, pause=0.005))[0])
    return {"loop_p99_ms": round(times[len(times) * 99 // 100] * 1000, 1), "loop_max_ms": round(times[-1] * 1000, 1)}


async def _reader(port: int, path: Callable[[], str], end: float, pause: float = 0.0) -> tuple[list[float], int]:
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
        await asyncio.sleep(pause)
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
