"""A platform that takes messages, in a process of its own: `python -m tests.proofs.platform PORT_FILE [options]`.

`POST /send` with `{"chat", "part", "nonce", "text"}` answers with the id of a message. `GET /record` tells all that
arrived. It is the judge of every proof: what it has twice was doubled, whatever the ledger says.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections import deque
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from tests.local_http import Asked, LocalHttp, Reply, json_reply
from tests.proofs.lifeline import end_with_parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How the platform treats what it gets."""

    #: a message whose nonce it has had is dropped, and answered with the first one's id
    nonced: bool = False
    #: requests that it takes within any one second; 0 is without limit
    limit: int = 0
    #: seconds that it takes over an answer
    latency: float = 0.005
    #: the answer to every so many messages is lost on its way; 0 for none
    loses: int = 0
    #: chats whose ids begin so are closed to the bot; empty for none
    closed: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message that readers see."""

    chat: str
    #: what tells the parts of a delivery from each other
    part: str
    nonce: str
    #: seconds since the first request
    at: float


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that arrived."""

    messages: tuple[Message, ...] = ()
    #: dropped, as their nonce was known
    repeats: int = 0
    #: answered with 429
    refused: int = 0
    #: the most requests within any one second
    busiest: int = 0


class Platform:
    """Answers requests, and remembers them."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._messages: list[Message] = []
        self._ids: dict[str, str] = {}
        self._record = Record()
        self._first: float | None = None
        self._lately: deque[float] = deque()

    def __call__(self, asked: Asked) -> Reply:
        """Answer a request."""
        if asked.path == "/record":
            return json_reply(asdict(replace(self._record, messages=tuple(self._messages))))
        return self._sent(json.loads(asked.body), self._since_first(asked.at))

    def _since_first(self, at: float) -> float:
        self._first = at if self._first is None else self._first
        return at - self._first

    def _sent(self, wish: dict[str, str], at: float) -> Reply:
        wait = self._too_soon(at)
        if wait:
            self._record = replace(self._record, refused=self._record.refused + 1)
            return replace(json_reply({"retry_after": wait}, Retry_After=f"{wait:.3f}"), status=429)
        if self._rules.closed and wish["chat"].startswith(self._rules.closed):
            return Reply(status=403, body=b"the bot was kicked")
        known = self._ids.get(wish["nonce"]) if self._rules.nonced else None
        if known:
            self._record = replace(self._record, repeats=self._record.repeats + 1)
            return self._answer(known)
        self._messages.append(Message(wish["chat"], wish["part"], wish["nonce"], round(at, 4)))
        taken = str(len(self._messages))
        self._ids[wish["nonce"]] = taken
        lost = self._rules.loses and len(self._messages) % self._rules.loses == 0
        return replace(self._answer(taken), cut_after=0 if lost else None)

    def _too_soon(self, at: float) -> float:
        """Seconds until the next request would be taken; 0 where this one is."""
        while self._lately and at - self._lately[0] >= 1:
            self._lately.popleft()
        full = self._rules.limit and len(self._lately) >= self._rules.limit
        wait = 1 - (at - self._lately[0]) if full else 0.0
        self._lately.append(at)
        self._record = replace(self._record, busiest=max(self._record.busiest, len(self._lately)))
        return wait

    def _answer(self, message_id: str) -> Reply:
        return replace(json_reply({"id": message_id}), delay=self._rules.latency)


async def serve(port_file: Path, rules: Rules) -> None:
    """Serve until the process ends; the port stands in the file as soon as somebody may connect."""
    async with LocalHttp(Platform(rules)) as server:
        unfinished = port_file.with_suffix(".unfinished")
        unfinished.write_text(server.url)
        unfinished.rename(port_file)
        await asyncio.Event().wait()


def main() -> None:
    """Read the rules from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.platform", description=__doc__)
    parser.add_argument("port_file", type=Path)
    parser.add_argument("--rules", type=json.loads, default={}, help="the fields of Rules, as JSON")
    asked = parser.parse_args()
    end_with_parent()
    asyncio.run(serve(asked.port_file, Rules(**asked.rules)))


if __name__ == "__main__":
    main()
