"""One store for SQLite and PostgreSQL: a schema, a module for each noun, one tree of migrations."""

from bot.store.store import Kept, Store, open_store

__all__ = ["Kept", "Store", "open_store"]
