"""Text encoders: ONNX models run by fastembed. Requires the extra `semantic`.

A model of fastembed's list is downloaded once, with a progress bar; one in a folder needs no network.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.errors import SettingsError
from bot.search.models import Model, Pooling, model_of
from bot.version import extra

if TYPE_CHECKING:
    import numpy as np
    from fastembed import TextEmbedding
    from fastembed.common.model_description import PoolingType
    from fastembed.common.types import NumpyArray
    from numpy.typing import NDArray

#: texts encoded at once; larger batches are not faster on a CPU
BATCH = 16
#: characters of a text per token that is encoded: more than any text needs, and a bound for the tokenizer
_CHARACTERS = 24
#: axes of the output of a model that returns one vector per text
_PER_TEXT = 2


class _HubError(Exception):
    """A hub did not send a model."""


@dataclass(frozen=True, slots=True)
class _Described:
    """Where fastembed finds a model."""

    #: name of the repository
    hub: str
    files: list[str]


class OnnxEncoder:
    """`Encoder` by an ONNX model on one thread of the CPU."""

    def __init__(self, model: Model, embedding: TextEmbedding) -> None:
        self._model = model
        self._embedding = embedding

    @property
    def key(self) -> str:
        """Key of the vectors: model, pooling, cut and prefixes."""
        return self._model.key

    @property
    def calibrated(self) -> bool:
        """Whether the weights of the fusion were chosen for its cosines."""
        return self._model.calibrated

    def papers(self, texts: Sequence[str]) -> list[bytes]:
        """Return one vector of unit length per text of a paper, as little-endian float16 bytes."""
        return self._encode([f"{self._model.paper}{text}" for text in texts])

    def question(self, text: str) -> bytes:
        """Return the vector of a question, as `papers` does."""
        return self._encode([f"{self._model.question}{text}"])[0]

    def _encode(self, texts: Sequence[str]) -> list[bytes]:
        # texts of similar length share a batch, because each is padded to the longest one
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        cut = [texts[place][: self._model.tokens * _CHARACTERS] for place in order]
        made = (_unit(each) for each in self._embedding.embed(cut, batch_size=BATCH))
        vectors = dict(zip(order, (vector.astype("<f2").tobytes() for vector in made), strict=True))
        return [vectors[place] for place in range(len(texts))]


def open_encoder(name: str, cache: Path, *, offline: bool = False) -> OnnxEncoder:
    """Return the encoder for a model's name or folder. Blocks.

    A model that is not in `cache` is downloaded, with a progress bar, unless `offline`. Raise `SettingsError` if it
    cannot be loaded.
    """
    try:
        model = model_of(name)
        return OnnxEncoder(model, _opened(model, cache, offline=offline))
    except ImportError as error:
        told = f"The encoder {name!r} needs {error.name}. Set PAPERBOY_ENCODER=off, or {extra('semantic')}."
        raise SettingsError(told) from None
    except _HubError as error:
        raise SettingsError(
            f"The encoder {name!r} cannot be downloaded: {error}. Papers are found by words until that works."
        ) from error
    except Exception as error:
        # the runtime, the tokenizer and the hub each have their own exceptions, without a common class
        raise SettingsError(f"The encoder {name!r} cannot be loaded: {str(error)[:200]}") from error


def _opened(model: Model, cache: Path, *, offline: bool) -> TextEmbedding:
    from fastembed import TextEmbedding
    from loguru import logger

    # its warnings repeat what the exceptions say
    logger.disable("fastembed")
    if model.folder is not None:
        opened = _from_folder(model, model.folder)
    else:
        if not offline and not _downloaded(model.name, cache):
            _download(model.name, cache)
        opened = TextEmbedding(model.name, cache_dir=str(cache), threads=1, local_files_only=True)
    _truncate(opened, model.tokens)
    return opened


def _from_folder(model: Model, folder: Path) -> TextEmbedding:
    from fastembed.common.model_description import PoolingType

    pooling = PoolingType.CLS if model.pooling is Pooling.CLS else PoolingType.MEAN
    opened = _registered(model, folder, pooling)
    # a model that returns one vector per text, not one per token
    session = getattr(opened.model, "model", None)
    if session is None:
        raise ValueError("fastembed's model has no session")
    pooled = len(session.get_outputs()[0].shape) == _PER_TEXT
    return _registered(model, folder, PoolingType.DISABLED) if pooled else opened


def _registered(model: Model, folder: Path, pooling: PoolingType) -> TextEmbedding:
    """Open a model in a folder, which fastembed has to be told about once."""
    from fastembed import TextEmbedding
    from fastembed.common.model_description import ModelSource

    name = f"{model.name} {pooling.value}"
    if all(each["model"] != name for each in TextEmbedding.list_supported_models()):
        TextEmbedding.add_custom_model(
            model=name,
            pooling=pooling,
            normalization=True,
            # required, but never used, because the folder is given
            sources=ModelSource(hf=model.name),
            dim=_dimensions(folder),
            model_file=model.file,
        )
    return TextEmbedding(name, specific_model_path=str(folder), threads=1)


def _dimensions(folder: Path) -> int:
    """Return the number that the model's configuration states; for display only."""
    path = folder / "config.json"
    told = json.loads(path.read_text(encoding="utf-8")).get("hidden_size", 0) if path.is_file() else 0
    return told if isinstance(told, int) else 0


def _downloaded(name: str, cache: Path) -> bool:
    """Return whether the model was downloaded completely, so that the hub need not be asked."""
    found = _described(name)
    return found is not None and (cache / f"models--{found.hub.replace('/', '--')}" / "files_metadata.json").is_file()


def _download(name: str, cache: Path) -> None:
    """Download a model, with a progress bar. Raise `_HubError` if the hub does not send it."""
    from fastembed.text.onnx_embedding import OnnxTextEmbedding

    found = _described(name)
    if found is None:
        # fastembed's own refusal names the reason
        return
    try:
        # once: fastembed itself would try three times and sleep for 3, 9 and 27 seconds
        OnnxTextEmbedding.download_files_from_huggingface(found.hub, str(cache), found.files)
    except Exception as error:
        # the hub's client raises errors of its own and of its transport, without a common class
        raise _HubError(str(error.__cause__ or error).partition("\n")[0][:200].rstrip(".")) from error


def _described(name: str) -> _Described | None:
    """Return where a model of fastembed's list comes from; None for any other."""
    from fastembed import TextEmbedding

    for each in TextEmbedding.list_supported_models():
        if each["model"] == name and each["sources"]["hf"]:
            return _Described(str(each["sources"]["hf"]), [each["model_file"], *each["additional_files"]])
    return None


def _truncate(opened: TextEmbedding, tokens: int) -> None:
    """Cut texts to a number of tokens; fastembed has no setting for that and cuts at the model's maximum."""
    tokenizer = getattr(opened.model, "tokenizer", None)
    if tokenizer is None:
        raise ValueError("fastembed's model has no tokenizer")
    tokenizer.enable_truncation(min(tokens, (tokenizer.truncation or {}).get("max_length", tokens)))


def _unit(vector: NumpyArray) -> NDArray[np.float32]:
    import numpy as np

    length = float(np.linalg.norm(vector))
    return vector.astype(np.float32) / max(length, 1e-12)


if __name__ == "__main__":
    # for images that contain their model: python -m bot.search.encoders MODEL DIRECTORY
    open_encoder(sys.argv[1], Path(sys.argv[2]))
