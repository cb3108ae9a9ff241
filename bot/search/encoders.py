"""Text encoders (embedding models), downloaded on first use. Requires the extra `semantic`.

A bare name is a static model of https://github.com/MinishLab/model2vec, which is fast on a CPU. The prefix
"sentence-transformers:" selects a model of https://sbert.net, a package that has to be installed separately.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot.domain.errors import SettingsError
from bot.domain.ports import Encoder
from bot.version import extra

if TYPE_CHECKING:
    import numpy as np

_TRANSFORMERS = "sentence-transformers:"
#: characters of a text that are encoded: enough for a title and an abstract
_LONGEST = 4_000


class Vectors:
    """`Encoder` around a function that maps texts to a matrix of embeddings."""

    def __init__(self, name: str, encode: Callable[[list[str]], np.ndarray]) -> None:
        self.name = name
        self._encode = encode

    def encode(self, texts: Sequence[str]) -> list[bytes]:
        """Return one vector of unit length per text, as little-endian float16 bytes."""
        import numpy as np

        matrix = self._encode([text[:_LONGEST] for text in texts]).astype(np.float32)
        lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
        return [row.tobytes() for row in (matrix / np.maximum(lengths, 1e-12)).astype("<f2")]


def open_encoder(model: str) -> Encoder:
    """Return the encoder with this name or path, downloading it with a progress bar if it is not cached.

    Blocks. Raise `SettingsError` if it cannot be loaded.
    """
    try:
        if model.startswith(_TRANSFORMERS):
            return Vectors(model, _sentence_transformer(model.removeprefix(_TRANSFORMERS)))
        return Vectors(model, _static(model))
    except ImportError as error:
        raise SettingsError(
            f"PAPERBOY_ENCODER is {model!r}, which needs {error.name}. Leave it empty, or {extra('semantic')}."
        ) from None
    except (OSError, ValueError, KeyError) as error:
        raise SettingsError(f"PAPERBOY_ENCODER is {model!r}, which cannot be loaded: {str(error)[:200]}") from None


def _static(model: str) -> Callable[[list[str]], np.ndarray]:
    from model2vec import StaticModel

    loaded = StaticModel.from_pretrained(model, force_download=False)
    return lambda texts: loaded.encode(texts, use_multiprocessing=False)


def _sentence_transformer(model: str) -> Callable[[list[str]], np.ndarray]:
    from sentence_transformers import SentenceTransformer

    loaded = SentenceTransformer(model, device="cpu")
    return lambda texts: loaded.encode(texts, show_progress_bar=False)
