"""A small ONNX model that tests write themselves: each word has a vector, and a text is the mean of its words.

ONNX files are protocol buffers; the few messages that this model needs are written by hand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace

#: words that mean nearly the same point nearly the same way
WORDS: Mapping[str, tuple[float, ...]] = {
    "car": (1, 0, 0),
    "automobile": (1, 0.1, 0),
    "bus": (0.9, 0.3, 0),
    "cat": (0, 0, 1),
    "kitten": (0, 0.1, 1),
}
_FLOAT, _INT64 = 1, 7


def write_model(
    folder: Path, words: Mapping[str, Sequence[float]] = WORDS, *, pooled: bool = False, longest: int = 512
) -> str:
    """Write a model to a folder and return its name; a `pooled` one returns one vector per text."""
    folder.mkdir(parents=True, exist_ok=True)
    known = {word: at for at, word in enumerate(("[PAD]", "[UNK]", *words))}
    tokenizer = Tokenizer(WordLevel(known, unk_token="[UNK]"))  # noqa: S106 - no password
    tokenizer.normalizer, tokenizer.pre_tokenizer = Lowercase(), Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    told = {"model_max_length": longest, "pad_token": "[PAD]"}
    (folder / "tokenizer_config.json").write_text(json.dumps(told))
    dimensions = len(next(iter(words.values())))
    nothing = (0.0,) * dimensions
    (folder / "model.onnx").write_bytes(_model(np.array([nothing, nothing, *words.values()], np.float32), pooled))
    return str(folder)


def _model(embeddings: NDArray[np.float32], pooled: bool) -> bytes:
    """Return a model that looks up the vector of each token; with `pooled` it adds them up."""
    found = "tokens" if pooled else "out"
    nodes = [_node("Gather", ["embeddings", "input_ids"], found)]
    axes: list[tuple[str, NDArray[np.generic]]] = []
    if pooled:
        nodes.append(_node("ReduceSum", [found, "axes"], "out", keepdims=0))
        axes = [("axes", np.array([1], np.int64))]
    shape: list[str | int] = ["batch", embeddings.shape[1]] if pooled else ["batch", "tokens", embeddings.shape[1]]
    graph = b"".join(
        [
            *(_field(1, node) for node in nodes),
            _field(2, b"tiny"),
            *(_field(5, _tensor(name, value)) for name, value in (("embeddings", embeddings), *axes)),
            *(_field(11, _value(name, _INT64, ["batch", "tokens"])) for name in ("input_ids", "attention_mask")),
            _field(12, _value("out", _FLOAT, shape)),
        ]
    )
    return _number(1, 8) + _field(7, graph) + _field(8, _number(2, 17))


def _node(kind: str, inputs: Sequence[str], output: str, **numbers: int) -> bytes:
    attributes = (
        _field(5, _field(1, name.encode()) + _number(3, value) + _number(20, 2)) for name, value in numbers.items()
    )
    texts = [*(_field(1, name.encode()) for name in inputs), _field(2, output.encode()), _field(4, kind.encode())]
    return b"".join([*texts, *attributes])


def _tensor(name: str, value: NDArray[np.generic]) -> bytes:
    kind = _FLOAT if value.dtype == np.float32 else _INT64
    dimensions = b"".join(_number(1, size) for size in value.shape)
    return dimensions + _number(2, kind) + _field(8, name.encode()) + _field(9, value.tobytes())


def _value(name: str, kind: int, shape: Sequence[str | int]) -> bytes:
    sizes = (_number(1, size) if isinstance(size, int) else _field(2, size.encode()) for size in shape)
    tensor = _number(1, kind) + _field(2, b"".join(_field(1, size) for size in sizes))
    return _field(1, name.encode()) + _field(2, _field(1, tensor))


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    made = bytearray()
    while value > 127:
        made.append(value & 127 | 128)
        value >>= 7
    return bytes([*made, value])
