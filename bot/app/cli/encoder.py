"""The encoder in `paperboy doctor`: its state, and the question whether to download one."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

from bot.app.settings import Settings
from bot.domain.errors import SettingsError
from bot.domain.health import HealthCheck
from bot.search.decision import decide, decided
from bot.search.models import DEFAULT
from bot.storage import Store
from bot.version import extra

_NAME = "encoder"


async def check_encoder(store: Store, models: Path) -> HealthCheck:
    """Return whether papers are found by meaning, and what is missing."""
    name = await decided(store)
    if not name:
        how = f"set PAPERBOY_ENCODER={DEFAULT}" if _installed() else extra("semantic")
        return HealthCheck(_NAME, True, f"none; papers are found by words. To find them by meaning too, {how}")
    if not _installed():
        return HealthCheck(_NAME, False, f"{name} needs fastembed. Set PAPERBOY_ENCODER=off, or {extra('semantic')}")
    from bot.search.encoders import open_encoder

    try:
        encoder = await asyncio.to_thread(open_encoder, name, models, offline=True)
    except SettingsError as error:
        return HealthCheck(_NAME, False, f"{error}. The next paperboy run downloads it, unless PAPERBOY_OFFLINE is set")
    state = await store.vectors.state(encoder.key)
    told = f"{name}; {state.vectors:,} of {state.papers:,} papers have a vector"
    return HealthCheck(_NAME, True, told if state.vectors >= state.papers else f"{told}, paperboy run makes the others")


async def offer_encoder(store: Store, settings: Settings, now: datetime) -> None:
    """Ask on a terminal whether to download the default model, and decide for it if the answer is yes."""
    asks = sys.stdin.isatty() and sys.stdout.isatty() and not settings.offline
    if not asks or not _installed() or await decided(store):
        return
    question = f"Find papers by meaning too? That downloads {DEFAULT}, 90 MB, once. [y/N] "
    if (await asyncio.to_thread(input, question)).strip().casefold() not in ("y", "yes"):
        return
    from bot.search.encoders import open_encoder

    try:
        await asyncio.to_thread(open_encoder, DEFAULT, settings.models)
    except SettingsError as error:
        sys.stdout.write(f"{error}\n")
        return
    await decide(store, DEFAULT, now)
    sys.stdout.write("Done. Restart paperboy run; it makes the vectors in the background.\n")


def _installed() -> bool:
    return find_spec("fastembed") is not None
