"""What papers mean: their vectors, made in the background, kept in the store, held in memory to be asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from bot.errors import SettingsError
from bot.logs import Log
from bot.models import Paper
from bot.ports import Encoder
from bot.store import Store

#: papers that are encoded at once; so long a question may have to wait for its own vector
_BATCH = 256
#: seconds that a question waits for a model that is being loaded
_PATIENCE = 3.0

log = Log(__name__)


class Meaning:
    """Knows which papers mean what a question means. Needs memory: 2 bytes for each dimension of each paper."""

    def __init__(self, store: Store, model: str, load: Callable[[str], Encoder]) -> None:
        """`load` blocks, may fetch the model, and raises `SettingsError`; it is called when it is first needed."""
        self._store = store
        self._model = model
        self._load = load
        self._encoder: Encoder | None = None
        self._recalling: asyncio.Task[bool] | None = None
        self._thread = ThreadPoolExecutor(1, "meaning")
        self._ids: list[str] = []
        self._place: dict[str, int] = {}
        self._matrix = np.zeros((0, 0), dtype=np.float16)

    async def close(self) -> None:
        """Let go of the thread."""
        if self._recalling:
            self._recalling.cancel()
            await asyncio.wait({self._recalling})
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def follow(self) -> int:
        """Take in what other processes have made, then make what is missing; says how many vectors that were."""
        made = 0
        if not await self._recalled():
            return made
        if await self._store.vectors.count(self._model) != len(self._ids):
            self._hold(await self._store.vectors.all(self._model))
        while papers := await self._store.vectors.missing(self._model, _BATCH):
            vectors = await self._encoded([said(paper) for paper in papers])
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
        (vector,) = await self._encoded([text])
        return await asyncio.to_thread(self._near, np.frombuffer(vector, "<f2"), list(others), limit)

    async def _recalled(self, patience: float | None = None) -> bool:
        """Whether the model and the vectors that were made before are there, within so many seconds."""
        if self._recalling is None:
            self._recalling = asyncio.create_task(self._recall())
        done, _ = await asyncio.wait({self._recalling}, timeout=patience)
        return bool(done) and self._recalling.result()

    async def _recall(self) -> bool:
        try:
            self._encoder = await asyncio.get_running_loop().run_in_executor(self._thread, self._load, self._model)
        except SettingsError as error:
            log.error("papers are not found by meaning", reason=str(error))
            return False
        self._hold(await self._store.vectors.all(self._model))
        return True

    def _near(self, vector: np.ndarray, others: Sequence[str], limit: int) -> Mapping[str, float]:
        ids, place = self._ids, self._place
        cosines = self._matrix.astype(np.float32) @ vector.astype(np.float32)
        most = min(limit, len(cosines))
        best = np.argpartition(-cosines, most - 1)[:most]
        return {ids[at]: float(cosines[at]) for at in (*best, *(place[each] for each in others if each in place))}

    def _hold(self, vectors: Mapping[str, bytes]) -> None:
        fresh = {paper_id: vector for paper_id, vector in vectors.items() if paper_id not in self._place}
        if fresh:
            rows = np.stack([np.frombuffer(vector, "<f2") for vector in fresh.values()])
            self._matrix = np.concatenate([self._matrix, rows]) if self._ids else rows
            self._place |= {paper_id: len(self._ids) + at for at, paper_id in enumerate(fresh)}
            self._ids = [*self._ids, *fresh]

    async def _encoded(self, texts: Sequence[str]) -> Sequence[bytes]:
        if self._encoder is None:
            raise RuntimeError("an encoder is loaded before it is asked")
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._encoder.encode, texts)


def said(paper: Paper) -> str:
    """What of a paper is encoded."""
    return f"{paper.title}. {paper.abstract or paper.summary}"
