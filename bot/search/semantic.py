"""Semantic search: embeddings are computed in the background, saved in the store and compared in memory."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot.domain.errors import SettingsError
from bot.domain.log import Log
from bot.domain.papers import Paper
from bot.domain.ports import Encoder
from bot.query import parse
from bot.search.decision import keep_key
from bot.search.topic import topic_of
from bot.search.vector_memory import IN_MEMORY, VectorMemory
from bot.storage import Store
from bot.storage.topic_vectors import TopicVector
from bot.storage.vectors import VectorState, encoded_text

#: papers read from the store and sorted by length, and papers encoded between two looks at the clock
_CHUNK, _BATCH = 256, 16
#: vectors read from the store at once
_READ = 2_000
#: with fewer papers nobody can tell what is close
_MIN_PAPERS = 50
#: questions whose vectors are kept
_QUESTIONS = 1_000
#: the spread of a topic is measured again when there are this many times as many papers
_GROWN = 2
#: time after which the vector of a topic without a subscription is dropped
_UNUSED = timedelta(days=2)
_ANY_DAY = date(2026, 1, 1)
#: seconds a search waits for the model to load
_TIMEOUT = 3.0
#: time after which a process that computes embeddings and has ended without notice is replaced
_LEASE = timedelta(minutes=2)
#: vectors may become visible out of order within this time
_OVERLAP = timedelta(minutes=1)
#: priority of the encoding thread; answers come first
_NICE = 10

_REAL_TIME = partial(datetime.now, UTC)

log = Log(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Nearby:
    """What the vectors say about a question."""

    #: cosine of each candidate, by paper id
    cosines: Mapping[str, float]
    #: the nearest papers, nearest first; part of the candidates
    nearest: Sequence[str] = ()


@dataclass(slots=True)
class _Loaded:
    """A loaded model with the vectors that belong to it."""

    name: str
    encoder: Encoder
    memory: VectorMemory
    #: place in the feed of vectors
    moment: datetime | None = None
    #: what the store contained when nothing was missing
    complete: VectorState | None = None
    #: papers that this process has encoded, so that none is encoded over and over
    made: set[str] = field(default_factory=set)
    #: vectors of the last questions by text: pages of a list and deliveries ask the same again
    questions: dict[str, bytes] = field(default_factory=dict)
    #: queries of subscriptions with the texts of their topics, empty for a topic that is matched by words alone
    topics: dict[str, str] = field(default_factory=dict)

    def question(self, text: str) -> bytes:
        """Return the vector of a question."""
        if text not in self.questions:
            if len(self.questions) >= _QUESTIONS:
                del self.questions[next(iter(self.questions))]
            self.questions[text] = self.encoder.question(text)
        return self.questions[text]


class Comparison:
    """The vectors that this process holds, for one thread at a time. Methods block."""

    def __init__(self, loaded: _Loaded) -> None:
        self._loaded = loaded

    @property
    def calibrated(self) -> bool:
        """Whether the weights of the fusion were chosen for the cosines of the model."""
        return self._loaded.encoder.calibrated

    def near(self, text: str, candidates: Sequence[str], limit: int) -> Nearby:
        """Return the `limit` nearest papers, and the cosines of these and of the `candidates` that have a vector."""
        return self._compared(self._loaded.question(text), candidates, limit)

    def like(self, paper: Paper, candidates: Sequence[str], limit: int) -> Nearby:
        """Return what `near` does, for a paper instead of a question."""
        loaded = self._loaded
        vector = loaded.memory.centroid([paper.id]) or loaded.encoder.papers([encoded_text(paper)])[0]
        return self._compared(vector, candidates, limit)

    def toward(self, paper_ids: Sequence[str], candidates: Iterable[str]) -> Mapping[str, float]:
        """Return the cosines of the candidates with what some papers have in common, by paper id."""
        center = self._loaded.memory.centroid(paper_ids)
        return self._loaded.memory.cosines(center, candidates) if center else {}

    def _compared(self, vector: bytes, candidates: Sequence[str], limit: int) -> Nearby:
        memory = self._loaded.memory
        nearest = memory.nearest(vector, limit)
        others = memory.cosines(vector, (each for each in candidates if each not in nearest))
        return Nearby(nearest | others, list(nearest))


class SemanticSearch:
    """Finds papers by cosine similarity of embeddings.

    One process of an installation computes embeddings, on one thread of low priority; all of them read the results.
    """

    def __init__(
        self,
        store: Store,
        decided: Callable[[], Awaitable[str]],
        load: Callable[[str], Encoder],
        directory: Path | None = None,
        in_memory: int = IN_MEMORY,
        clock: Callable[[], datetime] = _REAL_TIME,
    ) -> None:
        """Prepare the search; the model is loaded on first use.

        `decided` returns the model of this installation, empty for none. `load` blocks, may download the model, and
        raises `SettingsError`. `directory` and `in_memory` are those of `VectorMemory`. `clock`
        is the real time even where a command pretends another one, because processes compare it.
        """
        self._store = store
        self._decided = decided
        self._load = load
        self._directory = directory
        self._in_memory = in_memory
        self._clock = clock
        self._owner = secrets.token_hex(8)
        self._loaded: _Loaded | None = None
        self._failed = ""
        self._loading: asyncio.Task[None] | None = None
        self._following = asyncio.Lock()
        self._stopped = asyncio.Event()
        # separate threads, so that a search does not wait for papers being encoded
        self._encode_thread = ThreadPoolExecutor(1, "encoding", initializer=_yield_to_others)
        self._query_thread = ThreadPoolExecutor(1, "vectors")

    async def key(self) -> str:
        """Load the model and return the key of its vectors; empty without one."""
        loaded = await self._ready()
        return loaded.encoder.key if loaded else ""

    def stop(self) -> None:
        """Stop computing embeddings; `follow` returns after saving what it has."""
        self._stopped.set()

    async def close(self) -> None:
        """Shut down the threads."""
        self.stop()
        async with self._following:
            pass
        if self._loading:
            await asyncio.wait({self._loading}, timeout=_TIMEOUT)
            self._loading.cancel()
        for thread in (self._encode_thread, self._query_thread):
            thread.shutdown(wait=False, cancel_futures=True)
        if self._loaded:
            self._loaded.memory.close()

    async def follow(self, delay: float = 0.0) -> int:
        """Read embeddings saved by other processes, then compute the missing ones. Return how many were computed.

        Computing starts after `delay` seconds, and only if no other process does it.
        """
        async with self._following:
            loaded = await self._ready()
            if loaded is None or not await self._is_behind(loaded):
                return 0
            await self._read(loaded)
            if delay and await self._stops_within(delay):
                return 0
            if not await self._store.vectors.claim(self._owner, self._clock(), _LEASE):
                return 0
            try:
                made = await self._encode_missing(loaded)
                for text in await self._missing_topics(loaded):
                    if not self._stopped.is_set():
                        topic = await self._run(partial(_topic_vector, loaded, text))
                        await self._store.topic_vectors.put(loaded.encoder.key, text, topic, self._clock())
                await self._store.topic_vectors.keep_only(loaded.topics.values(), self._clock() - _UNUSED)
                return made
            finally:
                await self._store.vectors.release(self._owner)

    async def _is_behind(self, loaded: _Loaded) -> bool:
        """Return whether papers may lack a vector, or topics of subscriptions do."""
        state = await self._store.vectors.state(loaded.encoder.key)
        return state != loaded.complete or bool(await self._missing_topics(loaded))

    async def _missing_topics(self, loaded: _Loaded) -> list[str]:
        """Return the topics of subscriptions that have no vector, or one whose spread is that of far fewer papers."""
        papers = len(loaded.memory)
        if papers < _MIN_PAPERS:
            return []
        queries = await self._store.subscriptions.queries()
        loop = asyncio.get_running_loop()
        loaded.topics = await loop.run_in_executor(self._encode_thread, _topics, queries, loaded.topics)
        texts = list(dict.fromkeys(filter(None, loaded.topics.values())))
        known = await self._store.topic_vectors.of(loaded.encoder.key, texts)
        return [text for text in texts if text not in known or papers >= _GROWN * known[text].papers]

    async def topic(self, text: str) -> TopicVector | None:
        """Return the vector of a topic; None as for `compared`, and with too few papers to tell what is close."""
        loaded = await self._ready(_TIMEOUT)
        if loaded is None or len(loaded.memory) < _MIN_PAPERS:
            return None
        return await self._run(lambda: _topic_vector(loaded, text))

    async def compared(self, work: Callable[[Comparison], T]) -> T | None:
        """Return what `work` makes of the vectors; it is called once, in the thread that reads them.

        None while the model is loading, if it cannot be loaded, or if there is none.
        """
        loaded = await self._ready(_TIMEOUT)
        if loaded is None or not len(loaded.memory):
            return None
        return await self._run(lambda: work(Comparison(loaded)))

    async def closeness(self, text: str, paper_ids: Sequence[str]) -> Mapping[str, float]:
        """Return how close some papers are to a text, in standard deviations above the mean of all papers.

        Empty where `compared` returns None, or with too few papers to tell.
        """
        loaded = await self._ready(_TIMEOUT)
        if loaded is None or len(loaded.memory) < _MIN_PAPERS:
            return {}
        return await self._run(lambda: _closeness(loaded, text, paper_ids))

    async def _ready(self, timeout_seconds: float | None = None) -> _Loaded | None:
        """Return the model that this installation uses, waiting at most `timeout_seconds` while it is loaded."""
        if self._loading is None or (self._loading.done() and timeout_seconds is None):
            self._loading = asyncio.create_task(self._load_decided())
        await asyncio.wait({self._loading}, timeout=timeout_seconds)
        if self._loading.done() and not self._loading.cancelled():
            self._loading.result()
        return self._loaded

    async def _load_decided(self) -> None:
        """Load the model of this installation and its vectors, unless that has been done."""
        name = await self._decided()
        if self._loaded and self._loaded.name == name:
            return
        if not name or name == self._failed:
            self._loaded = None
            return
        try:
            loop = asyncio.get_running_loop()
            encoder = await loop.run_in_executor(self._encode_thread, self._load, name)
        except SettingsError as error:
            log.error("papers are found by words only", reason=str(error))
            self._loaded, self._failed = None, name
            return
        loaded = _Loaded(name, encoder, VectorMemory(self._directory, self._in_memory))
        await keep_key(self._store, name, encoder.key, self._clock())
        await self._read(loaded)
        self._loaded, self._failed = loaded, ""

    async def _read(self, loaded: _Loaded) -> None:
        """Read vectors that were saved since the last call."""
        moment, after = (loaded.moment - _OVERLAP, "") if loaded.moment else (None, "")
        while found := await self._store.vectors.since(loaded.encoder.key, moment, after, _READ):
            moment, after = found[-1].made_at, found[-1].paper_id
            await self._put(loaded, {each.paper_id: each.vector for each in found})
            if len(found) < _READ:
                break
        loaded.moment = moment if after else loaded.moment

    async def _encode_missing(self, loaded: _Loaded) -> int:
        key, made = loaded.encoder.key, 0
        while not self._stopped.is_set():
            state = await self._store.vectors.state(key)
            missing = await self._store.vectors.missing(key, _CHUNK)
            papers = [paper for paper in missing if paper.id not in loaded.made]
            if not papers:
                loaded.complete = state
                break
            fresh = await self._encoded(loaded.encoder, papers)
            if fresh:
                await self._store.vectors.put(key, fresh, self._clock())
                await self._put(loaded, {paper.id: vector for paper, vector in fresh.items()})
            loaded.made.update(paper.id for paper in fresh)
            made += len(fresh)
            if not await self._store.vectors.claim(self._owner, self._clock(), _LEASE):
                break
        loaded.made.clear()
        return made

    async def _encoded(self, encoder: Encoder, papers: Sequence[Paper]) -> dict[Paper, bytes]:
        """Return the vectors of papers, of fewer ones if the process is shutting down."""
        ordered = sorted(papers, key=lambda paper: len(encoded_text(paper)))
        made: dict[Paper, bytes] = {}
        loop = asyncio.get_running_loop()
        for start in range(0, len(ordered), _BATCH):
            if self._stopped.is_set():
                break
            batch = ordered[start : start + _BATCH]
            texts = [encoded_text(paper) for paper in batch]
            vectors = await loop.run_in_executor(self._encode_thread, encoder.papers, texts)
            made |= dict(zip(batch, vectors, strict=True))
        return made

    async def _put(self, loaded: _Loaded, vectors: Mapping[str, bytes]) -> None:
        try:
            await self._run(lambda: loaded.memory.put(vectors))
        except OSError as error:
            log.error("vectors not held", reason=str(error)[:200])

    async def _stops_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopped.wait(), seconds)
        return self._stopped.is_set()

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._query_thread, work)


def _closeness(loaded: _Loaded, text: str, paper_ids: Sequence[str]) -> Mapping[str, float]:
    topic = _topic_vector(loaded, text)
    if not topic.deviation:
        return {}
    cosines = loaded.memory.cosines(topic.vector, paper_ids)
    return {each: (cosine - topic.mean) / topic.deviation for each, cosine in cosines.items()}


def _topic_vector(loaded: _Loaded, text: str) -> TopicVector:
    vector = loaded.question(text)
    return TopicVector(vector, *loaded.memory.spread(vector), len(loaded.memory))


def _topics(queries: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
    """Return queries of subscriptions with the texts of their topics; `known` are those that were read before."""
    found = {}
    for query in queries:
        if query in known:
            found[query] = known[query]
            continue
        # filters may depend on the day, the topic does not
        topic = topic_of(parse(query, _ANY_DAY))
        found[query] = topic.text if topic.by_meaning else ""
    return found


def _yield_to_others() -> None:
    """Lower the priority of this thread, which on Linux has one of its own."""
    if hasattr(os, "setpriority") and os.uname().sysname == "Linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, _NICE)
