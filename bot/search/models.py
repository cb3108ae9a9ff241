"""Embedding models and how each is used: pooling, prefixes and cut are part of the key of its vectors."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

#: the model whose figures docs/search.md reports
DEFAULT = "sentence-transformers/all-MiniLM-L6-v2"
#: models whose cosines the weights of the fusion were chosen for: the default, and its int8 version in a folder
_CALIBRATED = frozenset({DEFAULT, "sha256:20a8733fdbd3ac8e"})
#: tokens of a text that are encoded; 256 take three times as long and gain nothing
TOKENS = 128
#: files of a model in a folder, as exported by sentence-transformers and optimum
_MODEL_FILES = ("model.onnx", "onnx/model.onnx")
_TOKENIZER = "tokenizer.json"
_BLOCK = 1 << 20

_BGE = "Represent this sentence for searching relevant passages: "
#: part of a model's name -> prefix of a question and of a paper, as the model's card asks for
_PREFIXES = {
    "bge-": (_BGE, ""),
    "arctic-embed": (_BGE, ""),
    "mxbai-embed": (_BGE, ""),
    "e5-": ("query: ", "passage: "),
    "nomic-embed": ("search_query: ", "search_document: "),
}


class Pooling(StrEnum):
    """How the vectors of a text's tokens become one vector."""

    MEAN = "mean"
    CLS = "cls"
    #: by fastembed's own list, or inside of the model
    BUILT_IN = "built-in"


@dataclass(frozen=True, slots=True)
class Model:
    """An embedding model and how it is used."""

    #: name on the hub; for a folder the checksum of its files, which is the same on every machine
    name: str
    pooling: Pooling = Pooling.BUILT_IN
    #: what precedes a question, and what precedes a paper
    question: str = ""
    paper: str = ""
    tokens: int = TOKENS
    #: None for a model that is downloaded
    folder: Path | None = None
    #: the model's file within the folder
    file: str = ""

    @property
    def calibrated(self) -> bool:
        """Return whether its cosines can be used as they are; those of other models are scaled by their spread."""
        return self.name in _CALIBRATED

    @property
    def key(self) -> str:
        """Return the key of its vectors; vectors with different keys are not comparable."""
        return f"{self.name} {self.pooling} {self.tokens} {self.question!r} {self.paper!r}"


def model_of(name: str) -> Model:
    """Return the model with a name on the hub or in a folder.

    Raise `OSError` or `ValueError` if the folder has no model.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _in_folder(folder)
    if folder.is_absolute():
        raise FileNotFoundError(f"there is no folder {folder}")
    question, paper = _prefixes(name)
    return Model(name, question=question, paper=paper)


def _in_folder(folder: Path) -> Model:
    """Return the model in a folder, with the pooling and the prefixes that its own files state."""
    file = next((name for name in _MODEL_FILES if (folder / name).is_file()), None)
    if file is None or not (folder / _TOKENIZER).is_file():
        raise FileNotFoundError(f"the folder {folder} lacks model.onnx or {_TOKENIZER}")
    pooling = _read(folder / "1_Pooling" / "config.json")
    prompts = _read(folder / "config_sentence_transformers.json").get("prompts")
    question, paper = _prefixes(folder.name)
    if isinstance(prompts, dict):
        question, paper = str(prompts.get("query") or question), str(prompts.get("passage") or paper)
    return Model(
        f"sha256:{_checksum(folder / file, folder / _TOKENIZER)}",
        Pooling.CLS if pooling.get("pooling_mode_cls_token") is True or _is_cls(folder.name) else Pooling.MEAN,
        question,
        paper,
        folder=folder,
        file=file,
    )


def _prefixes(name: str) -> tuple[str, str]:
    found = (prefixes for part, prefixes in _PREFIXES.items() if part in name.casefold())
    return next(found, ("", ""))


def _is_cls(name: str) -> bool:
    return any(part in name.casefold() for part in ("bge-", "arctic-embed", "mxbai-embed"))


def _read(path: Path) -> dict[str, Any]:
    """Return a JSON object; empty if there is none."""
    if not path.is_file():
        return {}
    found = json.loads(path.read_text(encoding="utf-8"))
    return found if isinstance(found, dict) else {}


def _checksum(*files: Path) -> str:
    made = hashlib.sha256()
    for file in files:
        with file.open("rb") as handle:
            while block := handle.read(_BLOCK):
                made.update(block)
    return made.hexdigest()[:16]
