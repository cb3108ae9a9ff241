"""One store for SQLite and PostgreSQL: a schema, a module for each noun, one tree of migrations."""

from bot.store.harvests import Kept
from bot.store.store import Store, open_store

__all__ = ["Kept", "Store", "open_store"]
