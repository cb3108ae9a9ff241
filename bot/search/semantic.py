"""Semantic search: embeddings are computed in the background, saved in the store and compared in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from bot.domain.errors import SettingsError
from bot.domain.log import Log
from bot.domain.papers import Paper
from bot.domain.ports import Encoder
from bot.storage import Store

#: papers encoded and saved per batch
_BATCH = 256
#: number of matrix blocks above which they are concatenated
_MAX_BLOCKS = 16
#: seconds a search waits for the model to load
_TIMEOUT = 3.0

log = Log(__name__)


class SemanticSearch:
    """Finds papers by cosine similarity of embeddings. Uses 4 bytes of memory per dimension and paper."""

    def __init__(self, store: Store, model: str, load: Callable[[str], Encoder]) -> None:
        """Prepare the search; the model is loaded on first use.

        `load` blocks, may download the model, and raises `SettingsError`.
        """
        self._store = store
        self._model = model
        self._load = load
        self._encoder: Encoder | None = None
        self._loading: asyncio.Task[bool] | None = None
        self._stopped = asyncio.get_running_loop().create_future()
        # separate threads, so that a search does not wait for papers being encoded
        self._encode_threads = ThreadPoolExecutor(1, "meaning")
        self._query_threads = ThreadPoolExecutor(1, "asked meaning")
        self._ids: list[str] = []
        self._place: dict[str, int] = {}
        #: rows in the order of `_ids`; concatenated lazily, because each concatenation copies all of them
        self._blocks: list[np.ndarray] = []

    def stop(self) -> None:
        """Stop computing embeddings; `follow` returns after saving the current batch."""
        if not self._stopped.done():
            self._stopped.set_result(None)

    async def close(self) -> None:
        """Shut down the thread pools."""
        self.stop()
        if self._loading:
            await asyncio.wait({self._loading}, timeout=_TIMEOUT)
            self._loading.cancel()
        for threads in (self._encode_threads, self._query_threads):
            threads.shutdown(wait=False, cancel_futures=True)

    async def follow(self) -> int:
        """Load embeddings saved by other processes, then compute the missing ones. Return how many were computed."""
        made = 0
        if not await self._loaded():
            return made
        if await self._store.vectors.count(self._model) != len(self._ids):
            self._add(await self._store.vectors.all(self._model))
        while papers := await self._store.vectors.missing(self._model, _BATCH):
            encoding = asyncio.ensure_future(self._encoded(self._encode_threads, [said(paper) for paper in papers]))
            await asyncio.wait({encoding, self._stopped}, return_when=asyncio.FIRST_COMPLETED)
            if self._stopped.done():
                encoding.cancel()
                break
            vectors = encoding.result()
            fresh = dict(zip((paper.id for paper in papers), vectors, strict=True))
            await self._store.vectors.put(self._model, fresh)
            self._add(fresh)
            made += len(fresh)
        return made

    async def near(self, text: str, others: Iterable[str], limit: int) -> Mapping[str, float]:
        """Return cosine similarities of the nearest papers and of the `others` that have embeddings, by paper id.

        Empty while the model is loading or if it cannot be loaded.
        """
        if not await self._loaded(_TIMEOUT) or not self._ids:
            return {}
        (vector,) = await self._encoded(self._query_threads, [text])
        wanted, loop = np.frombuffer(vector, "<f2").astype(np.float32), asyncio.get_running_loop()
        return await loop.run_in_executor(self._query_threads, self._near, wanted, list(others), limit)

    async def _loaded(self, timeout_seconds: float | None = None) -> bool:
        """Return whether the model and the saved embeddings are loaded, waiting at most `timeout_seconds` seconds."""
        if self._loading is None:
            self._loading = asyncio.create_task(self._load_all())
        done, _ = await asyncio.wait({self._loading}, timeout=timeout_seconds)
        return bool(done) and self._loading.result()

    async def _load_all(self) -> bool:
        try:
            self._encoder = await asyncio.get_running_loop().run_in_executor(
                self._encode_threads, self._load, self._model
            )
        except SettingsError as error:
            log.error("papers are not found by meaning", reason=str(error))
            return False
        self._add(await self._store.vectors.all(self._model))
        return True

    def _near(self, vector: np.ndarray, others: Sequence[str], limit: int) -> Mapping[str, float]:
        place, ids = self._place, self._ids
        cosines = self._cosines(vector)[: len(ids)]
        most = min(limit, len(cosines))
        best = np.argpartition(-cosines, most - 1)[:most]
        asked = (place[each] for each in others if each in place)
        return {ids[at]: float(cosines[at]) for at in (*best, *asked)}

    def _cosines(self, vector: np.ndarray) -> np.ndarray:
        # only the query thread runs this, and the event loop only appends
        blocks = self._blocks.copy()
        if len(blocks) > _MAX_BLOCKS:
            whole = np.concatenate(blocks)
            self._blocks[: len(blocks)] = [whole]
            blocks = [whole]
        return np.concatenate([block @ vector for block in blocks])

    def _add(self, vectors: Mapping[str, bytes]) -> None:
        fresh = {paper_id: vector for paper_id, vector in vectors.items() if paper_id not in self._place}
        if fresh:
            self._blocks.append(np.stack([np.frombuffer(each, "<f2") for each in fresh.values()]).astype(np.float32))
            self._place = self._place | {paper_id: len(self._ids) + at for at, paper_id in enumerate(fresh)}
            self._ids = [*self._ids, *fresh]

    async def _encoded(self, threads: ThreadPoolExecutor, texts: Sequence[str]) -> Sequence[bytes]:
        if self._encoder is None:
            raise RuntimeError("an encoder is loaded before it is asked")
        return await asyncio.get_running_loop().run_in_executor(threads, self._encoder.encode, texts)


def said(paper: Paper) -> str:
    """Return the text of a paper that is encoded."""
    return f"{paper.title}. {paper.abstract or paper.summary}"
