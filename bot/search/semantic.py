"""What papers mean: their vectors, made in the background, kept in the store, held in memory to be asked."""

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

#: papers that are encoded and kept at once
_BATCH = 256
#: pieces of the matrix that are multiplied one after the other before they are put together
_MOST_BLOCKS = 16
#: seconds that a question waits for a model that is being loaded
_PATIENCE = 3.0

log = Log(__name__)


class SemanticSearch:
    """Knows which papers mean what a question means. Needs memory: 4 bytes for each dimension of each paper."""

    def __init__(self, store: Store, model: str, load: Callable[[str], Encoder]) -> None:
        """`load` blocks, may fetch the model, and raises `SettingsError`; it is called when it is first needed."""
        self._store = store
        self._model = model
        self._load = load
        self._encoder: Encoder | None = None
        self._recalling: asyncio.Task[bool] | None = None
        self._stopped = asyncio.get_running_loop().create_future()
        # a question does not wait for papers that are being encoded
        self._making = ThreadPoolExecutor(1, "meaning")
        self._asking = ThreadPoolExecutor(1, "asked meaning")
        self._ids: list[str] = []
        self._place: dict[str, int] = {}
        #: rows in the order of `_ids`; put together when they are asked, as each making of one costs all of them
        self._blocks: list[np.ndarray] = []

    def stop(self) -> None:
        """Make no more vectors; `follow` ends when it has kept those at hand."""
        if not self._stopped.done():
            self._stopped.set_result(None)

    async def close(self) -> None:
        """Let go of the threads."""
        self.stop()
        if self._recalling:
            await asyncio.wait({self._recalling}, timeout=_PATIENCE)
            self._recalling.cancel()
        for threads in (self._making, self._asking):
            threads.shutdown(wait=False, cancel_futures=True)

    async def follow(self) -> int:
        """Take in what other processes have made, then make what is missing; says how many vectors that were."""
        made = 0
        if not await self._recalled():
            return made
        if await self._store.vectors.count(self._model) != len(self._ids):
            self._hold(await self._store.vectors.all(self._model))
        while papers := await self._store.vectors.missing(self._model, _BATCH):
            making = asyncio.ensure_future(self._encoded(self._making, [said(paper) for paper in papers]))
            await asyncio.wait({making, self._stopped}, return_when=asyncio.FIRST_COMPLETED)
            if self._stopped.done():
                making.cancel()
                break
            vectors = making.result()
            fresh = dict(zip((paper.id for paper in papers), vectors, strict=True))
            await self._store.vectors.put(self._model, fresh)
            self._hold(fresh)
            made += len(fresh)
        return made

    async def near(self, text: str, others: Iterable[str], limit: int) -> Mapping[str, float]:
        """The cosines of the papers nearest in meaning, and of the `others` as far as they have vectors.

        Nothing as long as the model is still being fetched, or where it cannot be.
        """
        if not await self._recalled(_PATIENCE) or not self._ids:
            return {}
        (vector,) = await self._encoded(self._asking, [text])
        wanted, loop = np.frombuffer(vector, "<f2").astype(np.float32), asyncio.get_running_loop()
        return await loop.run_in_executor(self._asking, self._near, wanted, list(others), limit)

    async def _recalled(self, patience: float | None = None) -> bool:
        """Whether the model and the vectors that were made before are there, within so many seconds."""
        if self._recalling is None:
            self._recalling = asyncio.create_task(self._recall())
        done, _ = await asyncio.wait({self._recalling}, timeout=patience)
        return bool(done) and self._recalling.result()

    async def _recall(self) -> bool:
        try:
            self._encoder = await asyncio.get_running_loop().run_in_executor(self._making, self._load, self._model)
        except SettingsError as error:
            log.error("papers are not found by meaning", reason=str(error))
            return False
        self._hold(await self._store.vectors.all(self._model))
        return True

    def _near(self, vector: np.ndarray, others: Sequence[str], limit: int) -> Mapping[str, float]:
        place, ids = self._place, self._ids
        cosines = self._cosines(vector)[: len(ids)]
        most = min(limit, len(cosines))
        best = np.argpartition(-cosines, most - 1)[:most]
        asked = (place[each] for each in others if each in place)
        return {ids[at]: float(cosines[at]) for at in (*best, *asked)}

    def _cosines(self, vector: np.ndarray) -> np.ndarray:
        # only the asking thread comes here, and the loop only adds at the end
        blocks = self._blocks.copy()
        if len(blocks) > _MOST_BLOCKS:
            whole = np.concatenate(blocks)
            self._blocks[: len(blocks)] = [whole]
            blocks = [whole]
        return np.concatenate([block @ vector for block in blocks])

    def _hold(self, vectors: Mapping[str, bytes]) -> None:
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
    """What of a paper is encoded."""
    return f"{paper.title}. {paper.abstract or paper.summary}"
