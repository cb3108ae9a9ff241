from __future__ import annotations

from pathlib import Path

import pytest

from tests.process.shipped import Paperboy


@pytest.fixture
def paperboy(tmp_path: Path) -> Paperboy:
    return Paperboy(tmp_path / "data")
