"""Pictures of HTML pages, taken by a headless browser. Needs a `chromium` on the path."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

_OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"),
    "--force-device-scale-factor=1.25",
)


def screenshot(document: str, target: Path, width: int, height: int) -> None:
    """Write a picture of a document, `width` and `height` in CSS pixels."""
    with tempfile.TemporaryDirectory() as directory:
        source = Path(directory) / "page.html"
        source.write_text(document, encoding="utf-8")
        size = f"--window-size={width},{height}"
        command = ("chromium", *_OPTIONS, size, f"--screenshot={target.resolve()}", source.as_uri())
        subprocess.run(command, check=True, capture_output=True, timeout=120)
