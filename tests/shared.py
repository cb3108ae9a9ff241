"""Data that lies beside the checkout on a developer's machine and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
PAPERS = SHARED / "data" / "papers"

#: put on a test that reads real bodies and archives
needs_shared = pytest.mark.skipif(not PAPERS.is_dir(), reason="the archive of real data is not beside the checkout")

SOURCES = SHARED / "data" / "sources"

#: put on a test that reads recorded answers of sources
needs_bodies = pytest.mark.skipif(not SOURCES.is_dir(), reason="the recorded answers are not beside the checkout")
