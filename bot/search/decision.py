"""The embedding model of an installation: one decision in the store, so that all of its processes answer alike."""

from __future__ import annotations

from datetime import datetime

from bot.domain.log import Log
from bot.storage import Store
from bot.storage.metadata import ENCODER, ENCODER_KEY

#: stored where search by meaning was switched off
OFF = "off"
#: between a model's name and its key
_BETWEEN = "\n"

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


async def keep_key(store: Store, name: str, key: str, now: datetime) -> None:
    """Store the key of a model's vectors, so that processes that cannot load the model find them too."""
    found = await store.notes.get(ENCODER_KEY)
    if found is None or found[0] != f"{name}{_BETWEEN}{key}":
        await store.notes.put(ENCODER_KEY, f"{name}{_BETWEEN}{key}", now, apart=True)


async def decided_key(store: Store) -> str:
    """Return the key of this installation's vectors; empty without a model, and until a process has loaded it."""
    name, found = await decided(store), await store.notes.get(ENCODER_KEY)
    known, _, key = found[0].partition(_BETWEEN) if found else ("", "", "")
    return key if name and known == name else ""


async def decided(store: Store) -> str:
    """Return the model of this installation, empty for none."""
    found = await store.notes.get(ENCODER)
    return found[0] if found and found[0] != OFF else ""
