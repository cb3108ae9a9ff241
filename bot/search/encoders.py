"""Encoders: texts as vectors, by models that are fetched at their first use. Needs the extra `semantic`.

A name alone is a static model of https://github.com/MinishLab/model2vec, which needs no GPU and no patience. With
"sentence-transformers:" before it, it is a model of https://sbert.net, which has to be installed beside the extra.
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
#: letters of a text that are read: a title and an abstract, and no whole paper
_LONGEST = 4_000


class Vectors:
    """An `Encoder` by a function that makes a matrix of texts."""

    def __init__(self, name: str, encode: Callable[[list[str]], np.ndarray]) -> None:
        self.name = name
        self._encode = encode

    def encode(self, texts: Sequence[str]) -> list[bytes]:
        """A vector of length one for each text."""
        import numpy as np

        matrix = self._encode([text[:_LONGEST] for text in texts]).astype(np.float32)
        lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
        return [row.tobytes() for row in (matrix / np.maximum(lengths, 1e-12)).astype("<f2")]


def open_encoder(model: str) -> Encoder:
    """The encoder of that name or in that folder; fetched, with a progress bar, where it is not on this machine yet.

    Blocks. Raises `SettingsError`.
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
