"""The embedding model of an installation: one decision in the store, so that all of its processes answer alike."""

from __future__ import annotations

from datetime import datetime

from bot.domain.log import Log
from bot.storage import Store
from bot.storage.metadata import ENCODER

#: stored where search by meaning was switched off
OFF = "off"

log = Log(__name__)


async def decide(store: Store, setting: str, now: datetime) -> None:
    """Store the model that a process was started with; an empty `setting` keeps what was decided before.

    The last process that was started with another setting decides for all of them.
    """
    found = await store.notes.get(ENCODER)
    before = found[0] if found else OFF
    if not setting or setting == before:
        return
    await store.notes.put(ENCODER, setting, now)
    log.info("encoder decided", encoder=setting, before=before)


async def decided(store: Store) -> str:
    """Return the model of this installation, empty for none."""
    found = await store.notes.get(ENCODER)
    return found[0] if found and found[0] != OFF else ""
