"""Pages as they are sent. `PAPERBOY_GOLDEN=write` writes them anew; look at what has changed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from adapters.discord.message import components
from adapters.discord.render import RenderContext, parts
from tests.adapters.discord.golden_pages import KINDS

GOLDEN = Path(__file__).with_name("golden")


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_sent_as_it_was_looked_at(kind: str) -> None:
    sent = [components(part, RenderContext()) for part in parts(KINDS[kind])]
    told = json.dumps(sent, ensure_ascii=False, indent=1) + "\n"
    path = GOLDEN / f"{kind}.json"
    if os.environ.get("PAPERBOY_GOLDEN") == "write":
        path.write_text(told, encoding="utf-8")

    assert told == path.read_text(encoding="utf-8")
